"""Tells exact and near copies apart without keeping or comparing anybody's words (TRUST.md C6).

MinHash over shingles of three words: the share of equal places in two signatures estimates the share of shingles that two
texts have in common (Broder 1997, "On the resemblance and containment of documents"). Every hash is keyed with the server's
secret, so a leaked table cannot be searched for a guessed text."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

SHINGLE_WORDS = 3
#: Below this many words two honest comments are alike by chance ("thanks for the numbers"): only exact copies count.
NEAR_FROM_WORDS = 12
PLACES = 32
#: Places in a band: with 4, texts 80 % alike meet in one of 8 bands 98 times in 100, texts 30 % alike 6 times.
BAND_PLACES = 4
#: Share of equal places from which a text is a near copy.
NEAR = 0.7
_MASK = 2**64 - 1
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``exact``: keyed hash of the words. ``places``: the signature, 32 numbers of 32 bits; empty for a short text.
    ``bands``: 8 numbers of 63 bits, equal ones mean "compare these two"."""

    exact: str
    places: tuple[int, ...]
    bands: tuple[int, ...]


def fingerprint(text: str, *, secret: bytes) -> Fingerprint:
    """Letter case, punctuation, layout and emoji make no difference."""
    key = hmac.new(secret, b"fingerprint", hashlib.sha256).digest()
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    exact = hmac.new(key, (" ".join(words) or text.strip()).encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
    if len(words) < NEAR_FROM_WORDS:
        return Fingerprint(exact, (), ())
    hashes = {_number(key, " ".join(words[start : start + SHINGLE_WORDS])) for start in range(len(words) - SHINGLE_WORDS + 1)}
    places = tuple(
        min((factor * one + offset & _MASK) >> 32 for one in hashes)
        for factor, offset in ((_number(key, f"a{i}") | 1, _number(key, f"b{i}")) for i in range(PLACES))
    )
    bands = tuple(_number(key, f"{at}:{places[at : at + BAND_PLACES]}") >> 1 for at in range(0, PLACES, BAND_PLACES))
    return Fingerprint(exact, places, bands)


def is_near(a: tuple[int, ...] | list[int], b: tuple[int, ...] | list[int]) -> bool:
    """Whether two signatures come from nearly the same text."""
    return len(a) == len(b) == PLACES and sum(x == y for x, y in zip(a, b, strict=True)) >= NEAR * PLACES


def _number(key: bytes, text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), key=key, digest_size=8).digest())
