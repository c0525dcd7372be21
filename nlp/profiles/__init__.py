"""Profiles: their sections as one text, their measures and their findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.profiles import measures
from nlp.profiles.catalogue import catalogue
from nlp.profiles.findings import LAYOUT_RULES, find
from nlp.profiles.sections import ProfileText, flatten_profile

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.model import Measure

__all__ = ["LAYOUT_RULES", "NAMES", "ProfileText", "catalogue", "find", "flatten_profile", "measure"]

#: The names of the measures, in order.
NAMES = tuple(measure.__name__ for measure in measures.ALL)


def measure(profile: ProfileText, reading: Reading) -> tuple[Measure, ...]:
    """All measures of a profile; ``reading`` is that of ``profile.text``."""
    return tuple(compute(profile, reading) for compute in measures.ALL)
