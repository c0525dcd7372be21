"""Named measures of a text, one module per dimension. Each function in a module's ``MEASURES`` computes one number from a
reading; its docstring gives formula, range and source. ``curves.goodness`` maps the number to 0-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING

from nlp.measures import audience, clarity, conversation, credibility, form, hook, specificity, story, voice
from nlp.model import DRAFT_DIMENSIONS, Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading

MODULES: Mapping[str, ModuleType] = {
    "hook": hook,
    "clarity": clarity,
    "specificity": specificity,
    "story": story,
    "audience": audience,
    "conversation": conversation,
    "credibility": credibility,
    "voice": voice,
    "form": form,
}
#: Dimension to the names of its measures, in order.
NAMES: dict[str, tuple[str, ...]] = {
    dimension: tuple(measure.__name__ for measure in MODULES[dimension].MEASURES) for dimension in DRAFT_DIMENSIONS
}


def measure(reading: Reading, surface: Surface) -> tuple[Measure, ...]:
    """All measures of a text for ``surface``, in the order of the dimensions."""
    return tuple(compute(reading, surface) for name in DRAFT_DIMENSIONS for compute in MODULES[name].MEASURES)
