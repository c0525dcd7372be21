"""Who may call a route, written above the route itself. A route without one of these is refused, and a test names it.

    @api.post("/assess")
    @token("assess", writes=False)
    def assess(body: AssessIn) -> ...

``token`` routes look only at the Authorization header and ignore cookies; ``page`` routes look only at the session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

SCOPES = ("assess", "share", "me:read", "activities:write")
EXTENSION_SCOPES = ("assess", "share", "me:read")
INTEGRATION_SCOPES = ("activities:write",)


@dataclass(frozen=True, slots=True)
class Policy:
    """``writes``: whether the request opens a writing transaction; None leaves it to the method."""

    kind: Literal["public", "page", "token", "known"]
    roles: frozenset[str] = frozenset()
    scope: str | None = None
    writes: bool | None = None
    #: A form field that may carry the token instead of the header, where a protocol has one.
    key_field: str | None = None


def _marked(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def public(*, writes: bool | None = None) -> Callable[[View], View]:
    """Anybody. Say above the route why."""
    return _marked(Policy("public", writes=writes))


def page(*roles: str, writes: bool | None = None) -> Callable[[View], View]:
    """A signed-in person with one of ``roles``; with none named, any role."""
    return _marked(Policy("page", roles=frozenset(roles or ("rep", "manager", "admin")), writes=writes))


def token(scope: str, *, writes: bool | None = None, key_field: str | None = None) -> Callable[[View], View]:
    """A bearer token that holds ``scope``."""
    if scope not in SCOPES:
        raise ValueError(f"unknown scope {scope!r}")
    return _marked(Policy("token", scope=scope, writes=writes, key_field=key_field))


def known() -> Callable[[View], View]:
    """Whoever has a session or any token: for what is no secret among people and programs of the organisation."""
    return _marked(Policy("known", writes=False))


def policy_of(view: Callable[..., Any]) -> Policy | None:
    return getattr(view, "policy", None)
