"""Who is asking, cut loose from the database so that a permission check never loads a row."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in browser (``session_id``) or a token (``family_id`` and ``scopes``), never both."""

    user_id: int
    name: str
    email: str
    role: str
    team_id: int | None
    session_id: int | None = None
    family_id: int | None = None
    scopes: frozenset[str] = frozenset()


def current() -> Identity:
    """The caller; only for routes whose policy is not ``public``."""
    identity: Identity = g.identity
    return identity


def current_or_none() -> Identity | None:
    found: Identity | None = g.get("identity")
    return found
