"""What a training run found, as stored with it: numbers and labels, no words of anybody's draft."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Part):
    """``name``: a key of ``FIGURES``. Before and after on labels that the correction was not fitted to; ``low`` and ``high``:
    the 95 % interval of the difference."""

    name: str
    before: float
    after: float
    low: float
    high: float
    labels: int

    @property
    def difference(self) -> float:
        return self.after - self.before


class SurfaceFigure(_Part):
    """Of a surface: preferences, the share of them ranked right before and after, and what its drafts gain or lose on the
    average, in points of the score."""

    surface: str
    labels: int
    before: float
    after: float
    change: float


class Bin(_Part):
    """Preferences with a probability from ``lowest`` on: how many, the mean probability, the share that was right."""

    lowest: float
    number: int
    given: float
    right: float


class Calibration(_Part):
    """``error``: mean distance of the probability from the share that was right, 0-1."""

    error_before: float
    error_after: float
    bins: list[Bin]


class BandFigure(_Part):
    """Of rated drafts, the share whose band is the one of the reader's mark."""

    labels: int
    before: float
    after: float


class Swap(_Part):
    """Texts that say the same: ``mean`` and ``worst`` as in ``nlp.fairness``, in points."""

    kind: str
    pairs: int
    mean_before: float
    mean_after: float
    worst_before: float
    worst_after: float


class Drift(_Part):
    """How the scores of the project's labelled drafts move. ``bands``: name to drafts. ``moved``: those that change band."""

    drafts: int
    mean_before: float
    mean_after: float
    bands_before: dict[str, int]
    bands_after: dict[str, int]
    moved: int
    largest: float


class DimensionEffect(_Part):
    """What ten points of a dimension are worth in the score of a post on LinkedIn."""

    dimension: str
    before: float
    after: float


class Effect(_Part):
    """``spread``: by how many points the change of this one thing moves the scores of drafts apart (standard deviation).
    ``direction``: 1 if more of it counts for more than before, -1 for less, 0 if it is weighed in another way."""

    label: str
    spread: float
    direction: int


class MovedDraft(_Part):
    """A reference draft that changes band."""

    id: str
    before: int
    after: int
    band_before: str
    band_after: str


class Report(_Part):
    """``left_out``: labels of drafts that cannot be scored. ``strength``: of the correction, 0 for none. ``own_set``: agreement
    with the marks of the project's labelled drafts."""

    left_out: int
    strength: float
    agreement: list[Figure]
    own_set: Figure
    surfaces: list[SurfaceFigure]
    calibration: Calibration | None
    bands: BandFigure | None
    fairness: list[Swap]
    drift: Drift
    dimensions: list[DimensionEffect]
    effects: list[Effect]
    moved: list[MovedDraft]


#: What each figure is, on screen.
FIGURES = {
    "pairs": "Pairs ranked as your readers ranked them",
    "whole": "Rank correlation with your readers' marks",
    "own-set": "Rank correlation with the marks of the project's own labelled drafts",
}
