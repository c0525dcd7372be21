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


@pytest.mark.parametrize(
    "text",
    [
        "I am really sorry about your product, it is the worst one on the market and you should be ashamed.",
        "RIP to your pipeline 😂 Nobody will buy from you after this post.",
        "Good luck finding anyone who wants to work for you.",
        "Bravo. Another CEO who discovers that people have children.",
        "Congrats on the outage, again. Third time this month.",
        "Congratulations to everyone who voted for this disaster.",
        "so sorry you're wrong about this one",
        "Thanks for nothing. Three weeks and nobody answered my ticket.",
        "Sorry to hear that. Honestly, you had it coming after the way you treated your staff.",
        "My condolences to anyone who has to use this software.",
        "Welcome back to reality. Welcome aboard, everyone told you so.",
    ],
)
def test_scorn_is_no_courtesy(text):
    assert courtesy(language.read(text)) is None
    assert not any(each.message.startswith(("Leave it as it is. ", "Kind.")) for each in advice(text))


@pytest.mark.parametrize(
    "text",
    [
        "Rip out the old valve first, then flush the line for ten minutes. Anything else just moves the rust.",
        "You will get well paid in Zurich, but the rents eat it. I moved back to Linz after two years.",
        "Take all the time estimates from the vendor and double them. Ours said six weeks, it took fourteen.",
        "I disagree. All the best teams I worked in had a plan on paper, and we changed it weekly.",
        "Thanks to the new rule our customs costs doubled in March. We now ship from Gdansk instead.",
        "No thanks. I tried the four-day week in 2022 and half of the service calls came on Friday.",
        "Thanks. This is wrong. The tariff applies from January, and only to imports above 800 euros.",
        "My father passed away when I was nine. Since then I plan every trip twice.",
        "Thanks, but I would not fly to Oslo for a 20 minute meeting. Call the buyer first and ask what changed.",
        "We had two floods in one spring and lost a van to it, so I am sorry to hear that.",
    ],
)
def test_the_words_of_a_courtesy_may_mean_something_else(text):
    assert courtesy(language.read(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Well done on discovering what nurses have been telling you since 2005.",
        "Congratulations, you have reinvented the bus.",
        "Thanks for the lecture. Next time try loading a truck yourself.",
        "Good luck, you will need it with that service level.",
    ],
)
def test_what_says_nothing_kind_is_not_praised(text):
    assert not any(each.message.startswith(("Leave it as it is. ", "Kind.")) for each in advice(text))


def test_nobody_may_stand_in_praise():
    assert courtesy(language.read("Congratulations, Farida! Nobody prepared for a site visit like you did.")) is not None


def test_a_long_courtesy_without_a_kind_word_is_left_alone_and_not_praised():
    text = "Kudos for admitting it. We made the same mistake in 2019 with a pump supplier and lost eight weeks."
    assert [each.message for each in advice(text)] == ["Leave it as it is."]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "So sorry for your loss, Anna. If you ever need help with the paperwork, our law firm offers a free consultation.",
            "“our law firm offers a free consultation”",
        ),
        ("Congratulations Anna! If your new team needs a CRM, I would love to show you ours.", "“show you ours”"),
        (
            "So sorry for your loss. By the way, my new book on grief is on Amazon and costs 12 euros.",
            "“my new book on grief is on …”",
        ),
        (
            "Get well soon! I sell supplements that would have you on your feet in a week, ask me for prices.",
            "“I sell supplements that would have you …”",
        ),
        (
            "Happy birthday! Our agency has birthday prices for founders this week, write to me.",
            "“Our agency has birthday prices for founders …”",
        ),
        (
            "Sorry to hear about the burglary. My company installs alarms, call me for a price.",
            "“My company installs alarms, call me for …”",
        ),
        ("Well deserved, Omar. I coach founders and my spring group still has two seats.", "“I coach founders and my spring"),
        ("Thank you! By the way, our new course on negotiation is out, 20% off until Sunday.", "our new course"),
    ],
)
def test_what_a_courtesy_sells_is_named_first(text, quoted):
    assert courtesy(language.read(text)) is None
    first = advice(text)[0]
    assert first.code == "bait"
    assert quoted in first.message


@pytest.mark.parametrize(
    "text",
    [
        "Welcome to the team, Priya! Which project do you start with?",
        "Congrats, Jonas! When do you start?",
        "Welcome to the team, Priya! Coffee on Monday?",
    ],
)
def test_a_short_question_to_the_person_is_enough(text):
    assert [each.code for each in advice(text)] == ["leave"]


def test_a_congratulation_that_sells_is_told_so():
    text = "Congratulations Priya, well deserved! We help teams like yours hire faster, DM me for 20% off this month."
    assert advice(text)[0].code == "bait"


def test_a_post_is_no_courtesy():
    text = "Congratulations to our colleague Priya. She has been with us for years, and today she is leading a team."
    assert not any("Leave it as it is. It is warm" in each.message for each in advice(text, "linkedin-post"))
