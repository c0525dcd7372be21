"""Tokens with which other systems of the organisation call the server: a CRM reports activities, an identity provider adds and
removes people. They belong to the organisation, so they outlive the session and the account of the admin who created them. Only
digests are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.access import INTEGRATION_SCOPES
from server.core.clock import now
from server.core.identity import IntegrationIdentity
from server.core.problems import Problem, field_problem, not_found
from server.security import queries
from server.security.models import Integration, IntegrationToken
from server.security.secrets import digest, looks_like_token, new_token

LIFETIME = timedelta(days=365)
#: How long a replaced token still works, so that the other system can be given the new one in the meantime.
OVERLAP = timedelta(days=14)
#: The page warns this long before the last token expires.
WARN_BEFORE = timedelta(days=30)
MAX_LABEL = 100


@dataclass(frozen=True, slots=True)
class IdentifiedIntegration:
    identity: IntegrationIdentity
    token_id: int
    is_first_use_today: bool


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """``state``: ``valid``, ``expiring`` (soon), ``replaced`` (works until it expires) or ``expired``."""

    id: int
    state: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class IntegrationInfo:
    """``tokens``: newest first; at most two of them work."""

    id: int
    label: str
    scope: str
    created_by: str
    created_at: datetime
    tokens: Sequence[TokenInfo]


def identify(session: Session, *, token: str) -> IdentifiedIntegration | None:
    """None if the token is unknown, expired or revoked."""
    at = now()
    found = queries.integration_token(session, secret_hash=digest(token), at=at) if looks_like_token(token) else None
    if found is None:
        return None
    row, scope = found
    return IdentifiedIntegration(
        IntegrationIdentity(row.integration_id, frozenset({scope})), row.id, row.last_used_on != at.date()
    )


def record_use(session: Session, *, token_id: int) -> None:
    session.execute(update(IntegrationToken).where(IntegrationToken.id == token_id).values(last_used_on=now().date()))


def list_integrations(session: Session) -> Sequence[IntegrationInfo]:
    """Those that were not revoked, by label."""
    rows = queries.integrations(session)
    tokens: dict[int, list[TokenInfo]] = {integration.id: [] for integration, _ in rows}
    for token, creator in queries.integration_tokens(session, integration_ids=list(tokens)):
        info = TokenInfo(token.id, _state(token), creator.name, token.created_at, token.expires_at, token.last_used_on)
        tokens[token.integration_id].append(info)
    return [
        IntegrationInfo(
            integration.id, integration.label, integration.scope, creator.name, integration.created_at, tokens[integration.id]
        )
        for integration, creator in rows
    ]


def _state(token: IntegrationToken) -> str:
    if token.expires_at <= now():
        return "expired"
    if token.replaced_at is not None:
        return "replaced"
    return "expiring" if token.expires_at - now() <= WARN_BEFORE else "valid"


def add(session: Session, *, label: str, created_by: int, scope: str = "activities:write") -> str:
    """Adds an integration and returns its token, which is shown once and allows only ``scope``."""
    if scope not in INTEGRATION_SCOPES:
        raise field_problem("scope", f"must be one of {', '.join(INTEGRATION_SCOPES)}")
    label = " ".join(label.split())
    if not 1 <= len(label) <= MAX_LABEL or not label.isprintable():
        raise field_problem("label", f"must have 1 to {MAX_LABEL} characters")
    integration = Integration(label=label, scope=scope, created_by=created_by)
    session.add(integration)
    session.flush()
    audit.record(session, action="integration.added", object_type="integration", object_id=integration.id)
    return _add_token(session, integration_id=integration.id, created_by=created_by)


def rotate(session: Session, *, integration_id: int, created_by: int) -> str:
    """Adds a token and returns it, shown once. The previous one works for the overlap; 409 while one is being replaced already,
    so that never more than two work."""
    _get_locked(session, integration_id)
    at = now()
    working = [
        token for token, _ in queries.integration_tokens(session, integration_ids=[integration_id]) if token.expires_at > at
    ]
    if len(working) > 1:
        raise Problem(409, "two-tokens", "This integration already has two tokens", detail="Revoke the replaced token first.")
    for token in working:
        token.replaced_at, token.expires_at = at, min(token.expires_at, at + OVERLAP)
    audit.record(session, action="integration.rotated", object_type="integration", object_id=integration_id)
    return _add_token(session, integration_id=integration_id, created_by=created_by)


def revoke_token(session: Session, *, integration_id: int, token_id: int) -> None:
    """Ends one token of an integration at once."""
    _get_locked(session, integration_id)
    token = session.get(IntegrationToken, token_id)
    if token is None or token.integration_id != integration_id:
        raise not_found()
    if token.revoked_at is None:
        token.revoked_at = now()
        audit.record(session, action="integration.token-revoked", object_type="integration-token", object_id=token_id)


def revoke(session: Session, *, integration_id: int) -> None:
    """Ends an integration and all its tokens at once."""
    integration = _get_locked(session, integration_id)
    integration.revoked_at = now()
    session.execute(
        update(IntegrationToken)
        .where(IntegrationToken.integration_id == integration_id, IntegrationToken.revoked_at.is_(None))
        .values(revoked_at=now())
    )
    audit.record(session, action="integration.revoked", object_type="integration", object_id=integration_id)


def _get_locked(session: Session, integration_id: int) -> Integration:
    integration = queries.lock_integration(session, integration_id=integration_id)
    if integration is None or integration.revoked_at is not None:
        raise not_found()
    return integration


def _add_token(session: Session, *, integration_id: int, created_by: int) -> str:
    token = new_token()
    session.add(
        IntegrationToken(
            integration_id=integration_id, secret_hash=digest(token), created_by=created_by, expires_at=now() + LIFETIME
        )
    )
    session.flush()
    return token
