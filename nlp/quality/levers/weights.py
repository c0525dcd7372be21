"""The learned weights of the levers, as data that is stored with a scoring version."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nlp.model import LEVERS
from nlp.quality.kinds.described import number_names
from nlp.quality.kinds.weights import ClassWeights
from nlp.quality.levers.described import extra_names
from nlp.quality.linear import Line

Share = Annotated[float, Field(gt=0, le=2)]


class LeverWeights(ClassWeights):
    """``measures``: those that count. ``target``: the score that a draft comes near to by one change. ``shares``: lever to the
    part of the distance to ``target`` that a rewrite by it gained; of ``leave`` it only decides when a draft is left alone."""

    levers: list[Line]
    measures: list[Line]
    target: Annotated[int, Field(gt=0, le=100)]
    shares: dict[Line, Share]

    def problem(self) -> str:
        if tuple(self.levers) != LEVERS:
            return "levers: must be those of this release"
        if set(self.shares) != set(LEVERS):
            return "shares: must have every lever"
        return self.problem_with(len(LEVERS), [*number_names(), *extra_names(self.measures)])
