"""Figures of agreement."""

from __future__ import annotations

import pytest

from server.labels.agreement import MIN_COMMON, common_answers, dimension_agreements, ordinal_alpha, pair_agreement
from tests.server.labels.label_helpers import choice, marks

#: Krippendorff's own example of four observers (Computing Krippendorff's Alpha-Reliability, 2011, section C), with 0 for a
#: missing value. He gives 0.815 for ordinal data.
EXAMPLE = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)


def test_alpha_is_that_of_the_published_example():
    units = [[mark for mark in unit if mark] for unit in zip(*EXAMPLE, strict=True)]
    assert ordinal_alpha(units) == pytest.approx(0.815, abs=0.0005)


def test_alpha_is_one_for_the_same_marks_and_none_for_one_mark_only():
    assert ordinal_alpha([(1, 1), (3, 3), (5, 5)]) == 1
    assert ordinal_alpha([(3, 3), (3, 3)]) is None
    assert ordinal_alpha([(3,), (4,)]) is None
    assert ordinal_alpha([(1, 5), (5, 1)]) < 0


def test_pairs_are_compared_with_chance():
    same = [(choice("first"), choice("first"))] * 3 + [(choice("second"), choice("second"))] * 3
    differing = [(choice("first"), choice("second"))] * 2
    found = pair_agreement(same + differing)
    assert (found.items, found.share) == (8, 0.75)
    assert found.expected == pytest.approx(5 / 8 * 3 / 8 + 3 / 8 * 5 / 8)


def test_nothing_is_said_under_five_common_items():
    few = [(choice("first"), choice("first"))] * (MIN_COMMON - 1)
    assert pair_agreement(few).share is None
    marked = dimension_agreements([(marks(3), marks(4))] * (MIN_COMMON - 1))
    assert {(one.items, one.alpha, one.close) for one in marked} == {(4, None, None)}


def test_each_dimension_has_its_own_figure():
    common = [(marks(mark), marks(mark, hook=5 - mark)) for mark in (1, 2, 3, 4, 4)]
    by_name = {one.dimension: one for one in dimension_agreements([*common[:4], (marks(2), marks(2, hook=3))])}
    assert by_name["voice"].alpha == 1
    assert by_name["hook"].alpha < 0.2
    assert (by_name["voice"].close, by_name["hook"].close) == (1.0, 0.6)


def test_answers_of_two_readers_meet_at_their_items():
    assert common_answers({1: choice("first"), 2: choice("same")}, {2: choice("first"), 3: choice("same")}) == [
        (choice("same"), choice("first"))
    ]
