"""Detects exact and near copies without comparing anybody's texts (TRUST.md C6).

MinHash over shingles of three words: the fraction of equal positions in two signatures estimates the fraction of shingles
that two texts have in common (Broder 1997, "On the resemblance and containment of documents"). Every hash is keyed with the
server's secret key, so a leaked table cannot be searched for a guessed text."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

from server.core.secret_keys import SecretKeys

SHINGLE_WORDS = 3
#: Shorter comments are often alike by chance ("thanks for the numbers"), so only exact copies of them are detected.
MIN_WORDS_FOR_NEAR_COPY = 12
SIGNATURE_LENGTH = 32
#: Positions per band. With 4, two texts have at least one of 8 bands in common with a probability of 98 % if they are 80 %
#: alike, and of 6 % if they are 30 % alike.
BAND_LENGTH = 4
#: Minimum fraction of equal positions for a near copy.
NEAR_COPY_SIMILARITY = 0.7
_MASK = 2**64 - 1
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``exact``: keyed hash of the words. ``signature``: 32 numbers of 32 bits; empty for a short text. ``bands``: 8 numbers
    of 63 bits; the signatures of texts with a band in common are compared."""

    exact: str
    signature: tuple[int, ...]
    bands: tuple[int, ...]


def compute_fingerprints(text: str, *, secret_keys: SecretKeys) -> tuple[Fingerprint, ...]:
    """One for each key, the current key's first: items shared earlier have fingerprints under earlier keys."""
    return tuple(compute_fingerprint(text, secret=key) for key in secret_keys)


def compute_fingerprint(text: str, *, secret: bytes) -> Fingerprint:
    """Letter case, punctuation, whitespace and emoji are ignored."""
    key = hmac.new(secret, b"fingerprint", hashlib.sha256).digest()
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    exact = hmac.new(key, (" ".join(words) or text.strip()).encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
    if len(words) < MIN_WORDS_FOR_NEAR_COPY:
        return Fingerprint(exact, (), ())
    hashes = {_number(key, " ".join(words[start : start + SHINGLE_WORDS])) for start in range(len(words) - SHINGLE_WORDS + 1)}
    signature = tuple(
        min((factor * shingle + offset & _MASK) >> 32 for shingle in hashes)
        for factor, offset in ((_number(key, f"a{i}") | 1, _number(key, f"b{i}")) for i in range(SIGNATURE_LENGTH))
    )
    bands = tuple(
        _number(key, f"{start}:{signature[start : start + BAND_LENGTH]}") >> 1
        for start in range(0, SIGNATURE_LENGTH, BAND_LENGTH)
    )
    return Fingerprint(exact, signature, bands)


def is_near_copy(a: tuple[int, ...] | list[int], b: tuple[int, ...] | list[int]) -> bool:
    """Whether two signatures belong to nearly identical texts."""
    if not len(a) == len(b) == SIGNATURE_LENGTH:
        return False
    return sum(x == y for x, y in zip(a, b, strict=True)) >= NEAR_COPY_SIMILARITY * SIGNATURE_LENGTH


def _number(key: bytes, text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), key=key, digest_size=8).digest())
