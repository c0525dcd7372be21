"""The coach: runs the steps of an assessment (read, measure, find, judge, explain) for drafts, profiles and comparisons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nlp import language, measures, profiles, rules, surfaces
from nlp.advice import advise, advise_profile
from nlp.advice.material import Material
from nlp.inputs import check_draft
from nlp.model import Advice, Assessment, Comparison, Draft, Finding, Gate, Kind, Length, Measure, Note, Profile, Span, Surface
from nlp.quality import bait, ceilings, pairs, rescoring
from nlp.quality.correction.features import Measured, measured
from nlp.quality.kinds import described as kinds
from nlp.quality.rescoring import ScoreInputs
from nlp.quality.rubric import Ceiling, Judgement, judge, rates
from nlp.quality.scoring import LEARNED, Scoring, load_scoring
from nlp.quality.style import StyleScorer
from nlp.rules import protected
from nlp.rules.catalogue import MayFire
from nlp.rules.protected import Protection
from nlp.rules.words import is_exempt

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.profiles import ProfileText
    from nlp.quality.kinds.described import Described
    from nlp.quality.marks.predict import Marks

OPEN = Gate("open")
EMPTY = Note("empty", "Nothing to score yet")
TOO_SHORT = Note("too-short", "Too short to score")
NOT_ENGLISH = Note("not-english", "This text is not in English, so only its length and layout are checked")
PARTLY_ENGLISH = Note("partly-english", "Only the English part of this text is scored")
PROTECTED = Note(
    "protected",
    "This seems to be about somebody's own pay, working conditions, health, belief, politics or family, so the coach does not "
    "comment on it",
)


@dataclass(frozen=True, slots=True)
class _Analysis:
    """What was measured and found in a draft or profile, before it is judged."""

    surface: Surface
    text: str
    words: int
    #: Spans between unambiguous boundaries, so that a sentence is not split while it is being typed.
    sentences: tuple[Span, ...]
    length: Length | None
    measures: tuple[Measure, ...] = ()
    findings: tuple[Finding, ...] = ()
    gate: Gate = OPEN
    #: A note on the text itself, independent of its score.
    note: Note | None = None
    marks: Marks | None = None
    ceiling: Ceiling | None = None
    kind: Kind | None = None
    reading: Reading | None = None
    #: A draft as its kind is told from.
    described: Described | None = None
    profile: ProfileText | None = None
    genericness: int | None = None


class Coach:
    """Assesses drafts and profiles under one scoring version. Thread-safe."""

    def __init__(self, scoring: Scoring | None = None) -> None:
        self.scoring = scoring or load_scoring()
        self._own = self.scoring.organisation
        self._rules = tuple(rule for rule in (*rules.packaged(), *self._own.rules) if self.scoring.is_on(rule.info.id))
        self._gate_ids = frozenset(rule.info.id for rule in self._rules if rule.gate)
        self._learned = {name: weights for name in LEARNED if (weights := self.scoring.learned(name))}
        self._styles = StyleScorer(self._learned)

    def assess(self, item: Draft | Profile, *, switched_off: frozenset[str] = frozenset()) -> Assessment:
        """The coach's assessment of ``item``. ``switched_off`` are ids of rules that the rep has asked not to see; rules that
        put credit on hold stay on. The text of a profile's assessment is that of its sections
        (``profiles.flatten_profile``), and spans refer to it. Raises ``InputError`` for invalid input."""
        if isinstance(item, Profile):
            analysis = self._analyse_profile(item, switched_off)
        else:
            analysis = self._analyse_draft(item, switched_off)
        rubric = self.scoring.rubric(item.surface)
        judgement = judge(
            rubric,
            analysis.measures,
            analysis.findings,
            words=analysis.words,
            marks=analysis.marks,
            ceiling=analysis.ceiling,
        )
        note = _note(item, analysis, judgement)
        return _explain(analysis, judgement, self._advise(analysis, judgement), note=note, version=self.scoring.version)

    def score_inputs(self, item: Draft | Profile) -> ScoreInputs | None:
        """What the score of ``item`` is computed from besides the rubric; ``None`` where it has no score, or one without marks.
        Raises ``InputError`` for invalid input."""
        if isinstance(item, Profile):
            analysis = self._analyse_profile(item, frozenset())
        else:
            analysis = self._analyse_draft(item, frozenset())
        if analysis.marks is None or analysis.words < self.scoring.rubric(item.surface).minimum_words:
            return None
        return rescoring.inputs(item.surface, analysis.marks, analysis.findings, analysis.ceiling)

    def compare(self, surface: Surface, a: str, b: str) -> Comparison:
        """Which of two wordings is likely to do better on ``surface``. Raises ``InputError``."""
        check_draft(surface, a, field="a")
        check_draft(surface, b, field="b")
        # Nothing is scored or kept, so the gate for protected talk does not apply.
        first, second = (self.assess(Draft(surface, text, read_anyway=True)) for text in (a, b))
        comparison = pairs.compare(first, second, self._learned, self.scoring.wordings)
        if comparison.preferred == "undecided" and any(protected.find(text).is_greater_part for text in (a, b)):
            # Where the evidence is too weak, nobody's own pay or health is worth a guess.
            return replace(comparison, is_refused=True)
        return comparison

    def measure_for_correction(self, draft: Draft) -> Measured | None:
        """What a correction can change of a draft; ``None`` where it has no score. For a scoring version without a correction,
        because corrections are always fitted to the shipped marks. Raises ``InputError``."""
        model = self.scoring.marks
        if self.scoring.correction is not None or model is None:
            message = "needs a scoring version with marks and without a correction"
            raise ValueError(message)
        analysis, rubric = self._analyse_draft(draft, frozenset()), self.scoring.rubric(draft.surface)
        if analysis.marks is None or analysis.words < rubric.minimum_words:
            return None
        priced = judge(
            rubric, analysis.measures, analysis.findings, words=analysis.words, marks=analysis.marks, ceiling=analysis.ceiling
        ).findings
        return measured(draft.surface, analysis.marks, priced, weights=model.weights, rubric=rubric, ceiling=analysis.ceiling)

    def _analyse_draft(self, draft: Draft, switched_off: frozenset[str]) -> _Analysis:
        surface, text = draft.surface, draft.text
        check_draft(surface, text)
        length = surfaces.measure(surface, text)
        # Protected talk is not subject to tuning, so no scoring version can switch this off.
        protection = Protection() if draft.read_anyway else protected.find(text, draft.trade_words)
        if protection.is_greater_part:
            reading = language.read(text)
            gate = Gate("protected", (PROTECTED.message,), protection.sentences, protection.triggers)
            return _Analysis(surface, text, len(reading.words), reading.segments, length, gate=gate, note=PROTECTED)
        reading = language.read(protection.blank(text))
        may_fire = self._own.prefilter(reading)
        measured: tuple[Measure, ...] = ()
        marks = kind = described = None
        if not reading.is_foreign:
            measured = self.measure(reading.scored, surface)
            marks = self.scoring.marks.predict(reading.scored, surface, measured) if self.scoring.marks else None
            described = kinds.describe(reading, surface) if reading.words else None
            kind = self.scoring.kinds.predict(described) if self.scoring.kinds and described else None
        known = rules.Known(
            measured, frozenset({"near_copy"}) if draft.near_copy else frozenset(), kind, marks.dimensions if marks else {}
        )
        findings = self._find(reading, surface, switched_off, known, may_fire)
        generic = self.scoring.genericness
        reasons = tuple(dict.fromkeys(finding.message for finding in findings if finding.rule in self._gate_ids))
        return _Analysis(
            surface=surface,
            text=text,
            words=len((reading if reading.is_foreign else reading.scored).words),
            sentences=reading.segments,
            length=length,
            measures=measured,
            findings=tuple(findings),
            gate=Gate("held" if reasons else "open", reasons, protection.sentences, protection.triggers),
            note=_language_note(reading),
            marks=marks,
            ceiling=ceilings.ceiling(reading, surface, marks, self._learned) if marks else None,
            kind=kind,
            reading=reading,
            described=described,
            genericness=generic.predict(marks.described, surface, findings) if generic and marks and marks.described else None,
        )

    def _find(
        self, reading: Reading, surface: Surface, switched_off: frozenset[str], known: rules.Known, may_fire: MayFire
    ) -> list[Finding]:
        with self._own.limited():
            return rules.find(
                reading,
                surface,
                [rule for rule in self._rules if not reading.is_foreign or rule.layout or rule.gate],
                is_enabled=lambda rule_id: (
                    self.scoring.is_on(rule_id, surface) and (rule_id in self._gate_ids or rule_id not in switched_off)
                ),
                known=known,
                may_fire=may_fire,
                exempt=self._own.exempt(reading, surface),
            )

    def _advise(self, analysis: _Analysis, judgement: Judgement) -> tuple[Advice, ...]:
        """The changes that would raise the score most; none where there is no score."""
        marks, reading = analysis.marks, analysis.reading
        if judgement.score is None or marks is None or reading is None:
            return ()
        is_fine = analysis.gate.state == "open" and not any(finding.severity == "limit" for finding in analysis.findings)
        if analysis.profile is not None:
            per_mark = rates(self.scoring.rubric(analysis.surface), marks.gain)
            return advise_profile(analysis.profile, reading, marks.dimensions, per_mark, can_leave=is_fine)
        if self.scoring.levers is None or analysis.described is None:
            return ()
        goodness = {m.name: m.goodness for m in analysis.measures if m.goodness is not None}
        ranked = self.scoring.levers.rank(analysis.described, marks.dimensions, goodness, judgement.score)
        kind = analysis.kind.name if analysis.kind else ""
        lever = analysis.ceiling.lever if analysis.ceiling else ""
        generic = analysis.genericness or 0
        material = Material(analysis.surface, reading, kind, marks, analysis.findings, lever, generic)
        return advise(material, ranked, can_leave=is_fine)

    def _analyse_profile(self, item: Profile, switched_off: frozenset[str]) -> _Analysis:
        profile = profiles.flatten_profile(item)
        reading = language.read(profile.text)
        measured: tuple[Measure, ...] = ()
        marks = None
        if not reading.is_foreign:
            measured = profiles.measure(profile, reading)
            model = self.scoring.profile_marks
            marks = model.predict(profile, reading, measured) if model else None
        findings = profiles.find(
            profile,
            reading,
            is_enabled=lambda rule: (
                rule not in switched_off
                and self.scoring.is_on(rule, item.surface)
                and (not reading.is_foreign or rule in profiles.LAYOUT_RULES)
            ),
        )
        findings = self._with_own_rules(findings, reading, item.surface, switched_off)
        return _Analysis(
            surface=item.surface,
            text=profile.text,
            words=len(reading.words),
            sentences=reading.segments,
            length=None,
            measures=measured,
            findings=tuple(findings),
            note=_language_note(reading),
            marks=marks,
            reading=reading,
            profile=profile,
        )

    def _with_own_rules(
        self, findings: list[Finding], reading: Reading, surface: Surface, switched_off: frozenset[str]
    ) -> list[Finding]:
        """The findings in a profile together with those of the organisation's rules, without those on exempt words."""
        exempt = self._own.exempt(reading, surface)
        if not self._own.rules and not exempt:
            return findings
        text = reading.views.normalized
        kept = [f for f in findings if f.severity == "limit" or not is_exempt(f.span, f.replacements, exempt, text)]
        own = [
            rule for rule in self._own.rules if self.scoring.is_on(rule.info.id, surface) and rule.info.id not in switched_off
        ]
        with self._own.limited():
            kept += rules.find(
                reading,
                surface,
                [rule for rule in own if not reading.is_foreign or rule.layout],
                may_fire=self._own.prefilter(reading),
                exempt=exempt,
            )
        return sorted(kept, key=lambda f: (f.span is None, f.span.start if f.span else 0, f.rule))

    def measure(self, scored: Reading, surface: Surface) -> tuple[Measure, ...]:
        """All measures of a draft; ``scored`` is ``Reading.scored``."""
        weights = self._learned.get("bait")
        bait_measures = (bait.measure(scored.views.english, weights),) if weights else ()
        return (*measures.measure(scored, surface), *bait_measures, *self._styles.measure(scored, surface))


def _language_note(reading: Reading) -> Note | None:
    if reading.is_foreign:
        return NOT_ENGLISH
    return PARTLY_ENGLISH if reading.is_partly_foreign else None


def _note(item: Draft | Profile, analysis: _Analysis, judgement: Judgement) -> Note | None:
    """Why there is no score, or what the score leaves out."""
    if analysis.note in (PROTECTED, NOT_ENGLISH) or judgement.score is not None:
        return analysis.note
    return EMPTY if isinstance(item, Draft) and not analysis.text.strip() else TOO_SHORT


def _explain(
    analysis: _Analysis, judgement: Judgement, advised: tuple[Advice, ...], *, note: Note | None, version: str
) -> Assessment:
    return Assessment(
        surface=analysis.surface,
        text=analysis.text,
        score=judgement.score,
        band=judgement.band,
        confidence=judgement.confidence,
        dimensions=judgement.dimensions,
        findings=judgement.findings,
        contributions=judgement.contributions,
        measures=analysis.measures,
        sentences=analysis.sentences,
        length=analysis.length,
        gate=analysis.gate,
        scoring_version=version,
        note=note,
        kind=analysis.kind,
        advice=advised,
        genericness=None if judgement.score is None else analysis.genericness,
    )
