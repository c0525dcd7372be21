"""Additions that do not improve a text do not raise its score."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import yaml

from nlp import Coach, Draft

DRAFTS = yaml.safe_load((Path(__file__).parents[3] / "server/tuning/reference_drafts.yaml").read_text(encoding="utf-8"))
FILLER = {
    "a thousand praises": "\n\n" + "Great post! Amazing insight! " * 500,
    "key words": "\n\n" + "sales leadership growth pipeline revenue strategy innovation " * 12,
    "key words as sentences": "\n\n" + "Sales growth. Pipeline revenue. Strategy wins. " * 15,
    "names": "\n\n" + "Anna Smith, John Miller, Acme Corp, Siemens, Berlin, " * 10,
    "hashtags": "\n\n" + "#sales #growth #leadership #pipeline #b2b " * 4,
    "emoji": "\n\n" + "🚀🔥🎉 " * 30,
}


@pytest.fixture(scope="module")
def score():
    coach = Coach()
    scores = {}

    def get_score(surface, text):
        key = surface, text
        if key not in scores:
            scores[key] = coach.assess(Draft(surface, text)).score
        return scores[key]

    return get_score


@pytest.fixture(params=[draft for draft in DRAFTS if len(draft["text"].split()) >= 8], ids=lambda draft: draft["id"])
def draft(request):
    return request.param["surface"], request.param["text"]


@pytest.mark.parametrize("filler", FILLER.values(), ids=FILLER)
def test_filler_never_raises_a_score(draft, score, filler):
    surface, text = draft
    assert score(surface, text + filler) <= score(surface, text)


@pytest.mark.parametrize("times", [2, 3])
def test_repeating_the_text_never_raises_a_score(draft, score, times):
    surface, text = draft
    assert score(surface, "\n\n".join([text] * times)) <= score(surface, text)


def test_surrounding_whitespace_does_not_change_a_score(draft, score):
    surface, text = draft
    assert score(surface, f"\n  {text} \n\n") == score(surface, text.strip())


def test_the_order_of_hashtags_does_not_change_a_score(draft, score):
    surface, text = draft
    base = f"{text}\n\n#sales #SocialSelling #B2B"
    assert score(surface, f"{text}\n\n#B2B #sales #SocialSelling") == score(surface, base)


@pytest.mark.parametrize("name", ["Anna", "Dmitri", "Fatima", "Kwame", "Thuy", "Siobhan"])
def test_a_persons_name_does_not_change_a_score(draft, score, name):
    surface, text = draft
    sentence = "{0} from the plant called on Tuesday. What would you have said to {0}?"
    assert score(surface, f"{text}\n\n{sentence.format(name)}") == score(surface, f"{text}\n\n{sentence.format('John')}")


def test_piled_up_figures_raise_a_score_by_three_points_at_most(draft, score):
    """Lists of figures that the parser takes for sentences are scored: the bound keeps the effect small."""
    surface, text = draft
    figures = "47% 12 weeks 3x $40k 250 buyers 19 days. " * 10
    assert score(surface, f"{text}\n\n{figures}") <= score(surface, text) + 3


def test_the_order_of_plain_statements_hardly_changes_a_score(score):
    """Plain statements in the middle of a text may come in any order."""
    lines = ["We sold nine pumps in May.", "Two came back in June.", "One buyer in Leeds kept hers.", "The seal was wrong."]
    start, end = "Last spring our pumps failed in Hull.", "What would you have checked first?"
    rng, scores = random.Random(3), set()
    for _ in range(6):
        rng.shuffle(lines)
        scores.add(score("linkedin-post", "\n\n".join([start, " ".join(lines), end])))
    assert max(scores) - min(scores) <= 1
    assert not re.search("None", str(scores))
