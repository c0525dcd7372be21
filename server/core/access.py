"""Access declarations: who may call a route, stated above the route. A route without one is refused, and a test lists it.

    @api.post("/assess")
    @token("assess", writes=False)
    def assess(body: AssessIn) -> ...

A ``token`` route reads only the Authorization header and ignores cookies; a ``page`` route reads only the session cookie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

SCOPES = ("assess", "share", "me:read", "activities:write", "scim")
EXTENSION_SCOPES = ("assess", "share", "me:read")
#: Each integration has one of them.
INTEGRATION_SCOPES = ("activities:write", "scim")
#: Of the tokens with which a person's editors have drafts assessed.
PERSONAL_SCOPES = ("assess",)


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """``writes``: whether the request opens a writing transaction; None derives it from the method."""

    kind: Literal["public", "page", "token", "authenticated"]
    roles: frozenset[str] = frozenset()
    scope: str | None = None
    writes: bool | None = None
    #: A form field that may carry the token instead of the header, for protocols that define one.
    form_field: str | None = None
    #: Personal tokens are accepted too, as a bearer token or as the password of HTTP Basic.
    personal: bool = False
    #: The user must have proved recently who they are; otherwise they are asked, and then return to this path, in which route
    #: arguments are in braces.
    confirm: str | None = None
    #: Whether a form must carry the token that was put into it.
    form_token: bool = True
    #: Does not look up who is signed in, which needs the database.
    anonymous: bool = False
    #: The largest body, if larger than other routes allow: it is read only after the caller was authorized.
    upload_bytes: int | None = None
    #: Sessions that lack this step of signing in may call the route too.
    awaiting: frozenset[str] = frozenset()


def _declare(policy: AccessPolicy) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.access_policy = policy  # type: ignore[attr-defined]
        return view

    return decorate


def public(*, writes: bool | None = None, anonymous: bool = False, form_token: bool = True) -> Callable[[View], View]:
    """No credentials needed. A comment above the route says why that is safe. ``anonymous``: it does not depend on who is
    signed in either. ``form_token``: off if other programs post to it, which only an anonymous route allows."""
    if not form_token and not anonymous:
        raise ValueError("without a form token, a route must not depend on who is signed in")
    return _declare(AccessPolicy("public", writes=writes, anonymous=anonymous, form_token=form_token))


def page(
    *roles: str,
    writes: bool | None = None,
    scope: str | None = None,
    confirm: str | None = None,
    upload_bytes: int | None = None,
    awaiting: tuple[str, ...] = (),
) -> Callable[[View], View]:
    """A signed-in user with one of ``roles``; any role when none is given. ``scope``: the API's scope for the same thing, with
    which the call shares its rate limit."""
    return _declare(
        AccessPolicy(
            "page",
            roles=frozenset(roles or ("rep", "manager", "admin")),
            scope=scope,
            writes=writes,
            confirm=confirm,
            upload_bytes=upload_bytes,
            awaiting=frozenset(awaiting),
        )
    )


def token(
    scope: str, *, writes: bool | None = None, form_field: str | None = None, personal: bool = False
) -> Callable[[View], View]:
    """A bearer token with ``scope``. ``personal``: personal tokens are accepted too."""
    if scope not in SCOPES:
        raise ValueError(f"unknown scope {scope!r}")
    return _declare(AccessPolicy("token", scope=scope, writes=writes, form_field=form_field, personal=personal))


def authenticated() -> Callable[[View], View]:
    """A session, or a token with any scope: for what everybody in the organisation may see."""
    return _declare(AccessPolicy("authenticated", writes=False))


def get_access_policy(view: Callable[..., Any]) -> AccessPolicy | None:
    return getattr(view, "access_policy", None)
