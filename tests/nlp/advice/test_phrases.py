"""What a draft asks of its reader."""

import pytest

from nlp import language
from nlp.advice import phrases
from nlp.model import Span

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
        "Our platform can't do that yet. We told the buyer in Ulm so, and he stayed.",
        "Our software could not handle the Polish tax codes, so we went back to paper for a month.",
        "Our service does not cover weekends, so customers in Malta waited until Monday.",
        "Our customers in Gent got a free demo in May. Three of nine came back with their own data.",
        "I gave 10% off in 2021 and never got the price back up. The buyer in Porto still quotes it.",
        "We get 3% until now from this channel, and half price never worked for our buyers in Lyon.",
        "Happy to hear it. What did the customer say in the demo when the short demo failed?",
        "Good catch, Tom. Let's grab some time on Thursday with the two of you and go through the Siemens numbers.",
        "Let's schedule a meeting with Anna on Friday, as we said in the office.",
        "Can we talk about the short call culture? Mine in Turin cost us a buyer who wanted it in writing.",
        "Could we move the demo, Tom? The customer in Linz asked for a 30 minute call instead.",
        "We help companies like yours? That sentence killed more of my deals than price ever did.",
        "Our software would have stopped your team in Cardiff too, the date field was wrong.",
        "Book here refers to the ledger, not the novel.",
    ],
)
def test_nothing_is_offered_where_nothing_is_sold(text):
    assert phrases.offers(language.read(text)) == ()
    assert phrases.meetings(language.read(text)) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Book a place by Friday and get 20% off.", ["20% off"]),
        ("Start with a free trial, no card needed.", ["free trial"]),
        ("Check out our website for more great content!", ["Check out our website"]),
        ("Our tool can save your team ten hours a week.", ["Our tool can save your"]),
    ],
)
def test_what_is_offered_to_the_reader_is_found(text, found):
    assert quoted(phrases.offers(language.read(text)), text) == found


@pytest.mark.parametrize(
    ("text", "insult", "expected"),
    [
        ("He said 'you are an idiot' in front of the whole board.", "you are an idiot", True),
        ("A passenger wrote “shut up” on the ticket, and we kept it.", "shut up", True),
        ("My teacher called me clueless, and I still passed.", "clueless", True),
        ("Shut up and take my money, as my son says.", "Shut up", True),
        ("Shut up and read the contract.", "Shut up", False),
        ("I told you, you are an idiot.", "you are an idiot", False),
        ("It's clear that you're an idiot, and that's that.", "you're an idiot", False),
    ],
)
def test_an_insult_that_is_told_is_told_from_one_that_is_made(text, insult, expected):
    start = text.index(insult)
    assert phrases.is_told(language.read(text), Span(start, start + len(insult))) is expected


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
