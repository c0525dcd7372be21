"""Passwords: 12 to 128 characters of any kind, none that are easy to guess, hashed with argon2id.

A hash takes a tenth of a second of several cores and 64 MiB. So that strangers who guess passwords do not slow down everybody
else, each process hashes one password at a time, in a thread of low priority, and refuses requests when too many wait. Nothing
here may be called inside a database transaction."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from server.core.problems import Problem, field_problem
from server.core.settings import Settings

Result = TypeVar("Result")

MIN_LENGTH = 12
MAX_LENGTH = 128
#: zxcvbn's score for more than 10^10 guesses. Lower ones fall to a patient attacker with a list of names, words and years.
MIN_SCORE = 4
#: zxcvbn takes quadratic time. A password whose beginning is hard to guess is hard to guess.
MAX_ESTIMATED = 64
#: t=3, 64 MiB, p=4 (RFC 9106, second recommendation).
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
#: Requests of one process that check a password at the same time. The other request threads stay free for everybody else.
MAX_PENDING = 3
#: argon2's own threads inherit the priority.
NICENESS = 15
_pending = threading.BoundedSemaphore(MAX_PENDING)


def require_sign_in_enabled(settings: Settings) -> None:
    """``Problem`` 403 if the operator turned signing in with a password off."""
    if settings.disable_password_sign_in:
        raise Problem(403, "passwords-off", "Passwords are turned off", detail="Sign in with your organisation's account.")


def check_strength(password: str, *, own_words: Iterable[str] = ()) -> None:
    """Raises ``Problem`` 422 for a weak password. ``own_words``: the owner's name, e-mail address and organisation.

    zxcvbn estimates how many guesses an attacker needs who knows its lists of 30,000 common passwords and of names and words,
    dates, keyboard patterns and usual substitutions."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise field_problem("password", f"must have {MIN_LENGTH} to {MAX_LENGTH} characters", limit=MAX_LENGTH)
    words = {part for word in own_words for part in re.split(r"[\W_]+", word.lower()) if len(part) >= 3} | {"repute"}
    # What is hard to guess must not be the owner's own words.
    rest = re.sub("|".join(map(re.escape, sorted(words, key=len, reverse=True))), "", password.lower())
    if any(_score(text) < MIN_SCORE for text in (password, rest)):
        raise field_problem("password", "is too easy to guess: use several unrelated words, none of them about you")


def _score(password: str) -> int:
    score: int = zxcvbn(password[:MAX_ESTIMATED])["score"] if password else 0
    return score


@contextmanager
def reserve_check() -> Iterator[None]:
    """Wraps everything that a request does to check a password. ``Problem`` 503 at once if too many others are at it."""
    if not _pending.acquire(blocking=False):
        raise Problem(
            503,
            "busy",
            "Too many people are signing in",
            detail="Try again in a few seconds.",
            headers={"Retry-After": "3"},
        )
    try:
        yield
    finally:
        _pending.release()


def _lower_priority() -> None:
    # Linux schedules threads; elsewhere, a thread's id is not accepted.
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


#: Starts its thread at the first use, after gunicorn has forked.
_executor = ThreadPoolExecutor(1, thread_name_prefix="password", initializer=_lower_priority)


def _run(function: Callable[[], Result]) -> Result:
    return _executor.submit(function).result()


def hash_password(password: str) -> str:
    return _run(lambda: _hasher.hash(password))


@cache
def _dummy_hash() -> str:
    """Verified against when there is no such account, so that the response takes equally long."""
    return _hasher.hash("nobody has this password")


def verify(password: str, hashed: str | None) -> bool:
    """Whether the password matches the hash; False for ``None``, in the same time."""
    if len(password) > MAX_LENGTH:
        return False

    def check() -> bool:
        try:
            return _hasher.verify(hashed or _dummy_hash(), password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False

    return _run(check)


def needs_rehash(hashed: str) -> bool:
    return _hasher.check_needs_rehash(hashed)
