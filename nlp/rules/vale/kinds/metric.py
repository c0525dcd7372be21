"""Rules on formulas over the counts of a file (https://vale.sh/docs/checks/metric and /readability)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from nlp.rules import formulas
from nlp.rules.source import Source
from nlp.rules.vale import prose, scopes
from nlp.rules.vale.block import Block
from nlp.rules.vale.rule import TEXT, Hit, Memory, Rule, Setting

#: Elements that a formula may name besides the counts of ``formulas``.
ELEMENTS = ("pre", "list", "blockquote", *(f"heading_h{level}" for level in range(1, 7)))
_HEADING = re.compile(r"\bheading\.(h[1-6])")
#: A rule without a scope measures all prose of the file.
_SUMMARY = scopes.parse(["summary"])

#: School grades, from jdkato/prose and their Wikipedia articles.
_GRADES: Mapping[str, Callable[[Mapping[str, float]], float]] = {
    "Gunning Fog": lambda n: 0.4 * (n["words"] / n["sentences"] + 100 * n["complex_words"] / n["words"]),
    "Coleman-Liau": lambda n: 5.88 * n["characters"] / n["words"] - 29.6 * n["sentences"] / n["words"] - 15.8,
    "Flesch-Kincaid": lambda n: 0.39 * n["words"] / n["sentences"] + 11.8 * n["syllables"] / n["words"] - 15.59,
    "SMOG": lambda n: 1.043 * math.sqrt(n["polysyllabic_words"] * 30 / n["sentences"]) + 3.1291,
    "Automated Readability": lambda n: 4.71 * n["characters"] / n["words"] + 0.5 * n["words"] / n["sentences"] - 21.43,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Rule):
    """Fires where the value of ``formula`` satisfies ``condition``."""

    formula: str
    condition: str

    @classmethod
    def parse(cls, source: Source, _setting: Setting, common: dict[str, Any]) -> Self:
        formula, condition = _HEADING.sub(r"heading_\1", source.text("formula")), source.text("condition")
        for key, check in (
            ("formula", lambda: formulas.validate(formula, (*formulas.COUNTS, *ELEMENTS))),
            ("condition", lambda: formulas.satisfies(0.0, condition)),
        ):
            try:
                check()
            except ValueError as error:
                raise source.error(key, str(error)) from error
        return cls(**_measured(common), formula=formula, condition=condition)

    def find(self, block: Block, _memory: Memory, elements: dict[str, int]) -> Iterator[Hit]:
        counts = prose.counts(block.text)
        if not counts:
            return
        value = formulas.compute(self.formula, dict.fromkeys(ELEMENTS, 0.0) | elements | counts)
        if value is not None and formulas.satisfies(value, self.condition):
            yield _hit(block, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readability(Rule):
    """Fires where the mean of ``metrics``, names of ``_GRADES``, is above ``grade``."""

    metrics: tuple[str, ...]
    grade: float

    @classmethod
    def parse(cls, source: Source, _setting: Setting, common: dict[str, Any]) -> Self:
        metrics = tuple(source.strings("metrics"))
        unknown = [name for name in metrics if name not in _GRADES]
        if unknown or not metrics:
            raise source.error("metrics", f"must be a list of {', '.join(_GRADES)}")
        return cls(**_measured(common), metrics=metrics, grade=source.number("grade"))

    def find(self, block: Block, _memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        counts = prose.counts(block.text)
        if not counts:
            return
        grade = sum(_GRADES[name](counts) for name in self.metrics) / len(self.metrics)
        if grade > self.grade:
            yield _hit(block, grade)


def _hit(block: Block, value: float) -> Hit:
    """A hit on ``block``: at the beginning of the file if the block is the prose of the whole file."""
    return Hit(0, len(block.text), (f"{value:.2f}",), whole="summary" in block.scope)


def _measured(common: dict[str, Any]) -> dict[str, Any]:
    """``common`` for a rule that measures: without a scope, and with ``text``, it is about the file."""
    return common | {"scopes": _SUMMARY} if common["scopes"] == TEXT else common
