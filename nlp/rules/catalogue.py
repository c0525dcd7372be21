"""The rules that ship with the coach."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.model import RuleInfo
from nlp.rules.load import load_style
from nlp.rules.pattern_set import MayFire, PatternSet
from nlp.rules.rule import Dialect, Rule

if TYPE_CHECKING:
    from nlp.language import Reading

STYLE = Path(__file__).parent / "styles" / "Repute"


@cache
def packaged() -> tuple[Rule, ...]:
    """The rules of our own style, sorted by id."""
    return tuple(sorted(load_style(STYLE, Dialect.HOUSE), key=lambda rule: rule.info.id))


@cache
def catalogue() -> tuple[RuleInfo, ...]:
    """The packaged rules, as the rest of the product shows and tunes them."""
    return tuple(rule.info for rule in packaged())


def prefilter(reading: Reading) -> MayFire:
    """Which packaged rules may fire on ``reading``, found in one scan of the text. Call it once per draft and pass the result
    on."""
    return _pattern_set().prefilter(reading)


@cache
def _pattern_set() -> PatternSet:
    return PatternSet(packaged())
