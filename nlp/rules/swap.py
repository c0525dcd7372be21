"""The replacements that a substitution offers."""

from __future__ import annotations

from typing import Any

#: Distinct matches of one rule whose replacements are cached; there are rarely more.
CACHE_SIZE = 1_000


class Swap:
    """Patterns and their replacements, in order. ``groups`` holds the group number of each pattern in the alternation of all
    patterns. Safe to share between threads."""

    def __init__(self, pairs: tuple[tuple[Any, tuple[str, ...]], ...], groups: tuple[int, ...]) -> None:
        self._pairs = pairs
        self._groups = groups
        self._cache: dict[str, tuple[str, ...] | None] = {}

    def options(self, words: str, *, capital: bool) -> tuple[str, ...] | None:
        """The replacements of the first pattern that matches ``words`` in full; ``None`` where none does. With
        ``capital`` a replacement begins with a capital where the replaced words do."""
        if words not in self._cache:
            if len(self._cache) >= CACHE_SIZE:
                self._cache.clear()
            self._cache[words] = self._find(words, capital=capital)
        return self._cache.get(words)

    def options_of(self, match: Any, *, capital: bool) -> tuple[str, ...] | None:
        """The replacements for a match of the alternation. Needed for patterns with lookaround, where the words alone do not
        show which pattern matched."""
        for (_, replacements), group in zip(self._pairs, self._groups, strict=True):
            if match.group(group) is not None:
                options = (_expand_groups(option, match, group) for option in replacements)
                return tuple(_match_capital(option, match.group()) if capital else option for option in options)
        return None

    def _find(self, words: str, *, capital: bool) -> tuple[str, ...] | None:
        for pattern, replacements in self._pairs:
            match = pattern.fullmatch(words)
            if match is not None:
                options = (_expand_groups(option, match) for option in replacements)
                return tuple(_match_capital(option, words) if capital else option for option in options)
        return None


def _expand_groups(replacement: str, match: Any, first: int = 0) -> str:
    """``replacement`` with ``$1`` and ``${1}`` replaced by the groups that follow group ``first``."""
    groups = [group or "" for group in match.groups()[first:]]
    for number, group in enumerate(groups, start=1):
        replacement = replacement.replace(f"${{{number}}}", group).replace(f"${number}", group)
    return replacement


def _match_capital(replacement: str, words: str) -> str:
    """``replacement`` with an initial capital if ``words`` have one."""
    if words[:1].isupper() and not words[1:2].isupper():
        return replacement[:1].upper() + replacement[1:]
    return replacement
