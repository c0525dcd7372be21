"""Which of many rules may fire on a text: all their patterns in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import re2

from nlp.rules.patterns import MEMORY, is_linear

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.rules.load import Rule


#: A longer pattern is looked for by itself, and so many characters of patterns make one set: RE2 finds nothing at all, and
#: says nothing, where a set has outgrown its memory.
LONGEST, LARGEST_SET = 20_000, 100_000


class Scan:
    """The patterns of ``rules``; those without one may always fire. May be shared between threads.

    3,000 characters take 0.05 ms for all patterns of ours together, which is what one of them takes alone.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self.rules = frozenset(rule.info.id for rule in rules)
        self._always = frozenset(rule.info.id for rule in rules if not _is_patterned(rule))
        self._prose = _sets(rule for rule in rules if _is_patterned(rule) and rule.scope != "raw")
        self._raw = _sets(rule for rule in rules if _is_patterned(rule) and rule.scope == "raw")

    def possible(self, reading: Reading) -> frozenset[str]:
        """The ids of the rules that may fire."""
        found = set(self._always)
        for sets, text in ((self._prose, reading.views.prose), (self._raw, reading.views.normalized)):
            for one in sets:
                found.update(one.match(text))
        return frozenset(found)


class _Set:
    def __init__(self, rules: Iterable[Rule]) -> None:
        options = re2.Options()
        options.max_mem = MEMORY
        self._ids: list[str] = []
        self._set: Any = re2.Set.SearchSet(options)
        for rule in rules:
            self._set.Add(rule.pattern.pattern)
            self._ids.append(rule.info.id)
        try:
            self._set.Compile()
        except re2.error:
            # Too large together: each is looked for by itself.
            self._set = None

    def match(self, text: str) -> Iterator[str]:
        if self._set is None:
            return iter(self._ids)
        return (self._ids[i] for i in (self._set.Match(text) or ()))


def _sets(rules: Iterable[Rule]) -> tuple[_Set, ...]:
    groups: list[list[Rule]] = []
    size = LARGEST_SET
    for rule in rules:
        length = len(rule.pattern.pattern)
        if size + length > LARGEST_SET:
            groups.append([])
            size = 0
        groups[-1].append(rule)
        size += length
    return tuple(map(_Set, groups))


def _is_patterned(rule: Rule) -> bool:
    # An occurrence rule may ask for a least number, so it fires where its pattern does not.
    return is_linear(rule.pattern) and rule.kind != "occurrence" and len(rule.pattern.pattern) <= LONGEST
