"""Which of two wordings of one message is likely to do better, per surface.

On X a linear model over the difference of the two texts' features answers, learned from pairs of posts; for a post on
LinkedIn one learned from headlines in randomised tests answers for the opening alone. Its measured accuracy stands beside
the answer. Nothing is known of wordings elsewhere, so there the comparison leans to the better score and stays undecided.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from nlp.language.english import FOREIGN_NOTE
from nlp.model import Comparison, Draft, Surface
from nlp.quality import bait
from nlp.quality.features import of_post

if TYPE_CHECKING:
    from nlp.coach import Coach
    from nlp.quality.linear import LinearWeights


class Study(NamedTuple):
    """What a comparison rests on. ``thin``: a call nearer to even is left undecided. ``basis`` is filled with the share of
    right answers and the number of pairs they were measured on, in folds the model had not seen."""

    learned: str
    thin: float
    basis: str
    opening_only: bool = False


_ON_X = Study(
    "wording",
    0.1,
    "Right in {accuracy:.0%} of {rows:,.0f} pairs of posts on X by one author with one link (people: 61%)",
)
_OPENINGS = Study(
    "opening",
    0.1,
    "Openings only: right in {accuracy:.0%} of {rows:,.0f} pairs of a news site's headlines in randomised tests of 2013-15; "
    "not measured on LinkedIn",
    opening_only=True,
)
STUDIES: Mapping[Surface, Study] = {"x-post": _ON_X, "x-reply": _ON_X, "linkedin-post": _OPENINGS}
#: Headlines are seldom longer.
OPENING_WORDS = 28
#: Without evidence the two stay this near to even; only the side on which the number lies carries meaning.
LEANING = 0.01
#: A wording that raters would mark for click-bait this much more than the other, and above this mark at all, may win clicks
#: but is not called better (EVIDENCE.md L5).
BAIT_AHEAD, BAIT_AT_ALL = 0.1, 0.4
BAIT_NOTE = "The one that may get more clicks reads like click-bait, which costs trust"
#: How to say which feature spoke for a wording. Length is left out on purpose: it stands in for content, so "write longer"
#: is the wrong advice (EVIDENCE.md W3).
_REASONS = {
    "figures": "figures", "questions": "questions", "hashtags": "hashtags",
    "mentions": "mentions", "quotes": "quoted words", "colons": "colons", "capitals": "capitals", "you": "words to the reader",
    "i": "words about the writer", "third_person": "words about others", "long_words": "long words",
    "short_words": "short words", "distinct_words": "variety of words", "title_case": "capitalised words",

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
    study = STUDIES.get(surface)
    weights = coach.scoring.learned(study.learned) if study else None
    if study and weights:
        one, other = (opening(a), opening(b)) if study.opening_only else (a, b)
        if one != other:
            return _by_study(study, weights, coach.scoring.learned("bait"), one, other)
    if first.score is None or second.score is None:
        return Comparison("undecided", 0.5, "Too little text to compare")
    return Comparison(
        "undecided",
        0.5 + LEANING * (first.score - second.score) / 100,
        "Both open alike, and no study tells the rest: this only leans to the higher score"
        if study
        else "No study of wordings in comments on LinkedIn: this only leans to the higher score",
        (f"Scores {first.score} and {second.score} of 100",),
    )


def opening(text: str) -> str:
    """The first 28 words of the first line that has any."""
    return " ".join(text.strip().partition("\n")[0].split()[:OPENING_WORDS])


def probability_a(weights: LinearWeights, a: str, b: str) -> float:
    """How likely ``a`` is to do better than ``b``, 0-1; swapping the two gives one less that number."""
    return weights.predict(_difference(a, b))


def _difference(a: str, b: str) -> dict[str, float]:
    of_a, of_b = of_post(a), of_post(b)
    return {name: of_a.get(name, 0.0) - of_b.get(name, 0.0) for name in sorted(of_a.keys() | of_b.keys())}


def _by_study(study: Study, weights: LinearWeights, baiting: LinearWeights | None, a: str, b: str) -> Comparison:
    difference = _difference(a, b)
    probability = weights.predict(difference)
    basis = study.basis.format(**weights.measured)
    if abs(probability - 0.5) < study.thin:
        return Comparison("undecided", probability, basis)
    sign = 1 if probability > 0.5 else -1
    if baiting:
        marks = [bait.probability(opening(text), baiting) for text in ((a, b) if sign > 0 else (b, a))]
        if marks[0] > max(BAIT_AT_ALL, marks[1] + BAIT_AHEAD):
            return Comparison("undecided", probability, basis, (BAIT_NOTE,))
    speaking = sorted(
        (sign * part.part, part.feature, part.value * sign) for part in weights.parts(difference) if part.feature in _REASONS
    )
    reasons = tuple(
        f"{'More' if value > 0 else 'Fewer'} {_REASONS[name]}" for part, name, value in reversed(speaking[-3:]) if part > 0
    )
    return Comparison("a" if sign > 0 else "b", probability, basis, reasons)
