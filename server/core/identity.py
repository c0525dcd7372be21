"""Who is making the request, as a value: checking a permission never loads a row."""

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


def current_identity() -> Identity:
    """For routes that are not ``public``. Operations take an ``Identity`` instead of asking for it."""
    identity: Identity = g.identity
    return identity


def current_identity_or_none() -> Identity | None:
    identity: Identity | None = g.get("identity")
    return identity
