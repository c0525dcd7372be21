"""The keys of numbers of the rubric in the draft: ``weight.hook``, ``emphasis.x-post.hook``, ``band.drafts.fair``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from nlp.quality.rubric_settings import Banded, RubricSettings


def as_keys(settings: RubricSettings) -> dict[str, int]:
    """Key to number, without the precision of bands."""
    flat = {f"weight.{name}": weight for name, weight in settings.weights.items()}
    for surface, percents in settings.emphasis.items():
        flat |= {f"emphasis.{surface}.{name}": percent for name, percent in percents.items()}
    for group, bands in settings.bands.items():
        flat |= {f"band.{group}.{band}": lowest for band, lowest in bands.items()}
    return flat


def from_keys(flat: Mapping[str, int]) -> RubricSettings:
    """The settings that ``as_keys`` wrote."""
    weights: dict[str, int] = {}
    emphasis: dict[str, dict[str, int]] = {}
    bands: dict[Banded, dict[str, int]] = {}
    for key, value in flat.items():
        kind, *path = key.split(".")
        if kind == "weight":
            weights[path[0]] = value
        elif kind == "emphasis":
            emphasis.setdefault(path[0], {})[path[1]] = value
        else:
            group = next(name for name in get_args(Banded) if name == path[0])
            bands.setdefault(group, {})[path[1]] = value
    return RubricSettings(weights, emphasis, bands)
