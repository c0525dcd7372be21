"""A sign-in that the provider has not answered yet, kept in a signed cookie of the browser that started it.

Starting one stores nothing, so that a link to it can be opened by anything that follows links. That an answer is accepted
once is stored when it arrives."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.secret_keys import SecretKeys
from server.security.models import UsedSignInState
from server.security.secrets import digest, new_secret

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    """``verifier``: of PKCE. ``next_path``: where the person wanted to go. ``confirms``: who is signed in already and proves
    again who they are, if that is the purpose. ``started_at``: in seconds since 1970."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    next_path: str
    confirms: int | None
    started_at: int


def start(next_path: str, *, confirms: int | None = None) -> Attempt:
    return Attempt(new_secret(), new_secret(), new_secret(), next_path, confirms, int(now().timestamp()))


def to_cookie(attempt: Attempt, secret_keys: SecretKeys) -> str:
    return _serializer(secret_keys).dumps(astuple(attempt))


def from_cookie(cookie: str, secret_keys: SecretKeys) -> Attempt | None:
    """None if the cookie is missing, was changed or is too old."""
    try:
        parts = _serializer(secret_keys).loads(cookie, max_age=int(LIFETIME.total_seconds()))
    except BadData:
        return None
    return Attempt(*parts)


def _serializer(secret_keys: SecretKeys) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_keys.oldest_first, salt="oidc-sign-in")


def use(session: Session, attempt: Attempt) -> bool:
    """Marks the attempt answered; False if it already was, also by a concurrent request."""
    return insert_if_absent(session, UsedSignInState, state_hash=digest(attempt.state), expires_at=now() + LIFETIME)
