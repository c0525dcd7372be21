"""The labelled sets."""

import re

import pytest

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES
from nlp.training import labels
from nlp.training.labels import GENERIC, WHOLE
from nlp.training.labels.pairs import pairs

LINK = re.compile(r"https?://([^/\s]+)")


@pytest.mark.parametrize(("collection", "least"), [("models", 300), ("feed", 1700)])
def test_every_draft_has_the_marks_of_both_passes(collection, least):
    drafts = labels.drafts(collection)
    assert len(drafts) >= least
    assert {draft.surface for draft in drafts} == set(DRAFT_SURFACES)
    for draft in drafts:
        assert len(draft.passes) == 2
        for marks in draft.passes:
            assert set(DRAFT_DIMENSIONS) - set(marks) <= {"story"}, draft.id
            assert all(1 <= marks[name] <= 5 for name in DRAFT_DIMENSIONS if name in marks), draft.id
            assert all(0 <= marks[name] <= 100 for name in (WHOLE, GENERIC) if name in marks), draft.id
            assert WHOLE in marks


def test_no_two_drafts_have_the_same_text():
    drafts = labels.drafts()
    assert len({draft.text for draft in drafts}) == len({draft.id for draft in drafts}) == len(drafts)


@pytest.mark.parametrize(("collection", "share"), [("models", 1 / 4), ("feed", 1 / 5)])
def test_a_part_of_each_collection_is_held_out(collection, share):
    drafts = labels.drafts(collection)
    assert sum(draft.is_held_out for draft in drafts) == pytest.approx(share * len(drafts), rel=0.1)


def test_an_answer_is_held_out_together_with_the_post_that_it_answers():
    by_id = {draft.id: draft for draft in labels.drafts("feed")}
    answers = [(row["id"], row["answers"]) for row in labels.rows("feed/texts") if row["answers"]]
    both = [(by_id[a], by_id[b]) for a, b in answers if a in by_id and b in by_id]
    assert len(both) > 300
    assert all(answer.is_held_out == post.is_held_out for answer, post in both)


def test_drafts_link_to_no_real_page():
    texts = [draft.text for draft in labels.drafts()]
    texts += [text for pair in pairs() for text in (pair.a, pair.b)]
    texts += [text for row in labels.rows("feed/profiles") for text in map(str, row["sections"].values())]
    for text in texts:
        # Names that are reserved for examples (RFC 2606).
        assert all(host == "example.com" or host.endswith(".example") for host in LINK.findall(text)), text


def test_pairs_are_judged_on_one_dimension_by_both_judges_and_are_no_drafts():
    texts = {draft.text for draft in labels.drafts()}
    assert len({pair.id for pair in pairs()}) == len(pairs()) >= 80
    for pair in pairs():
        assert pair.dimension in DRAFT_DIMENSIONS
        assert pair.surface in DRAFT_SURFACES
        assert all(1 <= mark <= 5 for marks in (pair.first, pair.second) for mark in marks), pair.id
        assert pair.a != pair.b
        assert not {pair.a, pair.b} & texts


def test_the_lead_of_a_version_counts_both_judges():
    pair = pairs()[0]._replace(first=(2.0, 4.0), second=(3.0, 3.5))
    assert pair.lead == -2.5
    assert pair.is_unanimous
    assert not pair._replace(second=(4.0, 3.5)).is_unanimous
    assert not pair._replace(second=(3.5, 3.5)).is_unanimous
