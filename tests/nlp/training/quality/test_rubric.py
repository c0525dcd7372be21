"""The rubric that is fitted to the labelled sets."""

import numpy as np
import pytest

from nlp.quality.rubric import BASE_HALF_WIDTH
from nlp.training import labels
from nlp.training.quality import rubric
from nlp.training.quality.learned import WEIGHTS

BY_THE_JUDGES = {"fair": 48, "good": 68, "strong": 82}


@pytest.mark.soak
def test_fitting_reproduces_the_shipped_rubric_and_marks_without_held_out_drafts(monkeypatch, tmp_path):
    fitted_on = [draft for draft in labels.drafts() if not draft.is_held_out]
    monkeypatch.setattr(labels, "drafts", lambda: tuple(fitted_on))
    rubric.write(tmp_path)
    for name in ("rubric.json", "marks.json"):
        assert (tmp_path / name).read_bytes() == (WEIGHTS / name).read_bytes(), name


def test_band_limits_are_those_that_agree_with_the_judges_bands():
    wholes = np.array([30, 40, 46, 50, 60, 66, 70, 75, 80, 84, 90, 95], dtype=float)
    # Scores that are drawn together to the middle.
    points = np.round(50 + (wholes - 50) / 2)
    limits = rubric.fit_bands(BY_THE_JUDGES, points, wholes)
    assert 48 < limits["fair"] <= 50
    assert 58 < limits["good"] <= 60
    assert 65 < limits["strong"] <= 70
    assert rubric.band_precision(BY_THE_JUDGES, limits, np.tile(points, 2), np.tile(wholes, 2))["fair"] == 100


def test_the_precision_of_a_band_is_the_share_that_the_judges_put_there_too():
    points, wholes = np.array([55.0] * 8 + [90.0] * 2), np.array([50.0] * 6 + [30.0] * 2 + [90.0] * 2)
    precision = rubric.band_precision(BY_THE_JUDGES, BY_THE_JUDGES, points, wholes)
    assert precision == {"needs-work": 0, "fair": 75, "good": 0, "strong": 0}


def test_the_interval_covers_four_marks_in_five():
    points = np.full(10, 50.0)
    wholes = points + np.array([0, 2, 4, 6, 8, 10, 20, 30, 44, 49])
    half_width = rubric.interval_scale(points, wholes) / 100 * BASE_HALF_WIDTH
    assert 29 < half_width <= 30
