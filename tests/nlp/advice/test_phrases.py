"""What a draft asks of its reader."""

import pytest

from nlp import language
from nlp.advice import phrases

PITCH = (
    "Love this! At Flowly we help teams like yours cut admin time. Happy to hop on a quick 15 min call this week. "
    "Book here: https://calendly.com/flowly/15min"
)


def quoted(spans, text):
    return [span.of(text) for span in spans]


def test_the_words_of_an_offer_are_found():
    found = quoted(phrases.offers(language.read(PITCH)), PITCH)
    assert found == ["hop on a quick 15 min call", "Book here", "https://calendly.com/flowly/15min"]


def test_what_leads_up_to_an_offer_is_found_where_nothing_else_is():
    text = "Good points. We help teams like yours with exactly this."
    assert quoted(phrases.offers(language.read(text)), text) == ["We help teams like yours"]


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we hop on a call with the port at six, as each week.",
        "Check out Hannah Reed on Thursday, she speaks about hospital tenders.",
        "We moved our renewal calls, and churn went from 11% to 7%.",
    ],
)
def test_nothing_is_offered_where_nothing_is_sold(text):
    assert phrases.offers(language.read(text)) == ()
    assert phrases.meetings(language.read(text)) == ()


def test_a_request_for_a_meeting_is_found():
    text = "Hi Sarah, I'd love to pick your brain on this. Do you have 30 minutes next week for a quick chat?"
    assert quoted(phrases.meetings(language.read(text)), text) == ["pick your brain", "30 minutes next week", "quick chat"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I’m looking for a new role, does anybody know of SDR openings in Leeds?", True),
        ("I am currently searching for my next position in customer success.", True),
        ("We're hiring! We are looking for a sales engineer who is open to work on Sundays.", False),
        ("I am looking for a template for a mutual action plan.", False),
    ],
)
def test_who_looks_for_work_is_told_from_who_offers_it(text, expected):
    assert phrases.seeks_work(language.read(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will be at SaaStr next week! Come by our booth and say hi.", True),
        ("What a day in Berlin. Thank you to everyone who joined our breakfast, see you there next year.", False),
    ],
)
def test_an_event_to_come_is_told_from_one_that_was(text, expected):
    assert phrases.is_upcoming(language.read(text)) is expected
