"""What a substitution offers instead of the words it found."""

from __future__ import annotations

from typing import Any

#: So many different findings of one rule are remembered; there are seldom more.
MOST_KEPT = 1_000


class Swap:
    """Pairs of a pattern and what may stand in its place, in order. ``groups`` says which group of all patterns together
    each of them is. May be shared between threads."""

    def __init__(self, pairs: tuple[tuple[Any, tuple[str, ...]], ...] = (), groups: tuple[int, ...] = ()) -> None:
        self._pairs = pairs
        self._groups = groups
        self._kept: dict[str, tuple[str, ...] | None] = {}

    def options(self, words: str, *, capital: bool = True) -> tuple[str, ...] | None:
        """What the first pattern that is ``words`` from end to end offers; ``None`` where there is none."""
        if words not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[words] = self._find(words, capital=capital)
        return self._kept.get(words)

    def found(self, match: Any, *, capital: bool) -> tuple[str, ...] | None:
        """What is offered for a match of all patterns together: where they look around, the words alone do not tell which of
        them it was. ``capital``: the replacement takes the capital of what it replaces."""
        for (_, replacements), group in zip(self._pairs, self._groups, strict=True):
            if match.group(group) is not None:
                options = (_filled(option, match, group) for option in replacements)
                return tuple(_cased(option, match.group()) if capital else option for option in options)
        return None

    def _find(self, words: str, *, capital: bool) -> tuple[str, ...] | None:
        for pattern, replacements in self._pairs:
            found = pattern.fullmatch(words)
            if found is not None:
                options = (_filled(option, found) for option in replacements)
                return tuple(_cased(option, words) if capital else option for option in options)
        return None


def _filled(replacement: str, found: Any, first: int = 0) -> str:
    groups = [group or "" for group in found.groups()[first:]]
    for place, group in enumerate(groups, start=1):
        replacement = replacement.replace(f"${{{place}}}", group).replace(f"${place}", group)
    return replacement


def _cased(replacement: str, words: str) -> str:
    """The replacement with the capital of the words it stands in for."""
    if words[:1].isupper() and not words[1:2].isupper():
        return replacement[:1].upper() + replacement[1:]
    return replacement
