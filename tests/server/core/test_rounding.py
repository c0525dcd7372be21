"""Rounding half up."""

from __future__ import annotations

import pytest

from server.core.rounding import round_half_up


@pytest.mark.parametrize(
    ("value", "places", "expected"), [(9.25, 1, 9.3), (4.25, 1, 4.3), (2.75, 1, 2.8), (6.5, 0, 7), (0.04, 1, 0)]
)
def test_round_half_up(value, places, expected):
    assert round_half_up(value, places=places) == expected
