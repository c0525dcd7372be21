"""What readers said about drafts, as training takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlp.model import Surface


@dataclass(frozen=True, slots=True)
class Rating:
    """A reader's marks of one draft: dimension to 0-100, ``whole`` 0-100 or None. ``group``: drafts with the same group are
    never split between fitting and checking."""

    surface: Surface
    text: str
    marks: Mapping[str, float]
    whole: float | None
    group: str


@dataclass(frozen=True, slots=True)
class Preference:
    """Which of two drafts of one surface a reader would rather have their name under: 1 the first, 0 the second, 0.5 no
    difference."""

    surface: Surface
    first: str
    second: str
    answer: float
    group: str
