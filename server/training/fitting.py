"""Fits the labels of a run and measures what the correction would change. Pure calculation: no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nlp import Scoring
from nlp.fairness import differences
from nlp.model import BANDS, DRAFT_SURFACES, Surface
from nlp.quality.correction import agreement, reference, rows
from nlp.quality.correction.anchors import anchors
from nlp.quality.correction.features import Measured, unpack
from nlp.quality.correction.fit import probability_of
from nlp.quality.correction.folds import Fitted, fit_by_folds
from nlp.quality.correction.rows import Rows
from nlp.quality.correction.store import as_weights
from nlp.quality.correction.weights import CorrectionWeights
from nlp.quality.rubric import Rubric, band_of
from server.training import report as reports
from server.training.effects import describe_effects, dimension_effects
from server.training.labels import Labels
from server.training.measuring import Text, key_of
from server.tuning.reference_drafts import reference_drafts

#: Fewer labels that can be used teach nothing that could be checked.
MIN_LABELS = 20


@dataclass(frozen=True, slots=True)
class Result:
    report: reports.Report
    correction: CorrectionWeights


def _band(rubric: Rubric, score: float) -> str:
    return band_of(rubric, int(np.floor(score + 0.5)))


class TooFewLabels(Exception):
    """Fewer than ``MIN_LABELS`` labels of drafts that have a score."""


class _Scorer:
    """Scores of measured drafts before and after the correction."""

    def __init__(self, scoring: Scoring, unscaled: np.ndarray) -> None:
        self._rubrics = {surface: scoring.rubric(surface) for surface in DRAFT_SURFACES}
        worths = rows.worth_vectors(scoring.worths())
        #: Points of the score for each unit of each feature.
        self.per_unit: dict[Surface, np.ndarray] = {surface: worths[surface] @ unscaled for surface in DRAFT_SURFACES}

    def before(self, draft: Measured) -> float:
        return draft.score()

    def after(self, draft: Measured) -> float:
        return draft.score(float(self.per_unit[draft.surface] @ draft.values))

    def band(self, draft: Measured, score: float) -> str:
        return _band(self._rubrics[draft.surface], score)


def fit_labels(
    scoring: Scoring,
    labels: Labels,
    measured: Mapping[str, bytes | None],
    *,
    progress: Callable[[float], None],
    measure_labels: Mapping[str, str],
) -> Result:
    """``scoring``: without a correction. ``measured``: by ``key_of``. ``measure_labels``: name of a measure to its words on
    screen. Raises ``TooFewLabels``."""
    drafts = {text: unpack(text[0], packed) for text in labels.drafts if (packed := measured.get(key_of(text))) is not None}
    scale, worths = reference.load().scale, scoring.worths()
    own = rows.build(labels.all, drafts, scale=scale, worth=worths)
    used = len(set(own.label.tolist()))
    if used < MIN_LABELS:
        raise TooFewLabels
    fitted = fit_by_folds(own, anchors=anchors(worths), progress=progress)
    assert scoring.marks is not None  # noqa: S101 (training starts with marks)
    names = scoring.marks.weights.measures
    correction = as_weights(fitted.matrix, scale, measures=names, slope=fitted.slope, labels=labels.hash, count=used)
    unscaled = fitted.matrix * scale
    scorer = _Scorer(scoring, unscaled)
    report = reports.Report(
        left_out=len(labels) - used,
        strength=fitted.strength,
        agreement=_agreement(own, fitted),
        own_set=_own_set(scorer),
        surfaces=_surfaces(labels, own, fitted, scorer),
        calibration=_calibration(own, fitted),
        bands=_bands(scoring, labels, own, fitted),
        fairness=_fairness(scorer, measured),
        drift=_drift(scorer),
        dimensions=dimension_effects(worths["linkedin-post"], unscaled),
        effects=describe_effects(scorer.per_unit["linkedin-post"], names, measure_labels),
        moved=_moved(scorer, measured),
    )
    return Result(report, correction)


def _agreement(own: Rows, fitted: Fitted) -> list[reports.Figure]:
    found = []
    pairs, wholes = own.is_pair, _wholes(own)
    for name, chosen, metric in (("pairs", pairs, agreement.pair_accuracy), ("whole", wholes, agreement.spearman)):
        if chosen.any():
            before = own.shipped[chosen]
            change = agreement.compare(metric, before, before + fitted.plus[chosen], own.target[chosen], own.groups[chosen])
            found.append(_figure(name, change))
    return found


def _wholes(own: Rows) -> np.ndarray:
    return np.asarray(own.noise == rows.WHOLE_NOISE)


def _figure(name: str, change: agreement.Change) -> reports.Figure:
    return reports.Figure(name=name, **change._asdict())


def _own_set(scorer: _Scorer) -> reports.Figure:
    known = reference.load()
    before = np.array([scorer.before(draft) for draft in known.drafts])
    after = np.array([scorer.after(draft) for draft in known.drafts])
    groups = np.repeat(np.arange(len(before), dtype=np.int64)[:, None], 2, axis=1)
    return _figure("own-set", agreement.compare(agreement.spearman, before, after, known.wholes, groups))


def _surfaces(labels: Labels, own: Rows, fitted: Fitted, scorer: _Scorer) -> list[reports.SurfaceFigure]:
    surfaces = np.array([labels.all[number].surface for number in own.label.tolist()])
    found = []
    for surface in DRAFT_SURFACES:
        chosen = own.is_pair & (surfaces == surface)
        lead = own.shipped[chosen]
        drafts = [draft for draft in reference.load().drafts if draft.surface == surface]
        found.append(
            reports.SurfaceFigure(
                surface=surface,
                labels=int(chosen.sum()),
                before=agreement.pair_accuracy(lead, own.target[chosen]),
                after=agreement.pair_accuracy(lead + fitted.plus[chosen], own.target[chosen]),
                change=float(np.mean([scorer.after(draft) - scorer.before(draft) for draft in drafts])),
            )
        )
    return found


def _calibration(own: Rows, fitted: Fitted) -> reports.Calibration | None:
    pairs = own.is_pair
    if not pairs.any():
        return None
    lead, answer = own.shipped[pairs], own.target[pairs]
    before = agreement.calibration(probability_of(fitted.slope_before * lead), answer)
    after = agreement.calibration(probability_of(fitted.slope * (lead + fitted.plus[pairs])), answer)
    return reports.Calibration(
        error_before=agreement.calibration_error(before),
        error_after=agreement.calibration_error(after),
        bins=[reports.Bin(**one._asdict()) for one in after],
    )


def _bands(scoring: Scoring, labels: Labels, own: Rows, fitted: Fitted) -> reports.BandFigure | None:
    wholes = np.flatnonzero(_wholes(own))
    if not len(wholes):
        return None
    right_before = right_after = 0
    for i in wholes.tolist():
        rubric = scoring.rubric(labels.all[int(own.label[i])].surface)
        true, before, after = (
            _band(rubric, value) for value in (own.target[i], own.shipped[i], own.shipped[i] + fitted.plus[i])
        )
        right_before, right_after = right_before + (before == true), right_after + (after == true)
    return reports.BandFigure(labels=len(wholes), before=right_before / len(wholes), after=right_after / len(wholes))


def _fairness(scorer: _Scorer, measured: Mapping[str, bytes | None]) -> list[reports.Swap]:
    def scores(text: Text) -> tuple[float, float] | None:
        packed = measured.get(key_of(text))
        if packed is None:
            return None
        draft = unpack(text[0], packed)
        return scorer.before(draft), scorer.after(draft)

    def score(place: int) -> differences.Score:
        def of(surface: Surface, text: str) -> float | None:
            found = scores((surface, text))
            return None if found is None else found[place]

        return of

    before, after = (differences.measure(score(place)) for place in (0, 1))
    return [
        reports.Swap(
            kind=kind,
            pairs=old.pairs,
            mean_before=old.mean,
            mean_after=after[kind].mean,
            worst_before=old.worst,
            worst_after=after[kind].worst,
        )
        for kind, old in before.items()
    ]


def _drift(scorer: _Scorer) -> reports.Drift:
    drafts = reference.load().drafts
    pairs = [(draft, scorer.before(draft), scorer.after(draft)) for draft in drafts]
    bands = [(scorer.band(draft, before), scorer.band(draft, after)) for draft, before, after in pairs]
    counts_before, counts_after = Counter(before for before, _ in bands), Counter(after for _, after in bands)
    return reports.Drift(
        drafts=len(drafts),
        mean_before=float(np.mean([before for _, before, _ in pairs])),
        mean_after=float(np.mean([after for _, _, after in pairs])),
        bands_before={band: counts_before[band] for band in BANDS},
        bands_after={band: counts_after[band] for band in BANDS},
        moved=sum(before != after for before, after in bands),
        largest=max(abs(after - before) for _, before, after in pairs),
    )


def _moved(scorer: _Scorer, measured: Mapping[str, bytes | None]) -> list[reports.MovedDraft]:
    found = []
    for one in reference_drafts():
        packed = measured.get(key_of((one.surface, one.text)))
        if packed is None:
            continue
        draft = unpack(one.surface, packed)
        before, after = scorer.before(draft), scorer.after(draft)
        bands = scorer.band(draft, before), scorer.band(draft, after)
        if bands[0] != bands[1]:
            found.append(
                reports.MovedDraft(
                    id=one.id, before=round(before), after=round(after), band_before=bands[0], band_after=bands[1]
                )
            )
    return sorted(found, key=lambda one: (-abs(one.after - one.before), one.id))
