"""Rules on formulas over counts of the text, such as readability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nlp.rules import formulas
from nlp.rules.rule import Match, TextRule
from nlp.rules.source import Source

if TYPE_CHECKING:
    from nlp.language import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(TextRule):
    """Fires where the value of ``formula`` for the whole text satisfies ``condition`` and the text has at least ``minimum``
    words. Marks the sentence with the highest value."""

    formula: str
    condition: str
    minimum: int = 0

    @classmethod
    def parse(cls, source: Source, common: dict[str, Any]) -> Self:
        for key, check in (("formula", formulas.validate), ("condition", lambda condition: formulas.satisfies(0.0, condition))):
            try:
                check(source.text(key))
            except ValueError as error:
                raise source.error(key, str(error)) from error
        formula, condition = source.text("formula"), source.text("condition")
        return cls(**common, formula=formula, condition=condition, minimum=int(source.number("min")))

    def find(self, reading: Reading) -> Iterator[Match]:
        counts = formulas.counts(reading)
        value = formulas.evaluate(self.formula, counts)
        if value is not None and counts["words"] >= self.minimum and formulas.satisfies(value, self.condition):
            yield Match(formulas.hardest_sentence(self.formula, reading), words=(f"{value:.1f}",))
