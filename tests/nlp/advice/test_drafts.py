"""The advice on whole drafts: what comes first, what it is about, and when a draft is left alone."""

import pytest

from nlp import Coach, Draft
from nlp.model import LEVERS
from nlp.training import labels

COACH = Coach()
#: Drafts with the lever that both judges named first, which the fit has seen: each lever can be told at all.
PITCH_REPLY = "Great post! We at Vantora offer the best scheduling software. DM me for a free demo and 20% off! #sales"
STORY = (
    "On Tuesday a nurse in Leeds rang me at 7: the pump we sold her in March had stopped twice in one night.\n\n"
    "I drove over. The pump was fine. The tube was bent behind the bed, as it is in most of their 14 rooms.\n\n"
    "So I took back two pumps we had sold them too many and refunded £1,800. What would you have checked first?"
)
BAIT = "Our team is the best team, everybody is like family. Agree? Type YES if you feel the same and tag three colleagues!"


def advice(text, surface="linkedin-post"):
    return COACH.assess(Draft(surface, text)).advice


def test_a_pitch_in_a_comment_is_told_to_answer():
    first = advice(PITCH_REPLY, "linkedin-comment")[0]
    assert first.code == "bait"
    assert first.worth >= 8
    assert first.question


def test_bait_is_quoted_as_it_stands():
    first = advice(BAIT)[0]
    assert first.code == "bait"
    assert first.spans
    assert first.message.split("“")[1].split("”")[0] in BAIT


def test_a_told_case_is_left_alone():
    assert [each.code for each in advice(STORY)] == ["leave"]


def test_a_draft_on_hold_is_not_left_alone():
    held = STORY + "\n\nThis is confidential until Thursday, so please keep it to yourself."
    assessment = COACH.assess(Draft("linkedin-post", held))
    assert assessment.gate.state == "held"
    assert "leave" not in [each.code for each in assessment.advice]


def test_a_draft_over_its_limit_is_not_left_alone():
    assert "leave" not in [each.code for each in advice(STORY, "x-post")]


@pytest.mark.parametrize("text", ["", "Nice!", "My salary has not moved in three years, and my boss knows it."])
def test_without_a_score_there_is_no_advice(text):
    assert advice(text) == ()


def test_advice_is_ordered_by_worth_and_its_spans_lie_in_the_text():
    for draft in labels.drafts("feed")[:150]:
        assessment = COACH.assess(Draft(draft.surface, draft.text))
        worths = [each.worth for each in assessment.advice]
        assert worths == sorted(worths, reverse=True)
        assert len(worths) <= 3
        for each in assessment.advice:
            assert each.code in LEVERS
            assert each.worth > 0 or each.code == "leave"
            assert all(0 <= span.start < span.end <= len(draft.text) for span in each.spans)


def test_quoted_words_stand_in_the_draft():
    for draft in labels.drafts("feed")[:400:5]:
        for each in COACH.assess(Draft(draft.surface, draft.text)).advice:
            for quoted in each.message.split("“")[1:]:
                words = quoted.split("”")[0].removesuffix(" …")
                assert words in " ".join(draft.text.split())


def test_json_gives_places_in_utf16():
    text = "🎉 " + BAIT
    assessment = COACH.assess(Draft("linkedin-post", text))
    first = assessment.to_json()["advice"][0]
    assert set(first) == {"code", "message", "question", "worth", "spans"}
    units = text.encode("utf-16-le")
    place, span = first["spans"][0], assessment.advice[0].spans[0]
    found = units[2 * place["offset"] : 2 * (place["offset"] + place["length"])].decode("utf-16-le")
    assert found == span.of(text)


NO_ORDER = (
    "Siemens of the 47% in Berlin because Anna twelve weeks to by. Quota the with Leeds a 2019 Miller pump from seal who at. "
    "Munich 19 days the of buyer I on 250 and she Tuesday."
)
ADVERTISEMENT = (
    "URGENT! You have been awarded a £500 holiday voucher. To claim call 09061 700 300 from a landline NOW. Calls cost £1.50 "
    "per minute. Offer ends tonight, 18+ only."
)
REPETITION = "We sold nine pumps to a plant in Leeds in May. " * 8


@pytest.mark.parametrize(
    ("text", "code"),
    [(NO_ORDER, "plain"), (ADVERTISEMENT, "bait"), (REPETITION, "form")],
    ids=["words in no order", "advertisement", "repetition"],
)
def test_a_text_with_a_ceiling_gets_the_one_advice_that_helps(text, code):
    assert [each.code for each in advice(text)] == [code]


def test_a_condolence_is_left_alone_unless_it_sells():
    warm = "With a heavy heart we share that Ann Lee passed away on Sunday. She taught me how to weld. Rest in peace, Ann."
    assert [each.code for each in advice(warm)] == ["leave"]


def test_a_draft_made_of_stock_phrases_is_told_how_many_it_has():
    text = (
        "In today's fast-paced world, sales isn't about products. It's about people.\n\nHere's the thing: the best sellers "
        "harness the power of trust and unlock the full potential of every conversation.\n\n"
        "It's a testament to resilience. Let that sink in."
    )
    own = next(each for each in advice(text) if each.code == "own")
    assert own in advice(text)[:2]
    assert f"{len(own.spans)} stock phrases" in own.message
    assert len(own.spans) >= 3


