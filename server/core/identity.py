"""The authenticated user or integration as a value object, so that permission checks never query the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g


@dataclass(frozen=True, slots=True)
class Identity:
    """Authenticated by exactly one of: a browser session (``session_id``), a token of a paired browser (``family_id``), a
    personal token (``personal_token_id``). The last two have ``scopes``."""

    user_id: int
    name: str
    email: str
    role: str
    session_id: int | None = None
    #: When the user last proved who they are in this session.
    confirmed_at: datetime | None = None
    #: What the session lacks before it can be used; see ``WebSession.awaiting``.
    awaiting: str | None = None
    family_id: int | None = None
    personal_token_id: int | None = None
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IntegrationIdentity:
    """Another system of the organisation, such as a CRM, authenticated by its token. It acts for no person."""

    integration_id: int
    scopes: frozenset[str]


def current_identity() -> Identity:
    """For routes that are not ``public``. Operations take an ``Identity`` as a parameter instead."""
    identity: Identity = g.identity
    return identity


def current_identity_or_none() -> Identity | None:
    """The person who is signed in, if any."""
    identity: Identity | IntegrationIdentity | None = g.get("identity")
    return identity if isinstance(identity, Identity) else None


def current_integration() -> IntegrationIdentity:
    """For routes with a scope that only integrations have."""
    identity: IntegrationIdentity = g.identity
    return identity


def describe_actor(identity: Identity | IntegrationIdentity | None) -> dict[str, int | None]:
    """For a log line: only an id."""
    if isinstance(identity, IntegrationIdentity):
        return {"integration": identity.integration_id}
    return {"actor": identity.user_id if identity else None}
