"""From measures and findings to a score, as a glass box.

The score is a sum, so it can be shown as a waterfall from the average draft to this one:

    score = 50 + spread * sum over measures of  weight(dimension) * share(measure) * (goodness - middle) * 100
               - sum over findings of the cost of their rule

with the weights of the surface's dimensions scaled to add up to 1, and the shares of the measures within a dimension
too. The baseline of 50 is the average draft: each measure in its middle and nothing to remark. A measure without a
goodness moves nothing, so the less of a text could be read, the nearer its score stays to the average. The whole is held
within 0-100 and rounded half up to an integer. All of it is integer arithmetic, goodness on a grid of 2^-40, so the parts
add up to the score with nothing left over.
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

BASELINE = 50
#: Steps between goodness 0 and 1.
GRID = 2**40
#: 80 % of a normal distribution lies within this many standard errors.
STANDARD_ERRORS = 1.28
#: Half-width, in points, that one word alone would leave open; falls with the square root of the words. A rule of
#: thumb: it gives 9 points at 30 words, where readability measures begin to mean something (EVIDENCE.md W9).
DOUBT_OF_ONE_WORD = 50
#: Half-width, in points, at a ``doubt`` of 100 percent where drafts were judged.
ERROR = 20
#: Below this share of measures taken, confidence is low whatever they say.
MANY_TAKEN = 2 / 3
#: Of 100 judged drafts, where the judges' band was the same: confidence is high from the first on, medium from the second.
OFTEN, MOSTLY = 75, 50


@dataclass(frozen=True, slots=True)
class Rubric:
    """How one surface is judged. ``Scoring.rubric(surface)`` makes it.

    ``weights``: dimension to a number >= 0, the dimensions this surface is judged by. ``shares``: measure name to its
    share within its dimension, 1 where missing. ``costs``: rule id to tenths of a point for each finding; a rule that
    is missing costs nothing. ``bands``: lowest scores of fair, good and strong. ``middles``: measure name to the
    goodness of the average draft in percent, 50 where missing. ``spread``: percent by which distances from the baseline
    are stretched. ``doubt``: percent by which the interval is widened. ``agreed``: band to the percent of judged drafts
    in it that the judges put there too; empty where nothing was judged. At most ``counted_per_rule`` findings of one rule
    cost points.
    """

    weights: Mapping[str, int]
    shares: Mapping[str, int]
    costs: Mapping[str, int]
    bands: tuple[int, int, int]
    middles: Mapping[str, int] = field(default_factory=dict)
    spread: int = 100
    doubt: int = 100
    agreed: Mapping[str, int] = field(default_factory=dict)
    minimum_words: int = 5
    counted_per_rule: int = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """``contributions`` add up to ``score * 10`` exactly; without a score they are empty and ``note`` says why.
    ``findings`` are those given, in the same order, with their points filled in."""

    score: int | None
    band: Band | None
    confidence: Confidence | None
    dimensions: dict[str, int]
    contributions: tuple[Contribution, ...]
    findings: tuple[Finding, ...]
    note: str = ""


def judge(rubric: Rubric, measures: Sequence[Measure], findings: Sequence[Finding], *, words: int) -> Judgement:
    """Judge one text of ``words`` words. What belongs to a dimension that ``rubric`` does not weigh takes no part in the
    score; such findings keep 0 points."""
    priced = _price(rubric, findings)
    weighed = [m for m in measures if rubric.weights.get(m.dimension, 0) > 0 and rubric.shares.get(m.name, 1) > 0]
    taking_part = [m for m in weighed if m.goodness is not None]
    if words < rubric.minimum_words or not taking_part:
        unpriced = tuple(replace(finding, points=0) for finding in findings)
        return Judgement(None, None, None, {}, (), unpriced, "Too short to judge")

    importance, whole = _importance(rubric, weighed)
    # Tenths of a point are counted in ``unit``-ths.
    unit = whole * 2 * GRID
    parts = [10 * rubric.spread * importance[m.name] * (2 * _on_grid(m.goodness) - _middle(rubric, m)) for m in taking_part]
    costs = _costs_by_rule(priced)
    fixed = 10 * BASELINE + sum(costs.values())
    raw = fixed * unit + sum(parts)
    held = min(max(raw, 0), 1000 * unit)
    score = (held + 5 * unit) // (10 * unit)

    rounded = apportion([*parts, held - raw], score * 10 - fixed, unit=unit)
    contributions = [Contribution("baseline", "average-draft", "", "The average draft", 10 * BASELINE)]
    contributions += [
        Contribution("measure", m.name, m.dimension, m.label, tenths, m.value, m.unit)
        for m, tenths in zip(taking_part, rounded[:-1], strict=True)
    ]
    contributions += [
        Contribution("finding", rule, dimension, readable(rule), tenths) for (rule, dimension), tenths in costs.items()
    ]
    if rounded[-1] != 0:
        contributions.append(Contribution("bound", "bound", "", "Scores stay within 0 and 100", rounded[-1]))

    dimensions = _dimensions(rubric, taking_part, priced)
    return Judgement(
        score,
        band_of(rubric, score),
        _confidence(rubric, score, dimensions, words=words, taken=len(taking_part) / len(weighed)),
        dimensions,
        tuple(contributions),
        priced,
    )


def band_of(rubric: Rubric, score: int) -> Band:
    return BANDS[sum(score >= lowest for lowest in rubric.bands)]


def apportion(parts: Sequence[int], total: int, *, unit: int) -> list[int]:
    """Integers near ``parts``, which are counted in ``unit``-ths, that add up to ``total``: largest remainder, ties to the
    earlier part. Exact zeros stay zero while any other part can take the difference."""
    rounded = [part // unit for part in parts]
    movable = [i for i, part in enumerate(parts) if part != 0] or list(range(len(parts)))
    movable.sort(key=lambda i: (-(parts[i] % unit), i))
    every, extra = divmod(total - sum(rounded), len(movable))
    for rank, i in enumerate(movable):
        rounded[i] += every + (1 if rank < extra else 0)
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


def _middle(rubric: Rubric, m: Measure) -> int:
    """Twice the middle of ``m``, on the grid."""
    return 2 * GRID * rubric.middles.get(m.name, 50) // 100


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
    """The part each measure has in the whole, by name, and the whole; with those of every dimension at hand they add up to
    it."""
    within: Counter[str] = Counter()
    for m in measures:
        within[m.dimension] += rubric.shares.get(m.name, 1)
    common = math.lcm(*within.values())
    parts = {
        m.name: rubric.weights[m.dimension] * rubric.shares.get(m.name, 1) * (common // within[m.dimension]) for m in measures
    }
    return parts, common * sum(rubric.weights.values())


def _dimensions(rubric: Rubric, measures: Sequence[Measure], findings: Sequence[Finding]) -> dict[str, int]:
    """Each dimension with a measure taken, as 0-100: the mean goodness of those, less what its findings cost in the
    dimension's own scale, so that a dimension shows the loss that the score has."""
    whole = sum(rubric.weights.values())
    scores = {}
    for dimension, weight in rubric.weights.items():
        taken = [m for m in measures if m.dimension == dimension]
        if not taken:
            continue
        share = GRID * sum(rubric.shares.get(m.name, 1) for m in taken)
        good = sum(_on_grid(m.goodness) * rubric.shares.get(m.name, 1) for m in taken)
        cost = sum(f.points for f in findings if f.dimension == dimension) * whole
        # 100 * good / share + 10 * cost / scale, rounded half up.
        scale = weight * rubric.spread
        value = (200 * good * scale + 20 * cost * share + share * scale) // (2 * share * scale)
        scores[dimension] = min(100, max(0, value))
    return scores


