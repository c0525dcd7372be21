"""The replacements that a substitution offers."""

from __future__ import annotations

from typing import Any

#: Different matches of one rule whose replacements are cached; there are seldom more.
CACHE_SIZE = 1_000


class Swap:
    """Pairs of a pattern and its replacements, in order. ``groups`` holds the number of each pattern's group in all patterns
    joined by ``|``. May be shared between threads."""

    def __init__(self, pairs: tuple[tuple[Any, tuple[str, ...]], ...], groups: tuple[int, ...]) -> None:
        self._pairs = pairs
        self._groups = groups
        self._cache: dict[str, tuple[str, ...] | None] = {}

    def options(self, words: str, *, capital: bool) -> tuple[str, ...] | None:
        """The replacements of the first pattern that matches ``words`` in full; ``None`` where none does. ``capital``: a
        replacement takes the capital of what it replaces."""
        if words not in self._cache:
            if len(self._cache) >= CACHE_SIZE:
                self._cache.clear()
            self._cache[words] = self._find(words, capital=capital)
        return self._cache.get(words)

    def options_of(self, match: Any, *, capital: bool) -> tuple[str, ...] | None:
        """The same for a match of all patterns joined: where they look around, the words alone do not tell which matched."""
        for (_, replacements), group in zip(self._pairs, self._groups, strict=True):
            if match.group(group) is not None:
                options = (_expanded(option, match, group) for option in replacements)
                return tuple(_cased(option, match.group()) if capital else option for option in options)
        return None

    def _find(self, words: str, *, capital: bool) -> tuple[str, ...] | None:
        for pattern, replacements in self._pairs:
            match = pattern.fullmatch(words)
            if match is not None:
                options = (_expanded(option, match) for option in replacements)
                return tuple(_cased(option, words) if capital else option for option in options)
        return None


def _expanded(replacement: str, match: Any, first: int = 0) -> str:
    """``replacement`` with ``$1`` and ``${1}`` replaced by the groups behind group ``first``."""
    groups = [group or "" for group in match.groups()[first:]]
    for number, group in enumerate(groups, start=1):
        replacement = replacement.replace(f"${{{number}}}", group).replace(f"${number}", group)
    return replacement


def _cased(replacement: str, words: str) -> str:
    """The replacement with the capital of the words it replaces."""
    if words[:1].isupper() and not words[1:2].isupper():
        return replacement[:1].upper() + replacement[1:]
    return replacement
