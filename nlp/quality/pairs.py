"""Which of two wordings of one message is likely to do better, per surface.

On X the answer comes from a linear model over the difference of the two texts' features, letters and meaning, learned from
pairs of posts; for a post on LinkedIn from one learned from headlines in randomised tests, which is asked about the openings
alone. Each answer states the model's measured accuracy. For other surfaces there is no evidence, so the comparison leans to the
higher score and stays undecided, unless one of the two asks for reactions in return and scores clearly lower.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from nlp.model import Assessment, Comparison, Surface
from nlp.quality import bait
from nlp.quality.features import of_post
from nlp.quality.linear import sigmoid

if TYPE_CHECKING:
    from nlp.quality.linear import LinearWeights
    from nlp.quality.wordings import StudyModel


class Study(NamedTuple):
    """What a comparison is based on. A probability nearer to one half than ``margin`` is undecided. ``basis`` is a template
    for the accuracy and the number of pairs it was measured on, in folds the model had not seen."""

    learned: str
    margin: float
    basis: str
    opening_only: bool = False


# The clients recognise a study and the reasons by these sentences: change them together.
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
#: Few headlines are longer.
OPENING_WORDS = 28
#: Without evidence the probability stays this near to one half; only its side carries meaning.
MAX_LEAN = 0.01
#: A wording whose click-bait mark is above ``MIN_BAIT`` and at least ``BAIT_MARGIN`` above the other's may win clicks but is
#: not preferred (EVIDENCE.md L5).
BAIT_MARGIN, MIN_BAIT = 0.1, 0.4
BAIT_REASON = "The one that may get more clicks reads like click-bait, which costs trust"
#: A wording that asks for reactions in return and scores this many points less is not preferred either.
MIN_LEAD = 5
REACTION_RULE = "Repute.ReactionBait"
_PASS_ON = re.compile(r"\b(?:rt\b|re-?tweet|repost)", re.IGNORECASE)
REACTIONS_BASIS = (
    "One of the two asks for reactions in return, which holds its credit, and scores lower: this is no study, and such a "
    "request may still win reach"
)
#: Features that can be given as a reason. Length is left out on purpose: it is a proxy for content, so "write longer" is the
#: wrong advice (EVIDENCE.md W3).
_REASONS = {
    "figures": "figures", "questions": "questions", "hashtags": "hashtags",
    "mentions": "mentions", "quotes": "quoted words", "colons": "colons", "capitals": "capitals", "you": "words to the reader",
    "i": "words about the writer", "third_person": "words about others", "long_words": "long words",
    "short_words": "short words", "distinct_words": "variety of words", "title_case": "capitalised words",

}  # fmt: skip
MAX_REASONS = 3


def compare(
    a: Assessment, b: Assessment, learned: Mapping[str, LinearWeights], wordings: Mapping[str, StudyModel]
) -> Comparison:
    """Compares the assessments of two drafts for one surface. ``learned`` are the scoring version's learned weights by name,
    ``wordings`` its models of letters and meaning by study."""
    if not (a.text.strip() and b.text.strip()):
        # The model would prefer an empty text to many wordings.
        return Comparison("undecided", 0.5, "Nothing to compare: one of the two is empty", is_refused=True)
    for note in (a.note, b.note):
        if note and note.code == "not-english":
            return Comparison("undecided", 0.5, note.message, is_refused=True)
    comparison = _by_study(a, b, learned, wordings)
    if a.score is None or b.score is None:
        return comparison or Comparison("undecided", 0.5, "Too little text to compare", is_refused=True)
    lead = a.score - b.score
    lean = 0.5 + MAX_LEAN * lead / 100
    higher, lower = (a, b) if lead > 0 else (b, a)
    if abs(lead) >= MIN_LEAD and _asks_for_reactions(lower) and not _asks_for_reactions(higher):
        side: Literal["a", "b"] = "a" if lead > 0 else "b"
        if comparison is None or comparison.preferred != side:
            return Comparison(side, lean, REACTIONS_BASIS, (f"Scores {a.score} and {b.score} of 100",))
    return comparison or Comparison(
        "undecided",
        lean,
        "Both open alike, and no study tells the rest: this only leans to the higher score"
        if a.surface in STUDIES
        else "No study of wordings in comments on LinkedIn: this only leans to the higher score",
        (f"Scores {a.score} and {b.score} of 100",),
    )


def _by_study(
    a: Assessment, b: Assessment, learned: Mapping[str, LinearWeights], wordings: Mapping[str, StudyModel]
) -> Comparison | None:
    """The answer of the study for the surface; ``None`` if there is none, or if it cannot tell the two apart."""
    study = STUDIES.get(a.surface)
    weights = learned.get(study.learned) if study else None
    if study is None or weights is None:
        return None
    text_a, text_b = (opening(a.text), opening(b.text)) if study.opening_only else (a.text, b.text)
    if text_a == text_b:
        return None
    return _compare_by_study(study, weights, wordings.get(study.learned), learned.get("bait"), text_a, text_b)


def _asks_for_reactions(assessment: Assessment) -> bool:
    """On X requests to be passed on do not count: the study measured that they work."""
    passed_on = assessment.surface in ("x-post", "x-reply") and _PASS_ON.search(assessment.text)
    return not passed_on and any(finding.rule == REACTION_RULE for finding in assessment.findings)


def opening(text: str) -> str:
    """The first 28 words of the first line that has any."""
    return " ".join(text.strip().partition("\n")[0].split()[:OPENING_WORDS])


def probability_a(weights: LinearWeights, added: StudyModel | None, a: str, b: str) -> float:
    """The probability that ``a`` does better than ``b``, 0-1; swapping the two gives exactly one minus it. ``added``: the model
    of letters and meaning; ``None`` in a version that is older than it."""
    return _probability(weights, added, a, b, _difference(a, b))


def _probability(weights: LinearWeights, added: StudyModel | None, a: str, b: str, difference: Mapping[str, float]) -> float:
    if added is None:
        return weights.predict(difference)
    return sigmoid(added.temper * (weights.linear(difference) + added.score(a, b)))


def _difference(a: str, b: str) -> dict[str, float]:
    features_a, features_b = of_post(a), of_post(b)
    return {
        name: features_a.get(name, 0.0) - features_b.get(name, 0.0) for name in sorted(features_a.keys() | features_b.keys())
    }


def _compare_by_study(
    study: Study,
    weights: LinearWeights,
    added: StudyModel | None,
    bait_weights: LinearWeights | None,
    a: str,
    b: str,
) -> Comparison:
    difference = _difference(a, b)
    probability = _probability(weights, added, a, b, difference)
    basis = study.basis.format(**(added or weights).measured)
    if abs(probability - 0.5) < study.margin:
        return Comparison("undecided", probability, basis)
    sign = 1 if probability > 0.5 else -1
    if bait_weights:
        preferred_bait, other_bait = (
            bait.probability(opening(text), bait_weights) for text in ((a, b) if sign > 0 else (b, a))
        )
        if preferred_bait > max(MIN_BAIT, other_bait + BAIT_MARGIN):
            return Comparison("undecided", probability, basis, (BAIT_REASON,))
    ranked = sorted(
        (sign * part.part, part.feature, part.value * sign) for part in weights.parts(difference) if part.feature in _REASONS
    )
    reasons = tuple(
        f"{'More' if value > 0 else 'Fewer'} {_REASONS[name]}"
        for part, name, value in reversed(ranked[-MAX_REASONS:])
        if part > 0
    )
    return Comparison("a" if sign > 0 else "b", probability, basis, reasons)
