"""The numbers of a rubric that an organisation sets: weights, emphasis by surface, and bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from nlp.model import BANDS, PROFILE_SURFACES, Surface
from nlp.quality.rubric import Rubric

#: What shares bands.
Banded = Literal["drafts", "profiles"]


@dataclass(frozen=True, slots=True)
class RubricSettings:
    """``weights``: dimension to 0-100. ``emphasis``: surface to dimension to percent of its weight, 0-300. ``bands``: the
    lowest scores of fair, good and strong, of profiles all three. ``precision``: band to the percentage of texts in it that
    readers put there too; of profiles only with their bands. What is missing stays as it is."""

    weights: Mapping[str, int] = field(default_factory=dict)
    emphasis: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    bands: Mapping[Banded, Mapping[str, int]] = field(default_factory=dict)
    precision: Mapping[Banded, Mapping[str, int]] = field(default_factory=dict)

    def apply(self, part: Mapping[str, Any]) -> dict[str, Any]:
        """The ``rubric`` of a document, changed."""
        rubric = {**part, "weights": {**part["weights"], **self.weights}, "emphasis": dict(part["emphasis"])}
        for surface, percents in self.emphasis.items():
            rubric["emphasis"][surface] = {**part["emphasis"].get(surface, {}), **percents}
        drafts = part["drafts"]
        if drafts is not None:
            bands = {**drafts["bands"], **self.bands.get("drafts", {})}
            rubric["drafts"] = {**drafts, "bands": bands, "agreed": dict(self.precision.get("drafts", drafts["agreed"]))}
        else:
            rubric["bands"] = {**part["bands"], **self.bands.get("drafts", {})}
        if "profiles" in self.bands:
            precision = self.precision.get("profiles", dict.fromkeys(BANDS, 0))
            rubric["profiles"] = {"bands": dict(self.bands["profiles"]), "band_precision": dict(precision)}
        return rubric

    def rubric(
        self, surface: Surface, rubric: Rubric, *, weights: Mapping[str, int], emphasis: Mapping[str, Mapping[str, int]]
    ) -> Rubric:
        """``rubric`` of ``surface``, changed; ``weights`` and ``emphasis``: those of its version. Equals the rubric of a
        version with these settings, which takes much longer to make."""
        weights = {**weights, **self.weights}
        percents: dict[str, int] = {}
        for one in (emphasis, self.emphasis):
            percents.update(one.get(surface, {}))
        group: Banded = "profiles" if surface in PROFILE_SURFACES else "drafts"
        limits: dict[str, int] = dict(zip(BANDS[1:], rubric.bands, strict=True))
        limits.update(self.bands.get(group, {}))
        return replace(
            rubric,
            weights={dimension: weights[dimension] * percents.get(dimension, 100) for dimension in rubric.weights},
            bands=(limits["fair"], limits["good"], limits["strong"]),
        )