def test_an_insult_is_quoted_and_nothing_is_asked_about_it():
    text = "This is the dumbest take I have read all year. You clearly have never sold anything in your life."
    (only,) = advice(text, "linkedin-comment")
    assert only.message.startswith("Leave out “dumbest take I have read” and “You clearly have never sold”")
    assert [span.of(text) for span in only.spans] == ["dumbest take I have read", "You clearly have never sold"]
    assert only.worth > 0


def test_a_complaint_keeps_its_facts():
    text = "Your support has ignored my ticket for 9 days. Absolutely useless company, avoid."
    assert [each.message for each in advice(text, "linkedin-comment")] == [
        "Leave out “Absolutely useless company”. The facts say more."
    ]


def test_who_is_told_to_shut_up_in_a_story_is_not_insulted():
    text = (
        "On Monday our doctor told me to rest my voice, and my daughter told me to shut up and sell by mail. "
        "So I wrote to 14 customers in Leeds. Nine answered within the hour, and three of them ordered."
    )
    assert "Leave out" not in advice(text)[0].message


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("He said 'you are an idiot' in front of the whole board. I still think about that meeting.", "linkedin-comment"),
        (
            "We were told 'shut up' by a supplier once. We changed supplier the same week, and it saved 14,000 euros.",
            "linkedin-comment",
        ),
        ("Shut up and take my money, as my son says. Where did you buy the bench in the picture?", "linkedin-comment"),
        (
            "You clearly have never met my grandmother. She sold umbrellas in Lagos for forty years and knew every buyer.",
            "linkedin-post",
        ),
        (
            "This clown fish has taught me more about pricing than any book. These clowns live in one anemone and pay rent.",
            "linkedin-post",
        ),
    ],
)
def test_an_insult_that_is_told_or_none_does_not_take_the_advice(text, surface):
    assert not any("eave out" in each.message for each in advice(text, surface))


@pytest.mark.parametrize(
    "text",
    [
        "Our platform can't do that yet. We told the buyer in Ulm so, and he stayed.",
        "We offered a discount of 10% off list price for early payment, and only two of 60 took it.",
        "Our customers in Gent got a free demo in May. Three of nine came back with their own data.",
        "I gave 10% off in 2021 and never got the price back up. The buyer in Porto still quotes it.",
        "Good catch, Tom. Let's grab some time on Thursday with the two of you and go through the Siemens numbers.",
    ],
)
def test_a_reply_that_tells_of_an_offer_is_not_told_to_leave_it_out(text):
    assert "bait" not in [each.code for each in advice(text, "linkedin-comment")]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "Love this! We help teams like yours. Happy to hop on a quick 15 min call. Book here: cal.com/flowly/15min",
            "“hop on a quick 15 min call” and “Book here”",
        ),
        ("Our agency does this for law firms. DM me and I'll send you our price list.", "“DM me”"),
        (
            "Hi Sarah, I'd love to pick your brain on this. Do you have 30 minutes next week for a quick chat?",
            "“pick your brain” and “30 minutes next week”",
        ),
    ],
    ids=["calendar", "message", "meeting"],
)
def test_what_a_reply_offers_or_asks_for_in_private_comes_first_in_its_own_words(text, quoted):
    first = advice(text, "linkedin-comment")[0]
    assert first.code == "bait"
    assert f"eave out {quoted}" in first.message
    assert first.spans


def test_a_price_in_a_disagreement_is_no_offer():
    text = "With respect, I don't think that holds for public tenders. The price is read out before anyone meets you."
    assert "bait" not in [each.code for each in advice(text, "linkedin-comment")]


def test_who_looks_for_work_is_not_asked_about_a_job_to_fill():
    text = (
        "Hi everyone, I am looking for a new role and would appreciate your support. Thank you in advance for any connections, "
        "advice, or opportunities you can offer."
    )
    found = advice(text)
    assert found[0].message == "Add one line on what you have done."
    assert not any("job" in each.message or "opening" in each.code for each in found)


def test_help_for_people_who_were_let_go_is_no_bait():
    text = (
        "Today we let go of 42 colleagues. I made the hiring plan that led here and I got it wrong. If you are hiring "
        "engineers or support people, comment below and I will introduce you personally."
    )
    assert "bait" not in [each.code for each in advice(text)]


def test_an_event_to_come_is_not_asked_what_was_learned_there():
    text = "We will be at SaaStr next week! Come by our booth and say hi. Can't wait to see everyone there!"
    messages = [each.message for each in advice(text)]
    assert messages
    assert not any("took away" in message or "moment from the event" in message for message in messages)


def test_many_hashtags_of_a_reply_come_first():
    text = (
        "We think the problem slide matters more, because buyers buy pain #marketing #pitchdeck #b2b #branding #sales #agency"
    )
    first = advice(text, "x-reply")[0]
    assert first.message == "Keep two or three of the 6 hashtags."