def _confidence(rubric: Rubric, score: int, dimensions: Mapping[str, int], *, words: int, taken: float) -> Confidence:
    """How wide the doubt is, and how often a band like this one is right.

    Where drafts were judged, the interval is as wide for each: ``ERROR`` times ``rubric.doubt``, which makes it hold the
    judges' marks of four in five of the drafts it was fitted to. Length and disagreement among the dimensions said little
    about which of them are judged more surely, and an interval that followed them was no narrower.

    Elsewhere two sources of doubt are added as squares: how much the score would move were one dimension left out (the
    jackknife over dimensions: https://doi.org/10.1214/aos/1176344552), times 1.28 for four cases in five; and a rule of thumb
    for short texts, 50 points over the square root of the words. Widened by the root of ``taken``, the share of measures
    that could be taken, and by ``rubric.doubt``.
    """
    short = DOUBT_OF_ONE_WORD / math.sqrt(words)
    apart = STANDARD_ERRORS * _jackknife(rubric, dimensions)
    agreed = rubric.agreed.get(band_of(rubric, score))
    half = rubric.doubt / 100 * (ERROR if agreed is not None else math.hypot(apart, short) / math.sqrt(taken))
    low, high = max(0, math.floor(score - half)), min(100, math.ceil(score + half))
    if agreed is not None:
        if agreed < MOSTLY:
            return Confidence("low", low, high, "Judges often put such drafts into another band")
        level: Literal["high", "medium"] = "high" if agreed >= OFTEN else "medium"
        return Confidence(level, low, high, f"Judges agreed with this band in {agreed} of 100 such drafts")
    further = BANDS.index(band_of(rubric, high)) - BANDS.index(band_of(rubric, low))
    if further > 1:
        reason = f"Only {words} words to go by" if short > apart else "The dimensions point in different directions"
        return Confidence("low", low, high, reason)
    if taken < MANY_TAKEN:
        return Confidence("low", low, high, "Many measures need a longer text")
    if further:
        return Confidence("medium", low, high, "Could fall into the next band")
    return Confidence("high", low, high, "Enough text, and the measures agree")


def _jackknife(rubric: Rubric, dimensions: Mapping[str, int]) -> float:
    """Standard error, in points, of the weighted mean of the dimensions; half the range where there is only one."""
    if len(dimensions) < 2:
        return 25.0
    total = sum(rubric.weights[d] for d in dimensions)
    whole = sum(rubric.weights[d] * value for d, value in dimensions.items())
    left_out = [(whole - rubric.weights[d] * v) / (total - rubric.weights[d]) for d, v in dimensions.items()]
    centre = sum(left_out) / len(left_out)
    variance = (len(left_out) - 1) / len(left_out) * sum((value - centre) ** 2 for value in left_out)
    return math.sqrt(variance) * rubric.spread / 100
