"""Which of two wordings of one message is likely to do better, per surface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.model import Comparison, Draft, Surface

if TYPE_CHECKING:
    from nlp.coach import Coach

#: Without evidence the two stay this near to even; only the side on which the number lies carries meaning.
LEANING = 0.01


def compare(coach: Coach, surface: Surface, a: str, b: str) -> Comparison:
    """``a`` against ``b`` on ``surface``; texts must have passed the coach's own reading."""
    return _by_rubric(coach, surface, a, b)


def _by_rubric(coach: Coach, surface: Surface, a: str, b: str) -> Comparison:
    first, second = coach.assess(Draft(surface, a)), coach.assess(Draft(surface, b))
    if first.score is None or second.score is None:
        return Comparison("undecided", 0.5, "Too little text, or talk the coach keeps out of")
    return Comparison(
        "undecided",
        0.5 + LEANING * (first.score - second.score) / 100,
        "No study of this surface compares wordings: the scores are a view of the text, not of its readers",
        (f"Scores {first.score} and {second.score} of 100",),
    )
