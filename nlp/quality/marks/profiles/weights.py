"""The learned weights of the marks of profiles, as data that is stored with a scoring version."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nlp.model import BANDS, PROFILE_SURFACES
from nlp.profiles import NAMES
from nlp.quality.linear import Finite
from nlp.quality.marks.profiles.described import GROUPS, Layout
from nlp.quality.stored import Row, StoredWeights, SurfaceWeights

#: The dimensions that the judges marked.
JUDGED = ("headline", "about", "proof")
Percent = Annotated[int, Field(ge=0, le=100)]
Threshold = Annotated[int, Field(ge=1, le=100)]


class ProfileMarkWeights(StoredWeights):
    """The mark of a judged dimension, 0-100, is ``intercept + sum of weight * (feature - centre)``, without features of what is
    not loaded. ``weights``: group to dimension to one weight for each feature, in the order of ``Layout``. ``listed``: word to
    its rarity. ``checked``: measure to what goodness 1 adds to the mark of its own dimension over goodness 0; set by judgement,
    for sections that the judges did not see. ``bands``, ``interval_scale``, ``band_precision``: see ``Rubric``."""

    measures: list[str]
    checked: dict[str, Annotated[float, Field(ge=0, le=100)]]
    listed: dict[str, Finite]
    centres: Row
    weights: dict[str, dict[str, Row]]
    surfaces: dict[str, SurfaceWeights]
    bands: dict[str, Threshold]
    interval_scale: Annotated[int, Field(ge=50, le=500)]
    band_precision: dict[str, Percent]

    def problem(self) -> str:
        """One line on the first part that is missing or does not fit; empty if all fit together."""
        for name in (*self.measures, *self.checked):
            if name not in NAMES:
                return f"measures: unknown name {name!r}"
        layout = Layout(self.measures, list(self.listed))
        rows = [("centres", self.centres)]
        rows += [(f"weights.{g}.{d}", self.weights.get(g, {}).get(d, [])) for g in GROUPS for d in JUDGED]
        for field, row in rows:
            if len(row) != layout.size:
                return f"{field}: must have {layout.size} numbers"
        for surface in PROFILE_SURFACES:
            if surface not in self.surfaces or set(self.surfaces[surface].intercepts) != set(JUDGED):
                return f"surfaces.{surface}: must have an intercept for each judged dimension"
        limits = [self.bands.get(band, 0) for band in BANDS[1:]]
        if len(self.bands) != len(limits) or sorted({*limits} - {0}) != limits:
            return "bands: must increase from fair to good to strong"
        if set(self.band_precision) != set(BANDS):
            return "band_precision: must have a number for each band"
        return ""
