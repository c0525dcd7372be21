"""The steps that explain a score."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp import Coach, Draft
from nlp.model import Contribution, Span
from server.activities.explanation import Part, steps
from server.tuning.reference_drafts import reference_drafts


@pytest.fixture(scope="module")
def coach():
    return Coach()


@pytest.mark.parametrize("draft", reference_drafts(), ids=lambda draft: draft.id)
def test_steps_and_their_parts_add_up_to_the_score(coach, draft):
    assessment = coach.assess(Draft(draft.surface, draft.text))
    result = steps(assessment)
    if assessment.score is None:
        assert result == ()
        return
    assert result[0].label == "The average draft"
    assert result[0].start == 0
    assert [step.start for step in result[1:]] == [step.end for step in result[:-1]]
    assert result[-1].end == assessment.score
    for step in result:
        assert not step.parts or sum(part.tenths for part in step.parts) == round(step.points * 10)
        assert len(step.parts) <= 6


def explained(*parts, text="", start=425):
    """The parts of the steps of an assessment with these contributions."""
    contributions = (Contribution("baseline", "average-draft", "", "The average draft", start), *parts)
    assessment = replace(Coach().assess(Draft("x-post", "")), text=text, contributions=contributions)
    return {step.label: step.parts for step in steps(assessment)}


def quoted(words, tenths):
    return Part(f"“{words}”", tenths, is_quotation=True)


def measure(name, tenths, dimension="hook"):
    return Contribution("measure", name, dimension, name.capitalize(), tenths)


def sentence(words, tenths, text, dimension="hook"):
    start = text.index(words)
    return Contribution("sentence", "sentence-1", dimension, "Sentence 1", tenths, span=Span(start, start + len(words)))


def test_a_sentence_is_shown_by_its_first_words():
    text = "🚀 It broke.\n\nWe moved the three fields\nto the first page, then left it."
    long = "We moved the three fields\nto the first page, then left it."
    parts = explained(sentence("It broke.", 5, text), sentence(long, -7, text), text=text)
    assert parts["Hook"] == (
        quoted("We moved the three fields to the first page…", -7),
        quoted("It broke.", 5),
    )


def test_a_word_without_end_is_cut():
    text = "a" * 60
    assert explained(sentence(text, 5, text), text=text)["Hook"] == (quoted(f"{'a' * 48}…", 5),)


def test_small_parts_are_added_up_by_kind():
    text = "One. Two. Three."
    found = Contribution("finding", "Repute.Buzzwords", "hook", "Buzzwords", -9)
    parts = explained(
        measure("a", 1), measure("b", -2), measure("c", 8), measure("d", 0), found, sentence("One.", 2, text),
        sentence("Two.", -1, text), sentence("Three.", 7, text), text=text,
    )  # fmt: skip
    assert parts["Hook"] == (
        Part("Buzzwords", -9),
        Part("C", 8),
        quoted("Three.", 7),
        Part("2 other measures", -1),
        Part("2 other sentences", 1),
    )


def test_one_small_part_is_listed_itself():
    parts = explained(*(measure(name, tenths) for name, tenths in (("a", 4), ("b", 3), ("c", 2), ("d", 1))))
    assert [part.label for part in parts["Hook"]] == ["A", "B", "C", "D"]


def test_steps_are_in_reading_order_with_the_limits_last():
    bound = Contribution("bound", "bound", "", "Scores stay between 0 and 100", -3)
    parts = explained(measure("a", 1, "form"), measure("b", 1, "hook"), bound, measure("c", 1, "voice"))
    assert list(parts) == ["The average draft", "Hook", "Voice", "Form", "Scores stay between 0 and 100"]
    assert parts["The average draft"] == parts["Scores stay between 0 and 100"] == ()
