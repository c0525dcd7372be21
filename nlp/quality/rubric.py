"""Computes the score from marks or measures and findings, with an exact explanation.

The score is a sum, so it can be shown as a waterfall from the average draft or profile to this one:

    score = baseline + gain * sum over dimensions of  weight(dimension) * (mark(dimension) - mark of the average draft)
                     - sum over findings of the cost of their rule

where a mark is itself a sum of parts (``marks/predict.py``, ``marks/profiles/predict.py``), and baseline and gain are those of
the surface. Under versions from before there were marks:

    score = 50 + gain * sum over measures of  weight(dimension) * share(measure) * (goodness - mean) * 100
               - sum over findings of the cost of their rule

The weights of the surface's dimensions are scaled to add up to 1, and so are the shares of the measures within a dimension. The
baseline of 50 is the average draft: each measure at its mean and no findings. A measure without a goodness does not contribute,
so the less of a text can be measured, the nearer its score stays to the average. The sum is clamped to 0-100 and rounded half
up to an integer. All of it is integer arithmetic, with goodness on a grid of 2^-40, so the parts add up to the score exactly.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from nlp.model import BANDS, Band, Confidence, Contribution, Finding, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nlp.quality.marks.predict import Marks

BASELINE = 50
#: Steps between goodness 0 and 1.
GRID = 2**40
#: 80 % of a normal distribution lies within this many standard errors.
STANDARD_ERRORS = 1.28
#: Half-width of the interval for a text of one word, in points; it falls with the square root of the words. A rule of thumb:
#: it gives 9 points at 30 words, where readability measures begin to mean something (EVIDENCE.md W9).
HALF_WIDTH_OF_ONE_WORD = 50
#: Half-width, in points, at an ``interval_scale`` of 100 percent where the bands were measured on rated drafts.
BASE_HALF_WIDTH = 20
#: With a smaller share of measures that have a goodness, confidence is low whatever their values.
MIN_SHARE_MEASURED = 2 / 3
#: Of 100 rated drafts in a band, those that readers put there too: confidence is high from the first on, medium from the
#: second.
HIGH_PRECISION, MEDIUM_PRECISION = 75, 50


@dataclass(frozen=True, slots=True)
class Rubric:
    """How one surface is judged; made by ``Scoring.rubric(surface)``.

    ``weights``: dimension to a number >= 0, for the dimensions this surface is judged by. ``shares``: measure name to its
    share within its dimension, 1 where missing. ``costs``: rule id to tenths of a point for each finding, 0 where missing.
    ``bands``: lowest scores of fair, good and strong. ``means``: measure name to the goodness of the average draft in
    percent, 50 where missing. ``gain``: factor on distances from the baseline, in percent. ``interval_scale``: factor on the
    width of the confidence interval, in percent. ``band_precision``: band to the percent of rated drafts in it that readers
    put there too; empty where none were rated. At most ``counted_per_rule`` findings of one rule cost points.
    """

    weights: Mapping[str, int]
    shares: Mapping[str, int]
    costs: Mapping[str, int]
    bands: tuple[int, int, int]
    means: Mapping[str, int] = field(default_factory=dict)
    gain: int = 100
    interval_scale: int = 100
    band_precision: Mapping[str, int] = field(default_factory=dict)
    minimum_words: int = 5
    counted_per_rule: int = 3


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The highest score that a text can get, and why. ``kept``: the share, 0-1, that it keeps of its lead over the average
    draft. ``lever``: the change that alone helps such a text, if there is one."""

    score: int
    label: str
    kept: float = 1.0
    lever: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``score`` is ``None`` where the text is too short or nothing could be measured; ``contributions`` are then empty, and
    otherwise add up to ``score * 10`` exactly. ``findings`` are those given, in the same order, with their points filled in."""

    score: int | None
    band: Band | None
    confidence: Confidence | None
    dimensions: dict[str, int]
    contributions: tuple[Contribution, ...]
    findings: tuple[Finding, ...]


def judge(
    rubric: Rubric,
    measures: Sequence[Measure],
    findings: Sequence[Finding],
    *,
    words: int,
    marks: Marks | None = None,
    ceiling: Ceiling | None = None,
) -> Judgement:
    """Judge one text of ``words`` words. Measures and findings of a dimension that ``rubric`` gives no weight do not count;
    such findings keep 0 points. With ``marks`` the measures explain the score, and their goodness does not count again. The
    score does not exceed ``ceiling``."""
    priced = _price(rubric, findings)
    if marks is not None and words >= rubric.minimum_words:
        return _judge_marks(rubric, marks, measures, priced, words=words, ceiling=ceiling)
    weighted = [m for m in measures if rubric.weights.get(m.dimension, 0) > 0 and rubric.shares.get(m.name, 1) > 0]
    counted = [m for m in weighted if m.goodness is not None]
    if words < rubric.minimum_words or not counted:
        return Judgement(None, None, None, {}, (), tuple(replace(finding, points=0) for finding in findings))

    importance, total = _importance(rubric, weighted)
    # Tenths of a point are counted in ``unit``-ths.
    unit = total * 2 * GRID
    parts = [10 * rubric.gain * importance[m.name] * (2 * _on_grid(m.goodness) - _twice_mean(rubric, m)) for m in counted]
    costs = _costs_by_rule(priced)
    fixed = 10 * BASELINE + sum(costs.values())
    raw = fixed * unit + sum(parts)
    clamped = min(max(raw, 0), 1000 * unit)
    score = (clamped + 5 * unit) // (10 * unit)

    rounded = apportion([*parts, clamped - raw], score * 10 - fixed, unit=unit)
    contributions = [Contribution("baseline", "average-draft", "", "The average draft", 10 * BASELINE)]
    contributions += [
        Contribution("measure", m.name, m.dimension, m.label, tenths, m.value, m.unit)
        for m, tenths in zip(counted, rounded[:-1], strict=True)
    ]
    contributions += [
        Contribution("finding", rule, dimension, readable(rule), tenths) for (rule, dimension), tenths in costs.items()
    ]
    if rounded[-1] != 0:
        contributions.append(Contribution("bound", "bound", "", "Scores stay between 0 and 100", rounded[-1]))

    dimensions = _dimensions(rubric, counted, priced)
    return Judgement(
        score,
        band_of(rubric, score),
        _confidence(rubric, score, dimensions, words=words, share_measured=len(counted) / len(weighted)),
        dimensions,
        tuple(contributions),
        priced,
    )


def _judge_marks(
    rubric: Rubric,
    marks: Marks,
    measures: Sequence[Measure],
    priced: tuple[Finding, ...],
    *,
    words: int,
    ceiling: Ceiling | None,
) -> Judgement:
    worth = rates(rubric, marks.gain)
    values = {m.name: m for m in measures}
    parts = [round(10 * GRID * math.fsum(worth[d] * part.points[d] for d in worth)) for part in marks.parts]
    costs = _costs_by_rule(priced)
    fixed = marks.baseline + sum(costs.values())
    raw = fixed * GRID + sum(parts)
    clamped = min(max(raw, 0), _highest(ceiling, raw, marks.baseline * GRID))
    score = (clamped + 5 * GRID) // (10 * GRID)

    rounded = apportion([*parts, clamped - raw], score * 10 - fixed, unit=GRID)
    contributions = [Contribution("baseline", "average-draft", "", "The average draft", marks.baseline)]
    for part, tenths in zip(marks.parts, rounded[:-1], strict=True):
        # A sentence is listed under the dimension for which it counts most.
        dimension = part.dimension or max(worth, key=lambda d: abs(worth[d] * part.points[d]))
        kind: Literal["sentence", "measure"] = "sentence" if part.kind == "sentence" else "measure"
        m = values.get(part.name) if part.kind == "measure" else None
        contributions.append(
            Contribution(kind, part.name, dimension, part.label, tenths, m.value if m else None, m.unit if m else "", part.span)
        )
    contributions += [
        Contribution("finding", rule, dimension, readable(rule), tenths) for (rule, dimension), tenths in costs.items()
    ]
    if rounded[-1] != 0:
        label = ceiling.label if ceiling and clamped < raw else "Scores stay between 0 and 100"
        contributions.append(Contribution("bound", "bound", "", label, rounded[-1]))

    cost_by_dimension: Counter[str] = Counter()
    for finding in priced:
        cost_by_dimension[finding.dimension] += finding.points
    dimensions = {
        d: min(100, max(0, math.floor(marks.dimensions[d] + cost_by_dimension[d] / 10 / worth[d] + 0.5)))
        for d in worth
        if worth[d] > 0 and d in marks.dimensions
    }
    confidence = _confidence(rubric, score, dimensions, words=words, share_measured=1.0)
    return Judgement(score, band_of(rubric, score), confidence, dimensions, tuple(contributions), priced)


def _highest(ceiling: Ceiling | None, raw: int, average: int) -> int:
    """The highest sum that a text can get, in the units of ``raw`` and ``average``."""
    if ceiling is None:
        return 1000 * GRID
    kept = average + round((raw - average) * ceiling.kept) if raw > average and ceiling.kept < 1 else raw
    return min(10 * ceiling.score * GRID, max(kept, 0))


def rates(rubric: Rubric, gain: int) -> dict[str, float]:
    """Dimension to the points of the score that a point of its mark counts for. ``gain``: see ``Marks``."""
    whole = sum(rubric.weights.values())
    return {dimension: gain / 100 * weight / whole for dimension, weight in rubric.weights.items()}


def band_of(rubric: Rubric, score: int) -> Band:
    return BANDS[sum(score >= lowest for lowest in rubric.bands)]


def apportion(parts: Sequence[int], total: int, *, unit: int) -> list[int]:
    """Integers near ``parts`` (in ``unit``-ths) that add up to ``total``, by the largest remainder method, ties to the earlier
    part. Exact zeros stay zero as long as another part can take the difference."""
    rounded = [part // unit for part in parts]
    movable = [i for i, part in enumerate(parts) if part != 0] or list(range(len(parts)))
    movable.sort(key=lambda i: (-(parts[i] % unit), i))
    quotient, remainder = divmod(total - sum(rounded), len(movable))
    for rank, i in enumerate(movable):
        rounded[i] += quotient + (1 if rank < remainder else 0)
    return rounded


def readable(rule: str) -> str:
    """``Repute.WallOfText`` -> ``Wall of text``."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", rule.rpartition(".")[2])
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words).capitalize() or rule


