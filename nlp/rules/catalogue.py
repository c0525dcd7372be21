"""The rules that ship with the coach."""

from __future__ import annotations

from collections.abc import Callable
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


def prefilter(reading: Reading) -> MayFire:
    """Which packaged rules may fire on ``reading``, found in one scan of the text. Call it once per draft and pass the result
    on."""
    prose, raw, covered = _pattern_sets()
    possible = prose.match(reading.views.prose) | raw.match(reading.views.normalized)
    # Rules outside the catalogue are searched for one by one.
    return lambda rule: rule.info.id in possible if rule.info.id in covered else rule.may_fire(reading)


@cache
def _pattern_sets() -> tuple[PatternSet, PatternSet, frozenset[str]]:
    """The patterns that run on the prose, those that run on the whole text, and the ids of all packaged rules."""
    prose, raw = (
        PatternSet({rule.info.id: _searchable(rule) for rule in packaged() if rule.reads_raw == reads_raw})
        for reads_raw in (False, True)
    )
    return prose, raw, frozenset(rule.info.id for rule in packaged())


def _searchable(rule: Rule) -> str | None:
    return None if rule.prefilter is None else rule.prefilter.pattern
