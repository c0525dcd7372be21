"""Linear models as JSON: evaluated without scikit-learn, and explained exactly."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

#: Far above any fitted weight; a larger one means a corrupt file.
LIMIT = 1e6

Finite = Annotated[float, Field(ge=-LIMIT, le=LIMIT, allow_inf_nan=False)]
Line = Annotated[str, Field(max_length=500)]


class Part(NamedTuple):
    """The contribution of one feature to the linear score: ``weight * (value - centre)``."""

    feature: str
    value: float
    part: float


class LinearWeights(BaseModel):
    """``score = intercept + sum of weight * (value - centre)``. Features without a weight do not count, and a missing centre is
    0. ``link`` says what the score is: the log-odds of a probability, a share clamped to 0-1, or a number on a scale of its
    own. ``temper`` multiplies the score of a logistic model to calibrate it. ``measured`` holds figures from texts that the
    model was not fitted to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    task: Line
    source: Line
    licence: Line
    fitted_with: Line
    seed: int
    rows: Annotated[int, Field(gt=0)]
    link: Literal["logistic", "share", "number"]
    intercept: Finite
    temper: Annotated[float, Field(gt=0, le=10)] = 1.0
    weights: dict[str, Finite]
    centres: dict[str, Finite] = {}
    measured: dict[str, Finite] = {}

    def problem(self, features: Collection[str]) -> str:
        """One line on the first unknown feature name; empty if all are known."""
        for kind, names, among in (("weights", self.weights, features), ("centres", self.centres, self.weights)):
            unknown = sorted(set(names) - set(among))
            if unknown:
                return f"{kind}.{unknown[0]}: is unknown"
        return ""

    def parts(self, values: Mapping[str, float]) -> list[Part]:
        """The parts that are not 0. With ``intercept`` they add up (``math.fsum``) to ``linear(values)``."""
        # Without centres only features of this text can contribute, which is a tenth of the names.
        names = self.weights if self.centres else [name for name in values if name in self.weights]
        pairs = ((name, values.get(name, 0.0)) for name in names)
        parts = (Part(name, value, self.weights[name] * (value - self.centres.get(name, 0.0))) for name, value in pairs)
        return [part for part in parts if part.part]

    def linear(self, values: Mapping[str, float]) -> float:
        if self.centres:
            return math.fsum([self.intercept, *(part.part for part in self.parts(values))])
        weights = self.weights
        return math.fsum([self.intercept, *(weights[name] * value for name, value in values.items() if name in weights)])

    def predict(self, values: Mapping[str, float]) -> float:
        """A probability or share, 0-1, or a number on the model's own scale."""
        score = self.linear(values)
        if self.link == "logistic":
            return sigmoid(self.temper * score)
        return min(1.0, max(0.0, score)) if self.link == "share" else score


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x) without overflow, and symmetric to the last bit: sigmoid(-x) == 1 - sigmoid(x)."""
    larger = 1 / (1 + math.exp(-abs(x)))
    return larger if x >= 0 else 1 - larger


def write(path: Path, weights: LinearWeights) -> None:
    text = json.dumps(weights.model_dump(mode="json", exclude_defaults=True), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
