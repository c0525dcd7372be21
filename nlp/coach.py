"""The one way through: read, analyse, find, measure, judge, explain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp import language, measures, profiles, rules, surfaces
from nlp.language.english import FOREIGN_NOTE, MIXED_NOTE
from nlp.model import (
    DRAFT_SURFACES,
    MAX_DRAFT_UTF16,
    Assessment,
    Comparison,
    Draft,
    Finding,
    Gate,
    InputError,
    Measure,
    Profile,
    Span,
    Surface,
    Utf16,
)
from nlp.quality import bait, pairs
from nlp.quality.rubric import Judgement, judge
from nlp.quality.scoring import LEARNED, Scoring, load_scoring
from nlp.quality.style import Ear

if TYPE_CHECKING:
    from nlp.language import Reading

PROTECTED_NOTE = "This reads like talk about pay, conditions, health, belief or politics: the coach keeps out of it"
NEAR_COPY = Measure("near_copy", "voice", 1.0, "", 0.0, "Nearly the same text was published before")
_LONE = re.compile("[\ud800-\udfff]")
EMPTY_NOTE = "Nothing to judge yet"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found and measured, before it is judged."""

    words: int
    #: Where sentences surely end, so that a sentence does not fall apart while it is being typed.
    sentences: tuple[Span, ...]
    gate: Gate
    findings: tuple[Finding, ...]
    measures: tuple[Measure, ...]
    foreign: bool = False
    mixed: bool = False


class Coach:
    """Assesses drafts and profiles under one scoring version. May be shared between threads."""

    def __init__(self, scoring: Scoring | None = None) -> None:
        self.scoring = scoring or load_scoring()
        # What protects a writer is no matter of tuning.
        self._protecting = tuple(rule for rule in rules.packaged() if rule.gate == "protected")
        self._rules = tuple(rule for rule in rules.packaged() if rule.gate != "protected" and self.scoring.is_on(rule.info.id))
        learned = {name: weights for name in LEARNED if (weights := self.scoring.learned(name))}
        self._ear, self._bait = Ear(learned), learned.get("bait")

    def assess(self, item: Draft | Profile, *, switched_off: frozenset[str] = frozenset()) -> Assessment:
        """What the coach says of ``item``. ``switched_off`` are rule ids the rep has asked not to see; what holds or
        protects a text stays on. Raises ``InputError`` and nothing else."""
        if isinstance(item, Profile):
            return profiles.assess(item, self.scoring, switched_off=switched_off)
        text = _read(item.surface, item.text)
        seen = self._analyse(language.read(text), item.surface, switched_off, near_copy=item.near_copy)
        judged = judge(self.scoring.rubric(item.surface), seen.measures, seen.findings, words=seen.words)
        return _explain(item.surface, text, seen, judged, self.scoring.version)

    def compare(self, surface: Surface, a: str, b: str) -> Comparison:
        """Which of two wordings is likely to do better on ``surface``. Raises ``InputError``."""
        return pairs.compare(self, surface, _read(surface, a, field="a"), _read(surface, b, field="b"))

    def _analyse(self, reading: Reading, surface: Surface, switched_off: frozenset[str], *, near_copy: bool = False) -> _Seen:
        words = len(reading.words)
        if _matches_any(self._protecting, reading, surface):
            return _Seen(words, reading.segments, Gate("protected", (PROTECTED_NOTE,)), (), ())
        gates = {rule.info.id for rule in self._rules if rule.gate}
        foreign = reading.is_foreign
        taken: tuple[Measure, ...] = ()
        if not foreign:
            told = reading.scored
            words = len(told.words)
            taken = (*measures.measure(told, surface), *self._learned(told, surface))
        findings = rules.find(
            reading,
            surface,
            [rule for rule in self._rules if not foreign or rule.layout or rule.gate],
            wanted=lambda rule_id: rule_id in gates or rule_id not in switched_off,
            # A fact about other texts: rules may remark on it, but it is none of the measures of this one.
            measured=(*taken, NEAR_COPY) if near_copy else taken,
        )
        reasons = tuple(dict.fromkeys(finding.message for finding in findings if finding.rule in gates))
        gate = Gate("held", reasons) if reasons else Gate("open")
        return _Seen(
            words, reading.segments, gate, tuple(findings), taken, foreign, mixed=bool(reading.excluded) and not foreign
        )

    def _learned(self, told: Reading, surface: Surface) -> tuple[Measure, ...]:
        marks = (bait.measure(told.views.english, self._bait),) if self._bait else ()
        return (*marks, *self._ear.measure(told, surface))


def _read(surface: str, text: str, *, field: str = "text") -> str:
    """``text`` itself, or ``InputError`` naming the field and the limit."""
    if surface not in DRAFT_SURFACES:
        raise InputError(f"surface must be one of {', '.join(DRAFT_SURFACES)}", field="surface", code="unknown-surface")
    if not isinstance(text, str):
        raise InputError(f"{field} must be text", field=field)
    # A cheap look before the exact one: no text has more characters than UTF-16 units.
    if len(text) > MAX_DRAFT_UTF16 or Utf16(text).length > MAX_DRAFT_UTF16:
        raise InputError(
            f"{field} is longer than {MAX_DRAFT_UTF16:,} UTF-16 units", field=field, limit=MAX_DRAFT_UTF16, code="too-long"
        )
    if "\0" in text:
        raise InputError(f"{field} holds a NUL character", field=field, code="nul")
    if _LONE.search(text):
        raise InputError(f"{field} holds half a character (a lone surrogate)", field=field, code="surrogate")
    return text


def _matches_any(among: Sequence[rules.Rule], reading: Reading, surface: Surface) -> bool:
    may_fire = rules.among(reading)
    return any(rules.matches(rule, reading, surface) for rule in among if may_fire(rule))


def _explain(surface: Surface, text: str, seen: _Seen, judged: Judgement, version: str) -> Assessment:
    note = judged.note if text.strip() else EMPTY_NOTE
    if seen.gate.state == "protected":
        note = PROTECTED_NOTE
    elif seen.foreign:
        note = FOREIGN_NOTE
    elif seen.mixed:
        note = judged.note or MIXED_NOTE
    return Assessment(
        surface=surface,
        text=text,
        score=judged.score,
        band=judged.band,
        confidence=judged.confidence,
        dimensions=judged.dimensions,
        findings=judged.findings,
        contributions=judged.contributions,
        measures=seen.measures,
        sentences=seen.sentences,
        length=surfaces.measure(surface, text),
        gate=seen.gate,
        scoring_version=version,
        note=note,
    )
