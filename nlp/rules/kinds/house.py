"""Kinds of rule that Vale does not have: checks written in code, and thresholds on measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from nlp.model import Measure
from nlp.rules.checks import CHECKS, Check
from nlp.rules.rule import Match, Rule, Subject
from nlp.rules.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCheck(Rule):
    """Fires where the function ``check`` matches; ``name`` is its name in the rule file."""

    name: str
    check: Check

    @classmethod
    def parse(cls, source: Source, common: dict[str, Any]) -> Self:
        name = (source.data.get("repute") or {}).get("check", "")
        if name not in CHECKS:
            raise source.error("repute", f"there is no check named {name!r}")
        return cls(**common, name=name, check=CHECKS[name])

    def matches(self, subject: Subject) -> list[Match]:
        return list(self.check(subject.reading, subject.surface))


@dataclass(frozen=True, slots=True, kw_only=True)
class HighMeasure(Rule):
    """Fires where the measure named ``measure`` counts and is at or above ``threshold``, or where the caller passes a fact of
    that name. Marks the first sentence or, with ``marks_text``, the whole text."""

    measure: str
    threshold: float
    marks_text: bool = False

    @classmethod
    def parse(cls, source: Source, common: dict[str, Any]) -> Self:
        own = source.data.get("repute") or {}
        return cls(
            **common,
            measure=str(own.get("measure", "")),
            threshold=float(own.get("at_least", 0)),
            marks_text=own.get("marks") == "text",
        )

    def matches(self, subject: Subject) -> list[Match]:
        if not (self.measure in subject.known.facts or any(map(self._is_high, subject.known.measures))):
            return []
        if self.marks_text:
            return [Match(None)]
        reading = subject.reading
        opening = reading.prose_sentences[0] if reading.prose_sentences else None
        # Most opening questions are genuine; other rules cover those that are not.
        if opening is None or opening.of(reading.views.normalized).rstrip("\"' ").endswith("?"):
            return []
        return [Match(opening)]

    def _is_high(self, measure: Measure) -> bool:
        return measure.name == self.measure and measure.goodness is not None and measure.value >= self.threshold
