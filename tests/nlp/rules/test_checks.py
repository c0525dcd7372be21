"""Named checks, where a rule's own examples do not say enough."""

from nlp import rules
from nlp.language import read
from tests.nlp.rules.packaged_findings import findings_of


def test_over_the_limit_marks_the_excess():
    rule = next(rule for rule in rules.packaged() if rule.info.id == "Repute.TooLong")
    reading = read("🎉" + "Pumps fail. " * 250)
    (match,) = rules.matches(rule, reading, "linkedin-post")
    assert match.words == ("2 characters",)
    assert match.span.of(reading.views.raw) == ". "
    reading = read("Pumps fail. " * 250)
    assert rules.matches(rule, reading, "linkedin-post") == []


def test_early_pitch_flags_our_tool_in_a_reply():
    text = "@bob Check out our tool, it does this."
    assert [f.quote for f in findings_of(text, "x-reply", {"Repute.EarlyPitch"})] == ["Check out our"]
    assert not findings_of(text, "x-post", {"Repute.EarlyPitch"})


def test_empty_question_is_found_before_emoji_and_closing_words():
    assert [f.quote for f in findings_of("Forms kill deals. Agree? 👇\n\nMore on Friday.", only={"Repute.EmptyQuestion"})] == [
        "Agree?"
    ]
