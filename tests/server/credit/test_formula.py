"""The published formula, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from server.core.kinds import SOCIAL_KINDS
from server.credit.formula import Policy, Quality, compute_points, packaged_policies, packaged_policy
from server.credit.sentences import earning_sentence

POLICY = packaged_policy()
BANDS = (None, "needs-work", "fair", "good", "strong")
totals = st.integers(min_value=0, max_value=200)


def points_of(kind="linkedin-post", band="good", nth=1, kind_total=0, week_total=0):
    return compute_points(
        POLICY,
        kind=kind,
        quality=Quality("bands", band=band),
        nth=nth,
        kind_total_before=kind_total,
        week_total_before=week_total,
    )


def test_formula_and_sentence_of_a_worked_example():
    arithmetic = points_of(nth=3, kind_total=20, week_total=20)
    assert arithmetic["points"] == 12
    assert earning_sentence(arithmetic) == "Post · Good · 3rd of the week: 10 x 1.5 x 0.8 = 12"


def test_earlier_policies_are_unchanged():
    """Entries name them by hash."""
    first, second, third = packaged_policies()
    assert first.hash() == "d2a27e0993b526aea746ff248f1da7674dc8306445a00aa340a69ebea0ab6010"
    assert second.hash() == "5268ca33047be173a7eb5174a7db998ee2444f543ffa354d9c5c480c09c40c52"
    assert first.effective_from < second.effective_from < third.effective_from
    assert (second.copy_days, second.comments_per_post, second.comments_to_colleagues) == (90, None, None)
    assert (first.not_judged_percent, second.not_judged_percent) == (50, 0)


def test_sentence_mentions_rounding_down():
    arithmetic = points_of(kind="x-reply", band="good", nth=2)
    assert arithmetic["points"] == 3 * 150 * 90 // 10_000 == 4
    assert earning_sentence(arithmetic) == "X reply · Good · 2nd of the week: 3 x 1.5 x 0.9 = 4, rounded down"


@pytest.mark.parametrize(
    ("kind_total", "week_total", "points", "limit"),
    [
        (35, 35, 5, "capped at 5 by the weekly limit of 40 for this kind"),
        (0, 52, 8, "capped at 8 by the weekly limit of 60"),
        (40, 60, 0, "capped at 0 by the weekly limit of 40 for this kind"),
    ],
)
def test_points_are_capped_and_the_sentence_names_the_limit(kind_total, week_total, points, limit):
    arithmetic = points_of(kind_total=kind_total, week_total=week_total)
    assert arithmetic["points"] == points
    assert earning_sentence(arithmetic).endswith(f"; {limit}")


@given(st.sampled_from(SOCIAL_KINDS), st.sampled_from(BANDS), st.integers(1, 50), totals, totals)
def test_points_are_integers_within_the_weekly_limits(kind, band, nth, kind_total, week_total):
    arithmetic = points_of(kind, band, nth, kind_total, week_total)
    assert type(arithmetic["points"]) is int
    assert 0 <= arithmetic["points"] <= max(0, POLICY.week_cap - week_total)
    assert arithmetic["points"] <= max(0, POLICY.kind_cap[kind] - kind_total)
    assert arithmetic == points_of(kind, band, nth, kind_total, week_total)


@given(st.sampled_from(SOCIAL_KINDS), st.integers(1, 20))
def test_a_better_band_never_earns_less(kind, nth):
    earned = [points_of(kind, band, nth)["points"] for band in BANDS[1:]]
    assert earned == sorted(earned)


@given(st.sampled_from(SOCIAL_KINDS), st.sampled_from(BANDS), st.integers(1, 20))
def test_a_further_item_of_a_kind_never_earns_more(kind, band, nth):
    assert points_of(kind, band, nth + 1)["points"] <= points_of(kind, band, nth)["points"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effective_from": "2026-01-06"}, "Monday"),
        ({"repetition_percent": [100, 100]}, "must fall"),
        ({"base": {"linkedin-post": 1}}, "the same kinds"),
        ({"base": {}, "kind_cap": {}}, "at least one"),
        ({"base": {"phone": 1}, "kind_cap": {"phone": 1}}, "the same kinds"),
        ({"minimum_words": {"phone": 3}}, "only kinds that earn"),
        ({"appeal_days": 6}, "greater than or equal to 7"),
        ({"band_percent": {"good": 1}}, "every outcome"),
        ({"week_cap": -1}, "greater than or equal to 0"),
        ({"likes": 5}, "Extra inputs"),
    ],
)
def test_invalid_policy_is_refused(change, message):
    with pytest.raises(ValidationError, match=message):
        Policy.model_validate(POLICY.document() | change)


def test_policy_hash_depends_on_content_only():
    same_policy = Policy.model_validate(POLICY.document())
    assert same_policy.hash() == POLICY.hash()
    assert same_policy.model_copy(update={"week_cap": 61}).hash() != POLICY.hash()


def changed_policy(**changes):
    return Policy.model_validate(POLICY.document() | changes)


def test_text_with_fewer_words_than_the_minimum_earns_nothing_and_the_sentence_says_why():
    policy = changed_policy(minimum_words={"linkedin-comment": 8})
    facts = {"kind": "linkedin-comment", "nth": 1, "kind_total_before": 0, "week_total_before": 0}
    good = Quality("bands", band="good")
    short, enough, unknown = (compute_points(policy, quality=good, words=words, **facts) for words in (7, 8, None))
    assert (short["points"], enough["points"], unknown["points"]) == (0, 6, 6)
    assert earning_sentence(short) == "Comment: no points, because it has 7 words. It needs at least 8."
    assert "words" not in compute_points(policy, quality=good, words=3, **facts | {"kind": "x-post"})


def test_kind_that_is_off_earns_nothing():
    policy = changed_policy(base={"linkedin-post": 10}, kind_cap={"linkedin-post": 40})
    arithmetic = compute_points(
        policy, kind="x-reply", quality=Quality("blind"), nth=1, kind_total_before=0, week_total_before=0
    )
    assert arithmetic["points"] == 0
    assert earning_sentence(arithmetic) == "X reply: no points, because this kind of item earns none."


def test_document_of_an_earlier_policy_gets_no_new_fields():
    """Otherwise its hash would change, and with it what entries refer to."""
    assert not {"minimum_words", "appeal_days"} & packaged_policies()[0].document().keys()
    policy = changed_policy(appeal_days=14)
    assert Policy.model_validate(policy.document()).hash() == policy.hash() != POLICY.hash()
