"""The replacements that findings offer."""

import pytest

from nlp import rules
from tests.nlp.rules.packaged_findings import findings_of


def test_a_replacement_keeps_the_capital():
    (finding,) = findings_of("In order to sell, they called.", only={"Repute.Wordiness"})
    assert finding.replacements == ("To",)


def test_a_replacement_takes_a_capital_only_where_a_sentence_begins():
    texts = ("I'm so excited to share that our team grew.", "That's why I'm so excited to share that our team grew.")
    offered = [findings_of(text, only={"Repute.AnnounceOpening"})[0].replacements for text in texts]
    assert offered == [("Our",), ("our",)]


def with_replacements(text):
    """``text`` with the first replacement of every finding applied."""
    for finding in reversed([finding for finding in findings_of(text) if finding.span and finding.replacements]):
        text = text[: finding.span.start] + finding.replacements[0] + text[finding.span.end :]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It is an extremely valuable form.", "It is a valuable form."),
        ("It is a really important form.", "It is an important form."),
        ("It is a very unique form.", "It is a unique form."),
        ("A truly essential form came.", "An essential form came."),
        ("We won, needless to say, the deal.", "We won the deal."),
        ("Honestly, it goes without saying that price matters.", "Honestly, price matters."),
        ("Hello everyone!\n\nToday we lost a deal.", "Today we lost a deal."),
        ("Happy to share that we're hiring.", "We're hiring."),
        ("I am thrilled to share our survey of 41 buyers.", "Here is our survey of 41 buyers."),
        ("The vast majority of our buyers read on phones.", "Most of our buyers read on phones."),
        ("They want to purchase a pump.", "They want to buy a pump."),
        ("We meet on a weekly basis.", "We meet weekly."),
        ("STOP SENDING LONG QUOTES.", "Stop sending long quotes."),
        ("It is VERY UNIQUE.", "It is UNIQUE."),
        ("In May, we are excited to share our planner.", "In May, here is our planner."),
        ("Thanks guys for the form.", "Thanks everyone for the form."),
        ("A salesman called.", "A salesperson called."),
    ],
)
def test_applying_every_replacement_leaves_a_correct_sentence(before, after):
    assert with_replacements(before) == after


def test_applying_replacements_leaves_no_loose_blanks():
    for rule in rules.packaged():
        for text in rule.fires:
            assert "  " not in with_replacements(text)
            assert not with_replacements(text).startswith((" ", ","))


@pytest.mark.parametrize(
    "text",
    [
        # Names and acronyms have no lower-case form that a rule could know.
        "PLEASE CALL JUSTIN TODAY.",
        "NOBODY BUYS FROM DMDK NOW.",
        "WE MAKE IT SUPPORT CALLS SHORT.",
        # No sentence would be left.
        "In today's world of forms, buyers wait.",
        "Let's face it. Buyers wait.",
        # The subject is somebody else's name.
        "Corvane IT are pleased to announce the second hall.",
    ],
)
def test_no_replacement_is_offered_that_would_break_the_sentence(text):
    found = [finding for finding in findings_of(text) if finding.rule.endswith(("AllCaps", "SlowOpening", "AnnounceOpening"))]
    assert found
    assert not [finding.replacements for finding in found if finding.replacements]
