"""Counts the words of a text, as anybody can: what stands between spaces, without links, hashtags and mentions."""

from __future__ import annotations

_NOT_WORDS = ("#", "@", "http://", "https://", "www.")


def count_words(text: str) -> int:
    return sum(_is_word(part) for part in text.split())


def _is_word(part: str) -> bool:
    return any(map(str.isalnum, part)) and not part.lower().startswith(_NOT_WORDS)
