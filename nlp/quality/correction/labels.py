"""What readers said about drafts: the input of a correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlp.model import Surface


@dataclass(frozen=True, slots=True)
class Rating:
    """A reader's marks of one draft: dimension to 0-100, ``whole`` 0-100 or None. ``group``: of the draft; drafts
    of one group are never split between fitting and checking."""

    surface: Surface
    text: str
    marks: Mapping[str, float]
    whole: float | None
    group: str


@dataclass(frozen=True, slots=True)
class Preference:
    """Which of two drafts of one surface a reader would rather have their name under: 1 the first, 0 the second, 0.5 no
    difference. ``groups``: of both drafts, as in ``Rating``; they may differ."""

    surface: Surface
    first: str
    second: str
    answer: float
    groups: tuple[str, str]
