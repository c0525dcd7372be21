"""The worked example, the differences between policies, and how words are counted."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.kinds import SOCIAL_KINDS
from server.credit.differences import differences
from server.credit.formula import Policy, Quality, compute_points, packaged_policies, packaged_policy
from server.credit.word_count import count_words
from server.credit.worked_example import example_week, steps

POLICY = packaged_policy()
SHORT = Policy.model_validate(POLICY.document() | {"minimum_words": {"x-reply": 5}, "week_cap": 30})


@pytest.mark.parametrize("mode", ["bands", "checks", "blind"])
@pytest.mark.parametrize("policy", [*packaged_policies(), SHORT], ids=("first", "second", "third", "minimum"))
def test_every_line_of_the_example_can_be_recomputed(policy, mode):
    week = 0
    items = example_week(policy, mode)
    for item in items:
        week += item.points
        assert item.week_total == week <= policy.week_cap
        multiplied = re.search(r": (\d+) x ([\d.]+) x ([\d.]+) = (\d+)(, rounded down)?(?:; capped at (\d+))?", item.sentence)
        if multiplied:
            base, quality, repeat, result, rounded, capped = multiplied.groups()
            product = Fraction(base) * Fraction(quality) * Fraction(repeat)
            assert int(product) == int(result)
            assert bool(rounded) == (product.denominator != 1)
            assert item.points == int(capped or result)
    assert sum("x" in item.sentence and "=" in item.sentence for item in items) >= 5
    assert items[-1].points == -items[0].points


def test_example_has_an_item_that_is_too_short_where_there_is_a_minimum():
    assert "X reply: no points, because it has 4 words. It needs at least 5." in [
        item.sentence for item in example_week(SHORT, "bands")
    ]


@given(
    st.sampled_from(SOCIAL_KINDS), st.sampled_from(("needs-work", "fair", "good", "strong")), st.integers(1, 9),
    st.integers(0, 40), st.integers(0, 60),
)  # fmt: skip
def test_steps_lead_to_the_points(kind, band, nth, kind_total, week_total):
    arithmetic = compute_points(
        POLICY, kind=kind, quality=Quality("bands", band=band), nth=nth, kind_total_before=kind_total,
        week_total_before=week_total,
    )  # fmt: skip
    lines = steps(arithmetic)
    numbers = [Fraction(re.search(r"([\d.]+)$", line)[1]) for line in lines]
    base, with_quality, with_repeat, rounded, left_of_kind, left_of_week, points = numbers
    assert with_quality == base * Fraction(POLICY.band_percent[band], 100)
    assert int(with_repeat) == rounded
    assert points == min(rounded, left_of_kind, left_of_week) == arithmetic["points"]


def test_differences_name_each_changed_number_and_the_mode_that_it_matters_in():
    changed = Policy.model_validate(
        POLICY.document()
        | {
            "base": {kind: POLICY.base[kind] for kind in SOCIAL_KINDS[:-1]} | {"x-post": 9},
            "kind_cap": {kind: POLICY.kind_cap[kind] for kind in SOCIAL_KINDS[:-1]},
            "band_percent": POLICY.band_percent | {"strong": 250},
            "checks_percent": {"passed": 100, "remarks": 0},
            "blind_percent": 120,
            "repetition_percent": [100, 90, 80],
            "minimum_words": {"x-post": 6},
            "appeal_days": 14,
            "copy_days": 90,
            "comments_per_post": None,
        }
    )
    assert [(one.text, one.mode) for one in differences(POLICY, changed)] == [
        ("X post: base 6 to 9", None),
        ("X post: minimum words none to 6", None),
        ("X profile update: earns no points any more", None),
        ("Strong: factor 2 to 2.5", "bands"),
        ("Checks found problems: factor 0.5 to 0", "checks"),
        ("Items that can be judged: factor 1 to 1.2", "blind"),
        ("4th item of its kind in a week: factor 0.6 to 0", None),
        ("5th item of its kind in a week: factor 0.4 to 0", None),
        ("6th item of its kind in a week: factor 0.2 to 0", None),
        ("Days in which a copy earns nothing: 396 to 90", None),
        ("Comments under one post: 3 to none", None),
        ("Days in which points can be contested 28 to 14", None),
    ]
    assert differences(POLICY, POLICY) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Great post!", 2),
        ("We cut 40% of the stops - in one week.", 9),
        ("#sales @ann https://example.com/a www.example.com HTTP://X.org", 0),
        ("🎉 🎉 well done", 2),
        ("state-of-the-art don’t", 2),
        ("Zwei\nZeilen\u2003hier", 3),
    ],
)
def test_words_are_what_stands_between_spaces_without_links_hashtags_and_mentions(text, words):
    assert count_words(text) == words
