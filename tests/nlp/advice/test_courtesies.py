"""Replies that comfort, congratulate, welcome, thank or wish well."""

import pytest

from nlp import Coach, Draft, language
from nlp.advice.courtesies import courtesy

COACH = Coach()


def advice(text, surface="linkedin-comment"):
    return COACH.assess(Draft(surface, text)).advice


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("So sorry for your loss, Karen. Your dad sounded like a wonderful man.", "condolence"),
        ("I'm really sorry to hear that, Lena. They are losing a great account manager.", "sympathy"),
        ("Wishing you a speedy recovery, Ben. Take all the time you need.", "sympathy"),
        ("Welcome to the team, Jonas! Looking forward to working with you on the Hamburg accounts.", "welcomed"),
        ("Congratulations Priya, so well deserved! Can't wait to see what you do with the Nordics team.", "congratulated"),
        ("Happy work anniversary, Dana! 10 years is a big one 🎉", "wished"),
        ("Thank you Marcus, your two calls to the port saved our week.", "thanked"),
    ],
)
def test_a_courtesy_with_a_word_of_its_own_is_left_alone(text, name):
    assert courtesy(language.read(text)) == (name, True)
    (only,) = advice(text)
    assert only.code == "leave"
    assert only.message.startswith("Leave it as it is. ")
    assert only.question == ""


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Congratulations on your new role! Wishing you all the best.", "What have you seen them do well?"),
        ("Welcome to the team! So good to have you with us.", "What do you look forward to doing together?"),
    ],
)
def test_a_courtesy_that_anybody_could_write_is_asked_for_one_word_of_its_own(text, question):
    assert [each.question for each in advice(text)] == [question]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for sharing this, really useful for all of us.",
        "Congratulations! Which of the two sites did you open first?",
        "We moved the renewal calls from day 30 to day 90, and thanks to that fewer customers left.",
        "Welcome news, but I see it differently: our buyers never open LinkedIn.",
    ],
)
def test_other_replies_are_no_courtesy(text):
    assert courtesy(language.read(text)) is None


def test_a_congratulation_that_sells_is_told_so():
    text = "Congratulations Priya, well deserved! We help teams like yours hire faster, DM me for 20% off this month."
    assert advice(text)[0].code == "bait"


def test_a_post_is_no_courtesy():
    text = "Congratulations to our colleague Priya. She has been with us for years, and today she is leading a team."
    assert not any("Leave it as it is. It is warm" in each.message for each in advice(text, "linkedin-post"))
