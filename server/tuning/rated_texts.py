"""Texts that readers rated, on which other weights, bands and costs are tried: what their scores are computed from, and the
readers' marks, without the texts. ``python -m nlp.evaluation.rated_texts`` writes the file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.model import BANDS
from nlp.quality.rescoring import ScoreTable, from_json

if TYPE_CHECKING:
    from nlp import Scoring
    from nlp.model import Surface
    from nlp.quality.rescoring import IsOn
    from nlp.quality.rubric import Rubric

    Numbers = np.ndarray[Any, np.dtype[Any]]

FILE = Path(__file__).with_suffix(".json")
#: Texts that a band needs for its precision to be stated.
MIN_TEXTS_IN_BAND = 5


@dataclass(frozen=True, slots=True)
class RatedTexts:
    """``wholes``: the readers' mean mark of each text, 0-100; ``reader_bands``: the number of the band that it stands for.
    ``english``: how the writer knows English; empty for profiles."""

    table: ScoreTable
    wholes: Numbers
    reader_bands: Numbers
    english: tuple[str, ...]

    def band_precision(self, rubrics: Mapping[Surface, Rubric], is_on: IsOn) -> dict[str, int]:
        """For each band, the percentage of the texts with a score in it that the readers put there too; 0 for too few texts."""
        bands = self.table.bands(self.table.scores(rubrics, is_on), rubrics)
        return {
            name: round(100 * float(np.mean(self.reader_bands[bands == number] == number)))
            if int((bands == number).sum()) >= MIN_TEXTS_IN_BAND
            else 0
            for number, name in enumerate(BANDS)
        }


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of texts that say the same and differ in ``kind``: rows 0, 2, 4 ... of ``table`` and the row after each."""

    kind: str
    table: ScoreTable


@cache
def rated_drafts() -> RatedTexts:
    return _rated([row for row in _data()["texts"] if not row["surface"].endswith("-profile")])


@cache
def rated_profiles() -> RatedTexts:
    return _rated([row for row in _data()["texts"] if row["surface"].endswith("-profile")])


@cache
def same_texts() -> tuple[Pairs, ...]:
    return tuple(
        Pairs(kind, ScoreTable([from_json(row) for pair in pairs for row in pair])) for kind, pairs in _data()["same"].items()
    )


def is_measured_alike(scoring: Scoring) -> bool:
    """Whether ``scoring`` has the marks with which the rated texts were measured."""
    return bool(scoring.mark_hashes == _data()["marks"])


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return data


def _rated(rows: Sequence[Mapping[str, Any]]) -> RatedTexts:
    wholes = np.array([row["whole"] for row in rows], dtype=np.float64)
    # Marks are rounded half up, as in the evaluation.
    bands = np.digitize(np.floor(wholes + 0.5), _data()["reader_bands"])
    return RatedTexts(ScoreTable([from_json(row) for row in rows]), wholes, bands, tuple(row["english"] for row in rows))
