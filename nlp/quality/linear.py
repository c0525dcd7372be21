"""A linear model as plain numbers: read from JSON, evaluated without scikit-learn, explained exactly."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

#: No weight of ours comes near this; a larger one is a broken file.
LIMIT = 1e6

Finite = Annotated[float, Field(ge=-LIMIT, le=LIMIT, allow_inf_nan=False)]
Line = Annotated[str, Field(max_length=500)]


class Part(NamedTuple):
    """What one feature adds to the linear score: ``weight * (value - centre)``."""

    feature: str
    value: float
    part: float


class LinearWeights(BaseModel):
    """``score = intercept + sum of weight * (value - centre)``, so that the intercept is the score of the average text the
    model was fitted on. ``link`` says what the score is: the log-odds of a probability, or a share held within 0 and 1.
    ``temper`` multiplies the score of a logistic model to calibrate it. ``measured`` holds what was measured on texts the
    model was not fitted on."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    task: Line
    source: Line
    licence: Line
    fitted_with: Line
    seed: int
    rows: Annotated[int, Field(gt=0)]
    link: Literal["logistic", "share"]
    intercept: Finite
    temper: Annotated[float, Field(gt=0, le=10)] = 1.0
    weights: dict[str, Finite]
    centres: dict[str, Finite]
    measured: dict[str, Finite] = {}

    def problem(self, features: Collection[str]) -> str:
        """What is wrong with the names, in one line, or nothing."""
        for kind, names in (("weights", set(self.weights)), ("centres", set(self.centres))):
            odd = sorted(names ^ set(features))
            if odd:
                return f"{kind}.{odd[0]}: is {'unknown' if odd[0] in names else 'missing'}"
        return ""

    def parts(self, values: Mapping[str, float]) -> list[Part]:
        """The parts in the order of the weights; ``intercept`` and these add up (``math.fsum``) to ``linear(values)``."""
        return [Part(name, values[name], weight * (values[name] - self.centres[name])) for name, weight in self.weights.items()]

    def linear(self, values: Mapping[str, float]) -> float:
        # What ``parts`` adds up to, without telling it feature by feature: this runs at every keystroke.
        centres = self.centres
        return math.fsum([self.intercept, *(weight * (values[name] - centres[name]) for name, weight in self.weights.items())])

    def predict(self, values: Mapping[str, float]) -> float:
        """A probability or share, 0-1."""
        score = self.linear(values)
        return sigmoid(self.temper * score) if self.link == "logistic" else min(1.0, max(0.0, score))


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x) without overflow, and symmetric to the last bit: sigmoid(-x) == 1 - sigmoid(x)."""
    larger = 1 / (1 + math.exp(-abs(x)))
    return larger if x >= 0 else 1 - larger
