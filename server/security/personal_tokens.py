"""Personal tokens, with which a person's editors show findings. They allow to have drafts assessed in the person's name and
nothing else, and end with the person's access. Only digests are stored."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.access import PERSONAL_SCOPES
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.security import queries
from server.security.models import PersonalToken
from server.security.secrets import digest, looks_like_token, new_token

MAX_TOKENS = 10
MAX_LABEL = 100
MIN_MONTHS, MAX_MONTHS = 1, 12
#: The page warns this long before a token expires.
WARN_BEFORE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class IdentifiedPersonalToken:
    identity: Identity
    token_id: int
    is_first_use_today: bool


def identify(session: Session, *, token: str) -> IdentifiedPersonalToken | None:
    """None if the token is unknown, expired or revoked, or the person inactive."""
    at = now()
    row = queries.personal_token_and_user(session, secret_hash=digest(token), at=at) if looks_like_token(token) else None
    if row is None:
        return None
    personal_token, user = row
    identity = Identity(
        user.id, user.name, user.email, user.role,
        personal_token_id=personal_token.id, scopes=frozenset(PERSONAL_SCOPES),
    )  # fmt: skip
    return IdentifiedPersonalToken(identity, personal_token.id, personal_token.last_used_on != at.date())


def record_use(session: Session, *, token_id: int) -> None:
    session.execute(update(PersonalToken).where(PersonalToken.id == token_id).values(last_used_on=now().date()))


def list_tokens(session: Session, *, user_id: int) -> Sequence[PersonalToken]:
    """A person's tokens that work, newest first."""
    return queries.valid_personal_tokens(session, user_id=user_id, at=now())


def expires_soon(token: PersonalToken) -> bool:
    return token.expires_at - now() <= WARN_BEFORE


def add(session: Session, *, user_id: int, label: str, months: int) -> str:
    """Adds a token and returns it, which is shown once. 409 if the person has as many as they may have."""
    label = " ".join(label.split())
    if not 1 <= len(label) <= MAX_LABEL or not label.isprintable():
        raise field_problem("label", f"must have 1 to {MAX_LABEL} characters", limit=MAX_LABEL)
    if not MIN_MONTHS <= months <= MAX_MONTHS:
        raise field_problem("months", f"must be from {MIN_MONTHS} to {MAX_MONTHS} months", limit=MAX_MONTHS)
    # Requests of the same person wait for each other here, so that none of them exceeds the limit.
    user = queries.lock_user(session, user_id=user_id)
    if user is None or not user.is_active:
        raise not_found()
    if len(list_tokens(session, user_id=user_id)) >= MAX_TOKENS:
        raise Problem(
            409, "too-many-tokens", f"You have {MAX_TOKENS} tokens", detail="Revoke one that you no longer use first."
        )  # fmt: skip
    secret = new_token()
    token = PersonalToken(user_id=user_id, secret_hash=digest(secret), label=label, expires_at=_months_later(now(), months))
    session.add(token)
    session.flush()
    audit.record(session, action="personal-token.added", object_type="personal-token", object_id=token.id)
    return secret


def _months_later(at: datetime, months: int) -> datetime:
    """The same day and time ``months`` later; the last day of a month that has no such day."""
    years, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + years, month + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


def revoke(session: Session, *, user_id: int, token_id: int) -> None:
    """Ends a token of ``user_id`` at once; 404 if it belongs to somebody else."""
    token = session.get(PersonalToken, token_id)
    if token is None or token.user_id != user_id:
        raise not_found()
    if token.revoked_at is None:
        token.revoked_at = now()
        session.flush()
        audit.record(session, action="personal-token.revoked", object_type="personal-token", object_id=token_id)


def revoke_all(session: Session, *, user_id: int, reason: str) -> int:
    """Ends all tokens of a person at once, each with an entry in the audit log. Returns how many."""
    tokens = list_tokens(session, user_id=user_id)
    for token in tokens:
        token.revoked_at = now()
    session.flush()
    for token in tokens:
        audit.record(
            session, action="personal-token.revoked", object_type="personal-token", object_id=token.id, reason_code=reason
        )  # fmt: skip
    return len(tokens)
