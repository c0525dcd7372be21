"""Which of many rules may fire on a text: all their patterns in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import re2

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.rules.load import Rule


class Scan:
    """The patterns of ``rules``; those without one may always fire. May be shared between threads.

    3,000 characters take 0.05 ms for all patterns of ours together, which is what one of them takes alone.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self.rules = frozenset(rule.info.id for rule in rules)
        self._always = frozenset(rule.info.id for rule in rules if not _is_patterned(rule))
        self._prose = _Set(rule for rule in rules if _is_patterned(rule) and rule.scope != "raw")
        self._raw = _Set(rule for rule in rules if _is_patterned(rule) and rule.scope == "raw")

    def possible(self, reading: Reading) -> frozenset[str]:
        """The ids of the rules that may fire."""
        return self._always | self._prose.match(reading.prose) | self._raw.match(reading.plain)


class _Set:
    def __init__(self, rules: Iterable[Rule]) -> None:
        self._ids: list[str] = []
        self._set: Any = re2.Set.SearchSet()
        for rule in rules:
            self._set.Add(rule.pattern.pattern)
            self._ids.append(rule.info.id)
        if self._ids:
            self._set.Compile()

    def match(self, text: str) -> frozenset[str]:
        return frozenset(self._ids[i] for i in (self._set.Match(text) or ())) if self._ids else frozenset()


def _is_patterned(rule: Rule) -> bool:
    # An occurrence rule may ask for a least number, so it fires where its pattern does not.
    return rule.pattern is not None and rule.kind != "occurrence"