def _on_grid(goodness: float | None) -> int:
    if goodness is None or not 0 <= goodness <= 1:
        message = "goodness must be within 0 and 1"
        raise ValueError(message)
    return round(goodness * GRID)


def _twice_mean(rubric: Rubric, m: Measure) -> int:
    """Twice the mean goodness of ``m``, on the grid."""
    return 2 * GRID * rubric.means.get(m.name, 50) // 100


def _price(rubric: Rubric, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    seen: Counter[str] = Counter()
    priced = []
    for finding in findings:
        seen[finding.rule] += 1
        counts = seen[finding.rule] <= rubric.counted_per_rule and rubric.weights.get(finding.dimension, 0) > 0
        priced.append(replace(finding, points=-rubric.costs.get(finding.rule, 0) if counts else 0))
    return tuple(priced)


def _costs_by_rule(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """(rule, dimension) to tenths, for each rule that costs something, in order of appearance."""
    costs: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        if finding.points:
            costs[finding.rule, finding.dimension] += finding.points
    return costs


def _importance(rubric: Rubric, measures: Sequence[Measure]) -> tuple[dict[str, int], int]:
    """Measure name to its integer part of the whole, and the whole. The parts add up to it where every dimension that has a
    weight has a measure."""
    within: Counter[str] = Counter()
    for m in measures:
        within[m.dimension] += rubric.shares.get(m.name, 1)
    common = math.lcm(*within.values())
    parts = {
        m.name: rubric.weights[m.dimension] * rubric.shares.get(m.name, 1) * (common // within[m.dimension]) for m in measures
    }
    return parts, common * sum(rubric.weights.values())


def _dimensions(rubric: Rubric, measures: Sequence[Measure], findings: Sequence[Finding]) -> dict[str, int]:
    """Each dimension with at least one goodness, 0-100: the mean goodness of its measures less what its findings cost, scaled
    to the dimension, so that it shows the same loss as the score."""
    whole = sum(rubric.weights.values())
    scores = {}
    for dimension, weight in rubric.weights.items():
        counted = [m for m in measures if m.dimension == dimension]
        if not counted:
            continue
        share = GRID * sum(rubric.shares.get(m.name, 1) for m in counted)
        good = sum(_on_grid(m.goodness) * rubric.shares.get(m.name, 1) for m in counted)
        cost = sum(f.points for f in findings if f.dimension == dimension) * whole
        # 100 * good / share + 10 * cost / scale, rounded half up.
        scale = weight * rubric.gain
        value = (200 * good * scale + 20 * cost * share + share * scale) // (2 * share * scale)
        scores[dimension] = min(100, max(0, value))
    return scores


def _confidence(rubric: Rubric, score: int, dimensions: Mapping[str, int], *, words: int, share_measured: float) -> Confidence:
    """The interval that likely contains the score, and how often a band like this one is right.

    Where the bands were measured on rated drafts, the interval has the same width for each: ``BASE_HALF_WIDTH`` times
    ``rubric.interval_scale``, which makes it contain the readers' marks of four in five of the drafts it was fitted to. An
    interval that followed the length of the text and the disagreement among the dimensions was no narrower: they say little
    about which drafts are judged more reliably.

    Elsewhere two independent errors are added as squares: how much the score would move were one dimension left out (the
    jackknife over dimensions: https://doi.org/10.1214/aos/1176344552), times 1.28 for four cases in five; and a rule of thumb
    for short texts, 50 points over the square root of the words. Widened by the root of ``share_measured``, the share of
    measures that have a goodness, and by ``rubric.interval_scale``.
    """
    from_length = HALF_WIDTH_OF_ONE_WORD / math.sqrt(words)
    from_disagreement = STANDARD_ERRORS * _jackknife(rubric, dimensions)
    precision = rubric.band_precision.get(band_of(rubric, score))
    unscaled = (
        BASE_HALF_WIDTH if precision is not None else math.hypot(from_disagreement, from_length) / math.sqrt(share_measured)
    )
    half_width = rubric.interval_scale / 100 * unscaled
    low, high = max(0, math.floor(score - half_width)), min(100, math.ceil(score + half_width))
    if precision is not None:
        if precision < MEDIUM_PRECISION:
            return Confidence("low", low, high, "In tests, readers often chose another band")
        level: Literal["high", "medium"] = "high" if precision >= HIGH_PRECISION else "medium"
        return Confidence(level, low, high, f"In tests, readers agreed {precision}% of the time")
    bands_apart = BANDS.index(band_of(rubric, high)) - BANDS.index(band_of(rubric, low))
    if bands_apart > 1:
        too_short = f"Only {words} {'word' if words == 1 else 'words'} to go by"
        reason = too_short if from_length > from_disagreement else "The dimensions disagree"
        return Confidence("low", low, high, reason)
    if share_measured < MIN_SHARE_MEASURED:
        return Confidence("low", low, high, "Many measures need a longer text")
    if bands_apart:
        return Confidence("medium", low, high, "Could be in the next band")
    return Confidence("high", low, high, "Long enough, and the dimensions agree")


def _jackknife(rubric: Rubric, dimensions: Mapping[str, int]) -> float:
    """Standard error, in points, of the weighted mean of the dimensions; half the range where there is only one."""
    if len(dimensions) < 2:
        return 25.0
    total = sum(rubric.weights[d] for d in dimensions)
    whole = sum(rubric.weights[d] * value for d, value in dimensions.items())
    left_out = [(whole - rubric.weights[d] * v) / (total - rubric.weights[d]) for d, v in dimensions.items()]
    centre = sum(left_out) / len(left_out)
    variance = (len(left_out) - 1) / len(left_out) * sum((value - centre) ** 2 for value in left_out)
    return math.sqrt(variance) * rubric.gain / 100
