"""The length X counts (EVIDENCE.md X1, X2), by twitter-text's version 3 configuration.

Counted after NFC normalisation: a link is always 23, an emoji sequence always 2, a character 1 or 2 by its code point.
Source: https://docs.x.com/fundamentals/counting-characters.md and twitter-text ``config/v3.json``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from nlp.surfaces import links

_LEADING_MENTIONS = re.compile(r"\s*(?:[@＠][A-Za-z0-9_]{1,20}\s+)+")


@dataclass(frozen=True, slots=True)
class Weights:
    """``ranges`` are inclusive code point ranges with their weight in ``scale``-ths of a character."""

    scale: int
    default: int
    url: int
    emoji: int
    ranges: tuple[tuple[int, int, int], ...]

    def of(self, char: str) -> int:
        point = ord(char)
        return next((weight for low, high, weight in self.ranges if low <= point <= high), self.default)

    def sum_of(self, text: str) -> int:
        # A text has few different characters.
        return sum(self.of(char) * count for char, count in Counter(text).items())


def length(text: str, weights: Weights) -> int:
    """Weighted length of ``text``, in whole characters, rounded down as X does."""
    text = unicodedata.normalize("NFC", text)
    total = 0
    end = 0
    fixed = [(span, weights.url * weights.scale) for span in links.urls(text)]
    urls = [span for span, _ in fixed]
    fixed += [(s, weights.emoji) for s in links.emoji(text) if not any(u.start <= s.start < u.end for u in urls)]
    for span, weight in sorted(fixed, key=lambda item: item[0].start):
        total += weights.sum_of(text[end : span.start]) + weight
        end = span.end
    total += weights.sum_of(text[end:])
    return total // weights.scale


def without_leading_mentions(text: str) -> str:
    """The part of a reply that counts: X adds the mentions at its start itself."""
    match = _LEADING_MENTIONS.match(text)
    return text[match.end() :] if match else text


def overflow(text: str, limit: int, weights: Weights) -> int:
    """The code point offset from which ``text`` is too long; ``len(text)`` where it fits."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if length(text[:middle], weights) <= limit:
            low = middle
        else:
            high = middle - 1
    return low
