"""The rules that ship with the coach."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.model import RuleInfo
from nlp.rules.load import load_style
from nlp.rules.pattern_set import PatternSet
from nlp.rules.rule import Rule

if TYPE_CHECKING:
    from nlp.language import Reading

STYLE = Path(__file__).parent / "styles" / "Repute"

#: Whether a rule may fire on one reading. ``False`` is certain, ``True`` is not.
MayFire = Callable[[Rule], bool]


@cache
def packaged() -> tuple[Rule, ...]:
    """The rules of our own style, sorted by id."""
    return tuple(sorted(load_style(STYLE), key=lambda rule: rule.info.id))


@cache
def catalogue() -> tuple[RuleInfo, ...]:
    """The packaged rules, as the rest of the product shows and tunes them."""
    return tuple(rule.info for rule in packaged())


class Prefilter:
    """Finds out in one scan of a text which of ``rules`` may fire."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self._prose, self._raw = (
            PatternSet({rule.info.id: _searchable(rule) for rule in rules if rule.reads_raw == reads_raw})
            for reads_raw in (False, True)
        )
        self._covered = frozenset(rule.info.id for rule in rules)

    def scan(self, reading: Reading) -> MayFire:
        """Rules that are not among them are searched for one by one."""
        possible = self._prose.match(reading.views.prose) | self._raw.match(reading.views.normalized)
        return lambda rule: rule.info.id in possible if rule.info.id in self._covered else rule.may_fire(reading)


def prefilter(reading: Reading) -> MayFire:
    """Which packaged rules may fire on ``reading``, found in one scan of the text. Call it once per draft and pass the result
    on."""
    return _packaged_prefilter().scan(reading)


@cache
def _packaged_prefilter() -> Prefilter:
    return Prefilter(packaged())


def _searchable(rule: Rule) -> str | None:
    return None if rule.prefilter is None else rule.prefilter.pattern
