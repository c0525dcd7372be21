"""Detects exact and near copies without comparing anybody's texts (TRUST.md C6).

A text is reduced to the set of keyed hashes of its shingles, its runs of four words. The share of a text's shingles that an
earlier text has, its containment there (Broder 1997, "On the resemblance and containment of documents"), says how much of it
was shared before: of a post with a new first line, of a part of a post, or of sentences in another order. A sample of the
hashes is indexed, and finds the earlier texts with which the whole sets are then compared. Every hash is keyed with the
server's secret key, so a leaked table cannot be searched for a guessed text."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.activities.plain_words import plain_words
from server.core.secret_keys import SecretKeys

#: Changes whenever the same text gets other numbers; stored ones are then computed again (``refreshing.py``).
VERSION = 2
SHINGLE_WORDS = 4
#: Shorter comments are often alike by chance ("thanks for the numbers"), so they are compared with the person's own only.
MIN_WORDS_FOR_NEAR_COPY = 12
#: Texts of this many words are the same comment if they differ in a word, such as a name ...
VARIANT_WORDS = range(5, 13)
#: ... or, from this many words on, in two neighbouring words.
MIN_WORDS_FOR_TWO = 8
#: The share of a text's shingles from which it is a near copy of the text that has them.
NEAR_COPY_CONTAINMENT = 0.5
#: Which hashes are indexed: the lowest of each text, so that a short one has enough, and one in four of the others. Which ones
#: does not depend on what surrounds them, so a part of a text has the same ones as the whole.
LOWEST_INDEXED = 8
INDEXED_ONE_IN = 4
MAX_INDEXED = 64
#: "Q3" and "90k" are figures; a longer word with figures is a name, such as that of a machine.
MAX_LETTERS_WITH_FIGURES = 5
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``exact``: keyed hash of the words. ``shingles``: numbers of 32 bits, ascending; empty for a short text. ``bands``: up to
    ``MAX_INDEXED`` numbers of 63 bits, those of shingles that are indexed. ``variants``: of a short text only, numbers of 63
    bits; two texts with one in common are the same but for a word or two."""

    exact: str
    shingles: tuple[int, ...]
    bands: tuple[int, ...]
    variants: tuple[int, ...]

    @property
    def indexed(self) -> tuple[int, ...]:
        return (*self.bands, *self.variants)

    @property
    def lockable(self) -> tuple[object, ...]:
        """What near copies are most likely to have in common: few enough values to lock each."""
        return (self.exact, *self.bands[:LOWEST_INDEXED])


def compute_fingerprints(text: str, *, secret_keys: SecretKeys) -> tuple[Fingerprint, ...]:
    """One for each key, the current key's first: items shared earlier have fingerprints under earlier keys."""
    return tuple(compute_fingerprint(text, secret=key) for key in secret_keys)


def compute_fingerprint(text: str, *, secret: bytes) -> Fingerprint:
    """Letter case, punctuation, whitespace, emoji, invisible characters and letters that only look different are ignored; near
    copies may have other figures."""
    key = hmac.new(secret, b"fingerprint", hashlib.sha256).digest()
    words = plain_words(text)
    exact = hmac.new(key, (" ".join(words) or text.strip()).encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
    # Of figures only that there is one: a template with other figures is the same text.
    words = [_FIGURES.sub("0", word) if word.isdecimal() or len(word) <= MAX_LETTERS_WITH_FIGURES else word for word in words]
    variants = tuple(sorted({_number(key, variant) for variant in _variants(words)}))
    if len(words) < MIN_WORDS_FOR_NEAR_COPY:
        return Fingerprint(exact, (), (), variants)
    runs = (words[start : start + SHINGLE_WORDS] for start in range(len(words) - SHINGLE_WORDS + 1))
    hashes = sorted({_number(key, " ".join(run)) for run in runs})
    bands = [*hashes[:LOWEST_INDEXED], *(one for one in hashes[LOWEST_INDEXED:] if one % INDEXED_ONE_IN == 0)]
    return Fingerprint(exact, tuple(sorted({one >> 31 for one in hashes})), tuple(bands[:MAX_INDEXED]), variants)


def containment(shingles: Sequence[int], *others: Sequence[int]) -> float:
    """The share of ``shingles`` that are in at least one of ``others``; 0 without any."""
    earlier = {one for other in others for one in other}
    return sum(one in earlier for one in shingles) / len(shingles) if shingles else 0.0


def _variants(words: Sequence[str]) -> Iterator[str]:
    """A short text whole, and without each word or two neighbouring ones."""
    if len(words) not in VARIANT_WORDS:
        return
    for left_out in range(3 if len(words) >= MIN_WORDS_FOR_TWO else 2):
        for start in range(len(words) - left_out + 1):
            yield f"variant: {' '.join((*words[:start], *words[start + left_out :]))}"


def _number(key: bytes, text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), key=key, digest_size=8).digest()) >> 1
