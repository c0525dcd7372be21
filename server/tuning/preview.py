"""Previews a scoring version on the reference drafts, before it affects anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from nlp import Coach, Draft, Scoring
from nlp.model import BANDS
from server.core.rounding import round_half_up
from server.tuning.champion import get_champion, get_scoring
from server.tuning.coach_queue import run_coach
from server.tuning.reference_drafts import ReferenceDraft, reference_drafts

#: Size of the cache; an administrator compares a handful of versions.
MAX_SCORED_VERSIONS = 16

#: By the version's hash: what the coach says of every reference draft.
_scores: dict[str, tuple[_Scored, ...]] = {}


@dataclass(frozen=True, slots=True)
class _Scored:
    """``score`` and ``band`` are None for a draft that cannot be scored. ``findings``: rule and place of each."""

    score: int | None
    band: str | None
    findings: frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class DraftEffect:
    """One draft, scored by the champion (``before``) and by the version (``after``). Scores 0-100."""

    id: str
    title: str
    surface: str
    before: int
    after: int
    band_before: str
    band_after: str

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Effect:
    """What a version would do to the reference drafts, compared with the champion. ``before`` and ``after`` count drafts in
    ranges of ten points (0-9, ..., 90-100); ``top`` is the highest count. ``drafts``: the largest change first;
    ``band_changes``: those that change band. ``not_scored`` counts the drafts that either version cannot score, usually
    because they are too short. ``bands_before`` and ``bands_after``: the lowest score of each band, in ascending order.
    ``silence``: what falls silent."""

    version_hash: str
    champion_hash: str
    drafts: tuple[DraftEffect, ...]
    band_changes: tuple[DraftEffect, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    top: int
    mean_before: float
    mean_after: float
    not_scored: int
    bands_before: dict[str, int]
    bands_after: dict[str, int]
    silence: Silence


@dataclass(frozen=True, slots=True)
class Silence:
    """What would fall silent: ``findings_lost`` of the ``findings`` that reference drafts have now, and ``rules_lost`` of the
    ``rules`` that are on now, counted once for each surface."""

    findings: int
    findings_lost: int
    rules: int
    rules_lost: int

    @property
    def is_most(self) -> bool:
        """Whether more than half of either would fall silent."""
        return 2 * self.findings_lost > self.findings or 2 * self.rules_lost > self.rules


def measure_silence(session: Session, *, version_hash: str, user_id: int) -> Silence:
    """What falls silent once a version replaces the champion. 404 if it does not exist; 503 if the coach is busy."""
    champion = get_champion(session)
    version = champion if version_hash == champion.version else get_scoring(session, version_hash=version_hash)
    return _silence(champion, version, *(_score_all(scoring, user_id=user_id) for scoring in (champion, version)))


def _silence(champion: Scoring, version: Scoring, before: Sequence[_Scored], after: Sequence[_Scored]) -> Silence:
    lost = sum(len(old.findings - new.findings) for old, new in zip(before, after, strict=True))
    rules_before, rules_after = _places(champion), _places(version)
    findings = sum(len(old.findings) for old in before)
    return Silence(findings, lost, len(rules_before), len(rules_before - rules_after))


def _places(scoring: Scoring) -> set[tuple[str, str]]:
    """Each rule that is on, with each surface where it is."""
    return {
        (rule["id"], surface)
        for rule in scoring.rules
        for surface in rule["surfaces"]
        if rule["on"] and surface not in rule["surfaces_off"]
    }


def preview(session: Session, *, version_hash: str, user_id: int) -> Effect:
    """Scores every reference draft with the champion and with the version. 404 if the version does not exist;
    503 if the coach is busy."""
    champion = get_champion(session)
    version = champion if version_hash == champion.version else get_scoring(session, version_hash=version_hash)
    drafts = reference_drafts()
    scores = [_score_all(scoring, user_id=user_id) for scoring in (champion, version)]
    effects = [
        DraftEffect(draft.id, draft.title, draft.surface, before.score, after.score, before.band, after.band)
        for draft, before, after in zip(drafts, *scores, strict=True)
        if before.score is not None and before.band and after.score is not None and after.band
    ]
    counts_before, counts_after = _histogram([d.before for d in effects]), _histogram([d.after for d in effects])
    return Effect(
        version_hash=version_hash,
        champion_hash=champion.version,
        drafts=tuple(sorted(effects, key=lambda d: (-abs(d.change), d.title))),
        band_changes=tuple(d for d in effects if d.band_before != d.band_after),
        before=counts_before,
        after=counts_after,
        top=max(*counts_before, *counts_after, 1),
        mean_before=_mean([d.before for d in effects]),
        mean_after=_mean([d.after for d in effects]),
        not_scored=len(drafts) - len(effects),
        bands_before=_band_thresholds(champion),
        bands_after=_band_thresholds(version),
        silence=_silence(champion, version, *scores),
    )


def _score_all(scoring: Scoring, *, user_id: int) -> tuple[_Scored, ...]:
    scores = _scores.get(scoring.version)
    if scores is None:
        coach = Coach(scoring)
        drafts = reference_drafts()
        scores = run_coach(
            lambda: tuple(_score(coach, draft) for draft in drafts),
            user_id=user_id,
            label="preview",
            texts=tuple(draft.text for draft in drafts),
            has_budget=False,
        )
        if len(_scores) >= MAX_SCORED_VERSIONS:
            _scores.clear()
        _scores[scoring.version] = scores
    return scores


def _score(coach: Coach, draft: ReferenceDraft) -> _Scored:
    assessment = coach.assess(Draft(surface=draft.surface, text=draft.text))
    places = ((finding.rule, finding.span.start if finding.span else -1) for finding in assessment.findings)
    return _Scored(assessment.score, assessment.band, frozenset(places))


def _band_thresholds(scoring: Scoring) -> dict[str, int]:
    return dict(zip(BANDS[1:], scoring.rubric("linkedin-post").bands, strict=True))


def _histogram(scores: list[int]) -> tuple[int, ...]:
    counts = [0] * 10
    for score in scores:
        counts[min(score // 10, 9)] += 1
    return tuple(counts)


def _mean(scores: list[int]) -> float:
    return round_half_up(sum(scores) / len(scores), places=1) if scores else 0.0
