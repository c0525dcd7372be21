"""Words of which every match of a pattern contains at least one, so that most patterns need not be tried."""

from __future__ import annotations

from re import _parser  # type: ignore[attr-defined]
from re._constants import BRANCH, LITERAL, MAX_REPEAT, SUBPATTERN  # type: ignore[import-not-found]
from typing import Any

from spacy.lang.en.stop_words import STOP_WORDS


def words_of(pattern: str) -> list[str]:
    """In order. Empty if some match has none, or only words that nearly every sentence has. ``\\p{L}`` stands for a letter."""
    found = _of_sequence(_parser.parse(pattern.replace("\\p{L}", "\\w"))) or set()
    return sorted(found) if _rarity(found)[0] > 0 else []


def _of_sequence(sequence: Any) -> set[str] | None:
    """The rarest set that one part of the sequence requires; ``None`` if no part requires any."""
    sets: list[set[str]] = []
    letters = ""
    for kind, value in sequence:
        if kind is LITERAL:
            letters += chr(value)
            continue
        sets += [{letters}] if letters else []
        letters = ""
        sets += _of_part(kind, value)
    sets += [{letters}] if letters else []
    return max(sets, key=_rarity, default=None)


def _of_part(kind: Any, value: Any) -> list[set[str]]:
    if kind is BRANCH:
        branches = [_of_sequence(branch) for branch in value[1]]
        return [] if None in branches else [set().union(*(branch or () for branch in branches))]
    inner = value[-1] if kind is SUBPATTERN else value[2] if kind is MAX_REPEAT and value[0] > 0 else ()
    found = _of_sequence(inner)
    return [found] if found else []


def _rarity(words: set[str]) -> tuple[int, int]:
    """Longer words are rarer, and of equally long ones fewer."""
    return min((0 if word in STOP_WORDS or not word.strip() else len(word) for word in words), default=0), -len(words)
