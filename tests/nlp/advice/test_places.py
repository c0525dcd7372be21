"""Where each lever applies in a draft."""

import pytest

from nlp import Coach, Draft
from nlp.advice.material import Material
from nlp.advice.places import PLACES
from nlp.model import LEVERS

COACH = Coach()
PLAIN = "We moved to a new office. It is a great place with many rooms. The team is happy about it."


def place(lever, text, surface="linkedin-post"):
    analysis = COACH._analyse_draft(Draft(surface, text), frozenset())
    kind = analysis.kind.name if analysis.kind else ""
    return PLACES[lever](Material(surface, analysis.reading, kind, analysis.marks, analysis.findings))


def test_every_lever_has_a_place():
    assert set(PLACES) == set(LEVERS)


def test_the_strongest_line_is_one_after_the_first():
    text = "I am thrilled to share some news. 74 of 611 cranes in Leeds failed the test on Monday. More soon from us all."
    found = place("opening", text)
    assert [span.of(text) for span in found.spans] == ["74 of 611 cranes in Leeds failed the test on Monday."]


def test_a_single_sentence_has_no_other_opening():
    assert place("opening", "We moved to a new office in the middle of the town.") is None


def test_a_figure_is_asked_for_its_base():
    text = "Our customers are happy. We cut their waiting times by 40% in all regions."
    found = place("proof", text)
    assert found.variant == "figure"
    assert found.fill["quote"] == "“40%”"


def test_what_is_there_is_not_asked_for():
    assert place("fact", PLAIN).fill["missing"] == "who it was, the date or a figure"
    assert place("fact", "Ann Lee opened 14 rooms on Monday.") is None


@pytest.mark.parametrize(
    ("extra", "variant"),
    [
        (" #a #bb #ccc #dddd #eeeee", "hashtags"),
        (" 🎉🎊🚀🔥💥", "emoji"),
        (" The rooms are large and the light is good." * 12, "wall"),
        ("\n\nIt is big." * 8, "lines"),
    ],
)
def test_the_layout_is_named_by_its_fault(extra, variant):
    assert place("form", PLAIN + extra).variant == variant


def test_a_clean_layout_is_left_alone():
    assert place("form", PLAIN) is None


def test_no_pitch_is_found_where_nothing_is_sold():
    assert place("bait", "We lost the tender in Leeds. The buyer told us why, and he was right.") is None
    sold = "We lost the tender in Leeds. Book a free demo with us today."
    assert [span.of(sold) for span in place("bait", sold).spans][-1].startswith("Book")


def test_an_offer_of_work_is_no_pitch():
    job = "We're hiring! Looking for a sales engineer in Leeds. We offer £38k and a van. Apply now, send your CV. #hiring #jobs"
    assert place("bait", job) is None


def test_a_comparison_asks_for_no_reaction():
    text = "We help companies like yours with exactly this. Happy to show you a demo of our platform."
    assert place("bait", text, "linkedin-comment").variant != "asks"
    assert place("bait", "What a day. Like this if you agree, and tag a friend.").variant == "asks"


def test_a_post_that_asks_is_asked_for_a_better_question():
    assert place("ask", PLAIN + " What do you think?").variant == "ends-asking"
    assert place("ask", PLAIN).variant == ""


def test_a_list_of_steps_is_not_asked_for_a_step():
    steps = "A first call:\n\n1. Read their annual report.\n2. Write down three questions.\n3. Let them speak for ten minutes."
    assert place("step", steps) is None
    assert place("step", PLAIN) is not None


@pytest.mark.parametrize(
    "request_",
    [
        "I am looking for a new role in Leeds, does anybody know of 3 teams that are hiring?",
        "Thank you to all 14 of you in Leeds who came on Monday.",
        "DM me by Monday for the 3 slides from Leeds.",
    ],
)
def test_a_request_or_thanks_is_not_proposed_as_an_opening(request_):
    found = place("opening", f"It was a good week for us. {request_} We had some fun.")
    assert found is None or request_ not in [
        span.of(f"It was a good week for us. {request_} We had some fun.") for span in found.spans
    ]
