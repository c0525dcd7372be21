"""Texts that are built to please the measures do not pass for good, and honest ones are not taken for them."""

from __future__ import annotations

import random

import pytest

from nlp import Coach, Draft
from nlp.quality.ceilings import ADVERTISING, NO_ORDER, REPEATED, SCORE

#: The lowest score that is fair, as the judges' guide puts it.
FAIR = 48
HONEST = (
    "Last Tuesday I drove to Leeds because a buyer had stopped answering. Her pump had failed twice in March, and our manual "
    "told her to replace the wrong seal. We stood beside the line for two hours, found the page and rewrote it together. She "
    "still has not ordered, but nine other plants now have the new page. Which page of your manual would you rewrite first?"
)


SENTENCE = "Last week a buyer in Leeds told me that her pump had failed twice because our manual named the wrong seal."


def shuffled(text, seed):
    words = text.replace(".", "").replace(",", "").replace("?", "").lower().split()
    random.Random(seed).shuffle(words)
    sentences = [words[start : start + 9] for start in range(0, len(words), 9)]
    return " ".join(" ".join(sentence).capitalize() + "." for sentence in sentences)


NO_WORDS_IN_ORDER = {
    "shuffled": shuffled(HONEST, 1),
    "shuffled again": shuffled(HONEST, 2),
    "with names and figures": (
        "Siemens of the 47% in Berlin because Anna twelve weeks to by. Quota the with Leeds a 2019 Miller pump from seal who "
        "at. Munich 19 days the of buyer I on 250 and she Tuesday. $40k to Acme the what Dmitri in March with been of 3x they. "
        "Rotterdam for 12% a me Fatima that invoice is by 2021 our."
    ),
    "names with full stops": (
        "Anna Smith. Siemens. 47%. Berlin. John Miller. 12 weeks. Acme Corp. $40k. Rotterdam. Fatima. 250 buyers. March. "
        "Dmitri Volkov. 3x. Leeds. 19 days. Hamburg. 2019. Bosch. Tuesday. Kwame. 64%."
    ),
    "key words": (
        "Trust buyer the honest lesson of failed numbers why I. Mistake from learned customer a story in we and Tuesday. "
        "Question what your the pipeline with doubt small. Proof of she because listen to the case a with. Told me renewals "
        "churn honest an of by mistake you."
    ),
}
UNSOLICITED = {
    "premium rate": (
        "URGENT! You have been awarded a £500 holiday voucher. To claim call 09061 700 300 from a landline NOW. Calls cost "
        "£1.50 per minute. Offer ends tonight, 18+ only."
    ),
    "text to win": (
        "WINNER!! Text WIN to 80808 for your FREE entry in our weekly £1000 cash prize draw! Txt STOP to end, msgs cost 150p. "
        "T&Cs apply."
    ),
    "lottery": (
        "CONGRATULATIONS! Your mobile number has won the £2,000,000 international lottery. To claim your prize call 0871 555 "
        "0100 and quote claim code LT77. Valid 12 hours only!"
    ),
    "free ringtone": (
        "FREE ringtone for you! Reply TONE to 86688 now to get this week's new tone. Only £3 per week, text STOP to 86688 to "
        "cancel."
    ),
}
ORDINARY = {
    "story": ("linkedin-post", HONEST),
    "event": (
        "linkedin-post",
        "🚀 Ready for Hanover!\n\n📍 Hall 4, Stand B12\n📅 12–14 May\n🤝 Come and see the new press\n\nCoffee is on us ☕",
    ),
    "hiring": (
        "linkedin-post",
        "We're hiring! 🎉\n\n✅ Field engineer, Bristol\n✅ £38k, van, 28 days' holiday\n✅ Start in June\n\nMessage me.",
    ),
    "fragments": (
        "linkedin-post",
        "Five years.\nThree offices.\nOne broken coffee machine.\n\nAnd a team I would choose again.\n\nThank you, all of you.",
    ),
    "thanks": (
        "linkedin-post",
        "Big thanks to Priya Nair, Tom Becker, Lena Kovacs and the whole team at Northlight for two great days in Vienna!",
    ),
    "reply": ("x-reply", "same here, our scrap went from 4% to 1.5% after we swapped the coolant, took about six weeks tho"),
    "free trial": (
        "x-post",
        "We made the calculator free. No sign-up. Put in your pump curve and it tells you what the throttle costs a year.",
    ),
    "learner": (
        "linkedin-comment",
        "I am agree with you about this point, in my company we have same problem since two years and nobody want to speak.",
    ),
}


@pytest.fixture(scope="module")
def assess():
    coach = Coach()
    return lambda surface, text: coach.assess(Draft(surface, text))


def bound(assessment):
    return [part.label for part in assessment.contributions if part.kind == "bound"]


@pytest.mark.parametrize("text", [*NO_WORDS_IN_ORDER.values(), *UNSOLICITED.values()], ids=[*NO_WORDS_IN_ORDER, *UNSOLICITED])
@pytest.mark.parametrize("surface", ["linkedin-post", "x-post", "x-reply"])
def test_a_text_that_is_built_to_please_is_not_fair(assess, surface, text):
    score = assess(surface, text).score
    assert score is None or score < FAIR


@pytest.mark.parametrize(("surface", "text"), ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_text_has_no_ceiling(assess, surface, text):
    assert not {NO_ORDER.label, ADVERTISING.label, REPEATED.label} & set(bound(assess(surface, text)))


@pytest.mark.parametrize("between", [" ", "\n", "\n\n"])
@pytest.mark.parametrize("surface", ["linkedin-post", "x-post"])
def test_one_good_sentence_ten_times_is_not_fair(assess, surface, between):
    assert assess(surface, SENTENCE).score >= FAIR
    assert assess(surface, between.join([SENTENCE] * 10)).score <= SCORE


def test_the_ceiling_is_in_the_sum_and_says_why(assess):
    assessment = assess("linkedin-post", NO_WORDS_IN_ORDER["shuffled"])
    assert assessment.score == SCORE
    assert bound(assessment) == [NO_ORDER.label]
    assert sum(part.tenths for part in assessment.contributions) == 10 * SCORE


@pytest.mark.parametrize("between", [" ", "\n\n"])
def test_good_sentences_do_not_hide_words_in_no_order(assess, between):
    salad = NO_WORDS_IN_ORDER["shuffled"]
    for text in (HONEST + between + salad, salad + between + HONEST):
        assert assess("linkedin-post", text).score <= SCORE


def test_advertising_is_named_where_it_would_score_more(assess):
    labels = {label for text in UNSOLICITED.values() for label in bound(assess("linkedin-post", text))}
    assert labels == {ADVERTISING.label}
