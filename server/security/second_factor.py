"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and recovery codes.

The key that the app and the server share is derived from the server's secret key and a random salt, as in HKDF's second step
(RFC 5869), so a copy of the database is not enough to compute codes. After the secret key was replaced, a person's next code
moves their app to the new one: the database then also holds the difference between the two derived keys, which reveals
neither."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyotp
from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.problems import Problem, field_problem, not_found
from server.core.secret_keys import SecretKeys, id_of
from server.people.models import User
from server.security import queries
from server.security.models import RecoveryCode, SecondFactor
from server.security.secrets import keyed_digest, new_recovery_code, normalize_code
from server.security.single_use import mark_used

ISSUER = "Repute"
STEP_SECONDS = 30
#: Steps before and after the current one whose code is accepted, because clocks differ.
TOLERANCE = 1
RECOVERY_CODES = 10
KEY_BYTES = 20
SALT = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Status:
    enrolled_at: datetime
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class EarlierKeyUse:
    """What of a person's second factor may need an earlier secret key."""

    email: str
    has_app: bool
    recovery_codes: int


def new_salt() -> str:
    return secrets.token_hex(16)


def shared_key(key: bytes, *, user_id: int, salt: str) -> str:
    """The key to enter into the app, in base32."""
    return base64.b32encode(_derive(key, user_id, salt)).decode()


def _derive(key: bytes, user_id: int, salt: str) -> bytes:
    if not SALT.fullmatch(salt):
        raise not_found()
    return hmac.new(key, f"totp\0{user_id}\0{salt}\1".encode(), hashlib.sha256).digest()[:KEY_BYTES]


def provisioning_uri(key: bytes, *, user: User, salt: str) -> str:
    """What the QR code contains."""
    return pyotp.TOTP(shared_key(key, user_id=user.id, salt=salt)).provisioning_uri(name=user.email, issuer_name=ISSUER)


def is_enrolled(session: Session, *, user_id: int) -> bool:
    return session.get(SecondFactor, user_id) is not None


def get_status(session: Session, *, user_id: int) -> Status | None:
    """None without a second factor."""
    factor = session.get(SecondFactor, user_id)
    if factor is None:
        return None
    return Status(factor.created_at, queries.count_unused_recovery_codes(session, user_id=user_id))


def already_on(advice: str) -> Problem:
    return Problem(409, "already-on", "Two-step sign-in is already on", detail=advice)


def enrol(session: Session, *, secret_keys: SecretKeys, user_id: int, salt: str, code: str) -> list[str]:
    """Turns the second factor on, if ``code`` shows that the app has the key. Returns recovery codes, which are shown once."""
    match = _match(secret_keys, user_id=user_id, salt=salt, difference=None, code=code)
    if match is None:
        raise field_problem("code", "is not the code that the app shows now")
    row = _under_current_key(secret_keys, match, user_id=user_id, salt=salt)
    if not insert_if_absent(session, SecondFactor, user_id=user_id, salt=salt, created_at=now(), **row):
        raise already_on("To use another app, turn it off in the settings first.")
    audit.record(session, action="second-factor.enrolled", object_type="user", object_id=user_id)
    return _replace_recovery_codes(session, key=secret_keys.current, user_id=user_id)


def renew_recovery_codes(session: Session, *, secret_keys: SecretKeys, user_id: int) -> list[str]:
    """Replaces all recovery codes; the new ones are shown once. 404 without a second factor."""
    if not is_enrolled(session, user_id=user_id):
        raise not_found()
    audit.record(session, action="second-factor.recovery-codes-renewed", object_type="user", object_id=user_id)
    return _replace_recovery_codes(session, key=secret_keys.current, user_id=user_id)


def remove(session: Session, *, user_id: int, reason: str) -> bool:
    """Turns the second factor off; False if it was not on."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        delete(SecondFactor).where(SecondFactor.user_id == user_id)
    )
    if result.rowcount:
        audit.record(session, action="second-factor.removed", object_type="user", object_id=user_id, reason_code=reason)
    return bool(result.rowcount)


def accept_code(session: Session, *, secret_keys: SecretKeys, user_id: int, code: str) -> bool:
    """Whether ``code`` is a current code of the app or a recovery code of the user, neither used before. Uses it up."""
    factor = session.get(SecondFactor, user_id)
    if factor is None:
        return False
    candidates = secret_keys.candidates(factor.key_id)
    match = _match(candidates, user_id=user_id, salt=factor.salt, difference=factor.difference, code=code)
    if match is not None:
        # The condition is in the UPDATE, so only one of two concurrent calls succeeds.
        result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
            update(SecondFactor)
            .where(SecondFactor.user_id == user_id, SecondFactor.salt == factor.salt, SecondFactor.last_step < match.step)
            .values(**_under_current_key(secret_keys, match, user_id=user_id, salt=factor.salt))
        )
        return result.rowcount == 1
    digests = [_digest(key, user_id, code) for key in secret_keys]
    recovery = queries.unused_recovery_code(session, user_id=user_id, secret_hashes=digests)
    if recovery is None or not mark_used(session, RecoveryCode, recovery.id):
        return False
    audit.record(session, action="second-factor.recovery-code-used", object_type="user", object_id=user_id)
    return True


def list_earlier_key_uses(session: Session, *, current: bytes) -> list[EarlierKeyUse]:
    """By e-mail address. Also those stored before the key was recorded."""
    key_id = id_of(current)
    apps = set(queries.emails_of_apps_with_other_key(session, key_id=key_id))
    codes = queries.count_recovery_codes_with_other_key(session, key_id=key_id)
    return [EarlierKeyUse(email, email in apps, codes.get(email, 0)) for email in sorted({*apps, *codes})]


@dataclass(frozen=True, slots=True)
class _Match:
    """``shared``: the app's key. ``step``: the time step whose code was typed."""

    shared: bytes = field(repr=False)
    step: int


def _match(keys: Iterable[bytes], *, user_id: int, salt: str, difference: str | None, code: str) -> _Match | None:
    """Which of the secret keys the app's key was made with shows in the code."""
    for key in keys:
        derived = _derive(key, user_id, salt)
        shared = _xor(derived, bytes.fromhex(difference)) if difference else derived
        step = _matching_step(shared, code)
        if step is not None:
            return _Match(shared, step)
    return None


def _matching_step(shared: bytes, code: str) -> int | None:
    typed = "".join(code.split())
    if not re.fullmatch(r"[0-9]{6}", typed):
        return None
    totp, current = pyotp.TOTP(base64.b32encode(shared).decode()), int(time.time()) // STEP_SECONDS
    steps = range(current + TOLERANCE, current - TOLERANCE - 1, -1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), typed)), None)


def _under_current_key(secret_keys: SecretKeys, match: _Match, *, user_id: int, salt: str) -> dict[str, Any]:
    """What to store so that the app needs no earlier key from now on."""
    derived = _derive(secret_keys.current, user_id, salt)
    difference = None if derived == match.shared else _xor(derived, match.shared).hex()
    return {"last_step": match.step, "key_id": id_of(secret_keys.current), "difference": difference}


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def _replace_recovery_codes(session: Session, *, key: bytes, user_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user_id, secret_hash=_digest(key, user_id, code), key_id=id_of(key)) for code in codes)
    session.flush()
    return codes


def _digest(key: bytes, user_id: int, code: str) -> str:
    return keyed_digest(key, f"recovery-code\0{user_id}", normalize_code(code))
