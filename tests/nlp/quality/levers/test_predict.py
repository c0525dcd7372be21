"""The ranking of the levers of a draft."""

import pytest

from nlp import language
from nlp.model import DRAFT_DIMENSIONS, LEVERS
from nlp.quality.kinds.described import describe
from nlp.quality.scoring import load_scoring

MODEL = load_scoring().levers
TEXT = "Great post! We offer the best software. DM me for a free demo and 20% off! #sales"


def rank(score, mark=40.0):
    described = describe(language.read(TEXT), "linkedin-comment")
    return MODEL.rank(described, dict.fromkeys(DRAFT_DIMENSIONS, mark), {}, score)


def test_every_lever_is_ranked_and_probabilities_add_up_to_one():
    ranked = rank(20)
    assert {lever.code for lever in ranked} == set(LEVERS)
    assert sum(lever.probability for lever in ranked) == pytest.approx(1)


def test_worth_falls_with_rank_and_with_the_distance_to_the_target():
    low, high = rank(20), rank(60)
    assert [lever.worth for lever in low] == sorted((lever.worth for lever in low), reverse=True)
    assert [lever.code for lever in low] == [lever.code for lever in high]
    assert low[0].worth > high[0].worth > 0


def test_nothing_is_worth_anything_above_the_target():
    assert all(lever.worth == 0 for lever in rank(90))


def test_good_marks_make_it_likelier_that_a_draft_is_left_alone():
    def leave(ranked):
        return next(lever.probability for lever in ranked if lever.code == "leave")

    assert leave(rank(20, mark=90.0)) > leave(rank(20, mark=10.0))
