"""Packaged with the weights: the scale of each feature, and measured drafts of the project's labelled sets without their words
(``nlp/training/quality/correction.py``). Held-out drafts are not among them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES
from nlp.quality.correction.features import Measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

PATH = Path(__file__).parent / "reference.npz"


class Reference(NamedTuple):
    """``scale``: what each feature is multiplied with before fitting. ``drafts``: measured under the packaged version.
    ``wholes``: the readers' mark of each as a whole, 0-100."""

    scale: NDArray[np.float64]
    drafts: tuple[Measured, ...]
    wholes: NDArray[np.float64]


@cache
def load() -> Reference:
    with np.load(PATH, allow_pickle=False) as data:
        values, rest = data["values"].astype(float), data["rest"].astype(float)
        count = len(DRAFT_DIMENSIONS)
        drafts = tuple(
            Measured(DRAFT_SURFACES[surface], line, numbers[:count], *(float(number) for number in numbers[count:]))
            for surface, line, numbers in zip(data["surface"].tolist(), values, rest, strict=True)
        )
        return Reference(data["scale"].astype(float), drafts, data["whole"].astype(float))
