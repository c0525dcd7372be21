"""What learned weights that are stored with a scoring version have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nlp.quality.linear import Finite, Line

Row = list[Finite]


class StoredPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class StoredWeights(StoredPart):
    """What the weights predict, what they were fitted to and with what, and to how many texts."""

    task: Line
    source: Line
    licence: Line
    fitted_with: Line
    rows: Annotated[int, Field(gt=0)]

    def problem(self) -> str:
        """One line on the first part that is unknown, missing or has the wrong length; empty if all fit together."""
        raise NotImplementedError


class SurfaceWeights(StoredPart):
    """``baseline``: the score of the average text of the surface, in tenths of a point. ``gain``: factor on distances from it,
    in percent. ``intercepts``: dimension to its mark for that text, 0-100."""

    baseline: Annotated[int, Field(ge=0, le=1000)]
    gain: Annotated[int, Field(ge=10, le=300)]
    intercepts: dict[str, Finite]
