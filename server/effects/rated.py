"""What a change would do to texts that readers rated: agreement with the readers, each kind of English, and texts that say the
same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nlp.model import BANDS
from server.core.rounding import round_half_up
from server.effects.change import Change, Scored
from server.effects.statistics import Interval, adjusted_differences, histogram, spearman, spearman_change
from server.tuning.rated_texts import RatedTexts, rated_drafts, rated_profiles, same_texts

#: The kind of English that the others are compared with.
REFERENCE = "native"
#: For pairs of texts that say the same: the most that their mean difference should be, in points of the score.
PAIR_LIMIT = 1.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of ``count`` texts. ``before`` and ``after``: Spearman's correlation with the readers' marks; ``change``: with its 95 %
    interval over resamples. ``same_band``: the share, 0-1, in the readers' band. ``moved``: texts that change band."""

    count: int
    before: float
    after: float
    change: Interval
    same_band_before: float
    same_band_after: float
    moved: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A mean difference in points of the score. ``is_larger``: it is further from 0 than before, in tenths of a point."""

    name: str
    count: int
    before: Interval
    after: Interval

    @property
    def is_larger(self) -> bool:
        return round_half_up(abs(self.after.value), places=1) > round_half_up(abs(self.before.value), places=1)


@dataclass(frozen=True, slots=True)
class RatedEffect:
    """``histogram_before`` and ``histogram_after``: drafts by ten points of the score. ``moves``: drafts by band before and
    after. ``english``: differences from native writers at equal readers' marks. ``same``: of texts that say the same, the mean
    difference between the two, in absolute value."""

    drafts: Agreement
    profiles: Agreement
    histogram_before: tuple[int, ...]
    histogram_after: tuple[int, ...]
    mean_before: float
    mean_after: float
    moves: tuple[tuple[int, ...], ...]
    english: tuple[Gap, ...]
    same: tuple[Gap, ...]

    @property
    def larger_gaps(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.english if gap.is_larger)


def rated_effect(change: Change) -> RatedEffect:
    drafts, profiles = rated_drafts(), rated_profiles()
    scored = change.score(drafts.table)
    moves = np.zeros((len(BANDS), len(BANDS)), dtype=int)
    np.add.at(moves, (scored.bands_before, scored.bands_after), 1)
    return RatedEffect(
        drafts=_agreement(drafts, scored),
        profiles=_agreement(profiles, change.score(profiles.table)),
        histogram_before=histogram(scored.before),
        histogram_after=histogram(scored.after),
        mean_before=round_half_up(float(scored.before.mean()), places=1),
        mean_after=round_half_up(float(scored.after.mean()), places=1),
        moves=tuple(tuple(row) for row in moves.tolist()),
        english=tuple(_english(drafts, scored)),
        same=tuple(_same(change)),
    )


def _agreement(texts: RatedTexts, scored: Scored) -> Agreement:
    return Agreement(
        count=len(texts.table),
        before=spearman(scored.before, texts.wholes),
        after=spearman(scored.after, texts.wholes),
        change=spearman_change(scored.before, scored.after, texts.wholes),
        same_band_before=float(np.mean(scored.bands_before == texts.reader_bands)),
        same_band_after=float(np.mean(scored.bands_after == texts.reader_bands)),
        moved=int((scored.bands_before != scored.bands_after).sum()),
    )


def _english(texts: RatedTexts, scored: Scored) -> Iterator[Gap]:
    surfaces = texts.table.surfaces.tolist()
    before, after = (
        adjusted_differences(scores, texts.wholes, texts.english, surfaces, reference=REFERENCE)
        for scores in (scored.before, scored.after)
    )
    for kind in before:
        yield Gap(kind, texts.english.count(kind), before[kind], after[kind])


def _same(change: Change) -> Iterator[Gap]:
    for pairs in same_texts():
        scored = change.score(pairs.table)
        yield Gap(pairs.kind, len(pairs.table) // 2, *(_pair_difference(scores) for scores in (scored.before, scored.after)))


def _pair_difference(scores: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Interval:
    difference = abs(float((scores[1::2] - scores[::2]).mean()))
    return Interval(difference, difference, difference)
