"""Which of two wordings of one message is likely to do better, per surface.

On X a linear model over the difference of the two texts' features answers, and its measured accuracy stands beside the
answer. A preference learned on X says nothing about LinkedIn, so there the comparison leans to the better score and
stays undecided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.language.english import FOREIGN_NOTE
from nlp.model import Comparison, Draft, Surface
from nlp.quality.features import FEATURES, features

if TYPE_CHECKING:
    from nlp.coach import Coach
    from nlp.quality.linear import LinearWeights

__all__ = ["FEATURES", "compare", "probability_a"]

MEASURED_ON: tuple[Surface, ...] = ("x-post", "x-reply")
#: Without evidence the two stay this near to even; only the side on which the number lies carries meaning.
LEANING = 0.01
#: A call nearer to even than this is left undecided.
THIN = 0.05
#: How to say which feature spoke for a wording. Length is left out on purpose: it stands in for content, so "write longer"
#: is the wrong advice (product.md, section 5).
_REASONS = {
    "figures": "figures", "questions": "questions", "exclamations": "exclamation marks", "hashtags": "hashtags",
    "mentions": "mentions", "quotes": "quoted words", "colons": "colons", "capitals": "capitals", "you": "words to the reader",
    "i": "words about the writer", "third_person": "words about others", "strong": "strong words", "long_words": "long words",
    "short_words": "short words", "distinct_words": "variety of words", "title_case": "capitalised words",
    "pointing": "pointing words", "curious": "question words",
}  # fmt: skip


def compare(coach: Coach, surface: Surface, a: str, b: str) -> Comparison:
    """``a`` against ``b`` on ``surface``; the texts have passed the coach's own reading."""
    if not (a.strip() and b.strip()):
        # The model would prefer silence to many a wording.
        return Comparison("undecided", 0.5, "Nothing to compare: one of the two is empty")
    first, second = coach.assess(Draft(surface, a)), coach.assess(Draft(surface, b))
    if "protected" in (first.gate.state, second.gate.state):
        return Comparison("undecided", 0.5, first.note or second.note)
    if FOREIGN_NOTE in (first.note, second.note):
        return Comparison("undecided", 0.5, FOREIGN_NOTE)
    if surface in MEASURED_ON:
        return _by_pairs(coach.scoring.learned("wording"), a, b)
    if first.score is None or second.score is None:
        return Comparison("undecided", 0.5, "Too little text to compare")
    return Comparison(
        "undecided",
        0.5 + LEANING * (first.score - second.score) / 100,
        "No study of wordings on LinkedIn: this only leans to the higher score",
        (f"Scores {first.score} and {second.score} of 100",),
    )


def probability_a(weights: LinearWeights, a: str, b: str) -> float:
    """How likely ``a`` is to be passed on more than ``b``, 0-1; swapping the two gives one less that number."""
    return weights.predict(_difference(a, b))


def _difference(a: str, b: str) -> dict[str, float]:
    of_a, of_b = features(a), features(b)
    return {name: of_a[name] - of_b[name] for name in FEATURES}


def _by_pairs(weights: LinearWeights, a: str, b: str) -> Comparison:
    difference = _difference(a, b)
    probability = weights.predict(difference)
    measured = weights.measured
    basis = (
        f"Right in {measured['accuracy']:.0%} of {measured['rows']:,.0f} pairs of posts on X by one author with one link "
        "(people: 61%)"
    )
    if abs(probability - 0.5) < THIN:
        return Comparison("undecided", probability, basis)
    preferred, sign = ("a", 1) if probability > 0.5 else ("b", -1)
    speaking = sorted(
        (sign * part.part, part.feature, part.value * sign) for part in weights.parts(difference) if part.feature in _REASONS
    )
    reasons = tuple(
        f"{'More' if value > 0 else 'Fewer'} {_REASONS[name]}" for part, name, value in reversed(speaking[-3:]) if part > 0
    )
    return Comparison("a" if preferred == "a" else "b", probability, basis, reasons)
