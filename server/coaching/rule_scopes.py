"""Which rules a rep turned off, and where: everywhere, or on one surface.

An entry is the rule's id, or ``<rule>@<surface>``. Rule ids contain no ``@``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import get_args

from nlp.elsewhere import Place
from nlp.model import Surface

_SEPARATOR = "@"
_SURFACES: frozenset[str] = frozenset((*get_args(Surface), *get_args(Place)))
#: The longest entry: that of a rule id with 100 characters.
MAX_ENTRY = 100 + len(_SEPARATOR) + max(map(len, _SURFACES))


def rule_of(entry: str) -> str:
    return entry.partition(_SEPARATOR)[0]


def surface_of(entry: str) -> str | None:
    """``None`` if the rule is off everywhere."""
    return entry.partition(_SEPARATOR)[2] or None


def off_on(entries: Iterable[str], surface: Surface | Place) -> frozenset[str]:
    """The rules that are off on ``surface``."""
    return frozenset(rule_of(entry) for entry in entries if surface_of(entry) in {None, surface})


def is_known(entry: str, *, rules: Collection[str]) -> bool:
    rule, separator, surface = entry.partition(_SEPARATOR)
    return rule in rules and (not separator or surface in _SURFACES)


def with_entry(entries: Iterable[str], entry: str) -> list[str]:
    """Adds ``entry``. A rule that is off everywhere needs no entry for a surface."""
    kept = set(entries)
    if surface_of(entry) is None:
        kept = {other for other in kept if rule_of(other) != entry}
    elif rule_of(entry) in kept:
        return sorted(kept)
    return sorted(kept | {entry})


def without_entry(entries: Iterable[str], entry: str) -> list[str]:
    return sorted(other for other in entries if other != entry)
