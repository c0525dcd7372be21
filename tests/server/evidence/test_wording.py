"""The page says "associated", and never more than the data carry."""

from __future__ import annotations

import re

import numpy as np
import pytest

from server.evidence import limits, wording
from server.evidence.association import associate
from server.evidence.compute import compute
from server.evidence.report import Estimate, Result, WithoutOne, percent
from server.people.models import Metric
from tests.server.evidence.evidence_helpers import confounded, panel_of
from tests.server.evidence.test_association import MEETINGS, plain

METRIC = Metric(key="meeting", singular="meeting booked", plural="meetings booked")
#: What may not be said of observational data.
FORBIDDEN = re.compile(
    r"\b(caus\w+|driv\w+|leads? to|led to|return on investment|thanks to|because of|boost\w*|no effect)\b", re.IGNORECASE
)


def result_of(items, meetings):
    return Result.model_validate(compute(panel_of(items, meetings).to_csv(index=False).encode(), MEETINGS))


@pytest.fixture(scope="module")
def found():
    """With an effect of 0.1."""
    return result_of(*plain(effect=0.1))


def test_a_result_says_associated_with_the_interval_and_how_far_it_goes(found):
    answer = wording.answer(found, METRIC)
    assert answer.kind == "associated"
    assert re.fullmatch(
        r"In your numbers, one more shared item in a week is associated with \S+% more meetings booked two weeks later \(95% "
        r"interval \+\S+% to \+\S+%\)\.",
        answer.sentence,
    )
    assert answer.addition.startswith("With 40 reps, only large effects are visible. An association is not a proof")


def test_with_many_reps_smaller_effects_are_visible_too(found):
    many = found.model_copy(update={"counts": found.counts | {"reps": limits.MANY_REPS}})
    assert "only large effects" not in wording.answer(many, METRIC).addition


def test_an_interval_with_zero_is_no_association_shown_with_what_could_have_shown():
    answer = wording.answer(result_of(*plain()), METRIC)
    assert answer.kind == "none"
    assert re.search(r"One of \S+% or more for each item would probably have shown", answer.sentence)
    assert "A smaller one may be there all the same" in answer.addition


def test_a_placebo_that_fires_is_in_the_sentence():
    rng = np.random.default_rng(5)
    result = result_of(*confounded(rng))
    assert result.placebo_alarm
    answer = wording.answer(result, METRIC)
    assert answer.kind == "doubtful"
    assert answer.sentence == (
        "In your numbers, weeks with more shared items are associated with more meetings booked two weeks later, but also two "
        "weeks before, which the items cannot have changed."
    )
    assert re.match(r"For one more item in a week: \S+% more meetings booked two weeks later \(95% interval ", answer.addition)
    assert "these numbers cannot" in answer.addition


def test_an_association_that_hangs_on_one_rep_says_so(found):
    without = WithoutOne(lowest=0.0, highest=0.1, refits=40, of=40, survives=False)
    answer = wording.answer(found.model_copy(update={"without_one": without}), METRIC)
    assert (answer.kind, answer.title) == ("doubtful", "An association that hangs on one rep")
    assert answer.sentence.endswith("two weeks later, but without one of the reps, it would not show.")
    assert "with all reps: " in answer.addition


@pytest.mark.parametrize("code", wording.REFUSALS)
def test_each_refusal_is_a_sentence_without_an_estimate(found, code):
    refused = found.model_copy(update={"refusal": code, "estimate": None})
    answer = wording.answer(refused, METRIC)
    assert answer.kind == "refused"
    assert answer.title
    assert answer.sentence.endswith(".")
    assert "{" not in answer.sentence + answer.addition
    assert FORBIDDEN.search(answer.sentence) is None
    detectable = f"{percent(found.detectable):.1f}%"
    assert detectable in (answer.sentence if code == "cannot-tell" else answer.addition)


def test_no_sentence_says_what_may_not_be_said(found):
    answers = [wording.answer(found, METRIC), wording.answer(result_of(*plain()), METRIC)]
    said = " ".join(f"{one.title} {one.sentence} {one.addition}" for one in answers)
    assert FORBIDDEN.search(said + " ".join(wording.PROBLEMS.values())) is None


def test_numbers_of_a_few_people_are_not_shown():
    counts = associate(panel_of(*plain(reps=4)), MEETINGS).counts
    assert counts["reps"] == 4
    assert [wording.people(count) for count in (0, 4, 5)] == ["none", "fewer than 5", "5"]
    refused = result_of(*plain(reps=4))
    assert "there are fewer than 5" in wording.answer(refused, METRIC).sentence


def test_percentages_have_two_digits_or_more():
    shown = [wording.signed_percent(np.log1p(share)) for share in (0.0004, 0.012, 0.149, 12.34, -0.03)]
    assert shown == ["+0.04%", "+1.2%", "+15%", "+1\u202f234%", "−3.0%"]
    assert wording.interval(Estimate(coefficient=0, error=0.1, low=-0.1, high=0.1)) == "−9.5% to +11%"
