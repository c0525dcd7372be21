"""Passwords: 12 to 128 characters of any kind, none that are easy to guess, hashed with argon2id."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.core.problems import field_problem

MIN_LENGTH = 12
MAX_LENGTH = 128
#: t=3, 64 MiB, p=4 (RFC 9106, second recommendation). Each hash takes that much memory, so only two run at once.
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_slots = BoundedSemaphore(2)

#: Words that most leaked passwords of this length consist of.
COMMON_STEMS = (
    "password", "passwort", "motdepasse", "contrasena", "qwertyuiop", "qwerty", "qwertz", "azerty", "asdfghjkl", "asdf",
    "zxcvbnm", "zxcv", "letmein", "welcome", "iloveyou", "monkey", "dragon", "football", "baseball", "basketball",
    "superman", "batman", "princess", "sunshine", "master", "shadow", "michael", "jordan", "charlie", "trustno",
    "administrator", "admin", "default", "changeme", "change", "secret", "login", "access", "whatever", "starwars",
    "computer", "internet", "google", "linkedin", "twitter", "facebook", "company", "office", "sales", "manager",
    "spring", "summer", "autumn", "winter", "january", "february", "march", "april", "june", "july", "august",
    "september", "october", "november", "december", "monday", "friday", "sunday", "test", "hello", "love", "pass",
    "repute", "abcdefghijklmnopqrstuvwxyz", "abcdef", "abc",
)  # fmt: skip
#: Distinct characters that a password must have besides common words and its owner's.
MIN_UNIQUE = 5
_LEET = str.maketrans("0134578@$!", "oieastbasi")


def check_strength(password: str, *, own_words: Iterable[str] = ()) -> None:
    """Raises ``Problem`` 422 for a weak password. ``own_words``: the owner's name, e-mail address and organisation."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise field_problem("password", f"must have {MIN_LENGTH} to {MAX_LENGTH} characters", limit=MAX_LENGTH)
    if _unique_part(password, own_words) < MIN_UNIQUE:
        raise field_problem("password", "is too easy to guess: use several unrelated words, none of them about you")


def _unique_part(password: str, own_words: Iterable[str]) -> int:
    """Distinct letters left after removing common words, plus half a point per run of digits or symbols, rounded down."""
    remainder = password.lower()
    words = {part for word in own_words for part in re.split(r"\W+", word.lower()) if len(part) >= 3}
    stems = sorted({*COMMON_STEMS, *words}, key=len, reverse=True)
    for variant in (remainder, remainder.translate(_LEET)):
        for stem in stems:
            variant = variant.replace(stem, "")  # noqa: PLW2901 (each stem is removed from what is left)
        remainder = min(remainder, variant, key=len)
    return len(set(re.sub(r"[\d\W_]+", "", remainder))) + len(re.findall(r"\d+|\W+|_+", remainder)) // 2


def hash_password(password: str) -> str:
    with _slots:
        return _hasher.hash(password)


@cache
def _dummy_hash() -> str:
    """Verified against when there is no such account, so that the response takes equally long."""
    return _hasher.hash("nobody has this password")


def verify(password: str, hashed: str | None) -> bool:
    """Whether the password matches the hash; False for ``None``, in the same time."""
    if len(password) > MAX_LENGTH:
        return False
    with _slots:
        try:
            return _hasher.verify(hashed or _dummy_hash(), password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(hashed: str) -> bool:
    return _hasher.check_needs_rehash(hashed)
