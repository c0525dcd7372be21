"""The rules that ship with the coach."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.model import RuleInfo
from nlp.rules.load import load_rule, load_style
from nlp.rules.pattern_set import MayFire, PatternSet
from nlp.rules.rule import Dialect, Rule

if TYPE_CHECKING:
    from nlp.language import Reading

STYLE = Path(__file__).parent / "styles" / "Repute"


@cache
def packaged() -> tuple[Rule, ...]:
    """The rules of our own style, sorted by id. The protected-talk list is JSON because the extension's build reads it too."""
    rules = (*load_style(STYLE, Dialect.HOUSE), load_rule(STYLE / "Protected.json", Dialect.HOUSE))
    return tuple(sorted(rules, key=lambda rule: rule.info.id))


@cache
def catalogue() -> tuple[RuleInfo, ...]:
    """The packaged rules that the rest of the product may show and tune; the protected-talk rules are left out."""
    return tuple(rule.info for rule in packaged() if rule.gate != "protected")


def prefilter(reading: Reading) -> MayFire:
    """Which packaged rules may fire on ``reading``, found in one scan of the text. Call it once per draft and pass the result
    on."""
    return _pattern_set().prefilter(reading)


@cache
def _pattern_set() -> PatternSet:
    return PatternSet(packaged())
