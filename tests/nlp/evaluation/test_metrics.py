"""Metrics on cases worked out by hand."""

import pytest

from nlp.evaluation import metrics


def test_metrics_on_cases_worked_by_hand():
    assert metrics.spearman([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert metrics.spearman([1, 1, 1], [1, 2, 3]) == 0
    assert metrics.auc([0.9, 0.4, 0.6, 0.1], [1, 1, 0, 0]) == 0.75
    assert metrics.accuracy([0.9, 0.2, 0.5, 0.4], [1, 0, 1, 1]) == 0.625
    assert metrics.calibration_error([0.75, 0.75, 0.75, 0.75], [1, 1, 1, 0]) == pytest.approx(0)
    assert metrics.calibration_error([0.95, 0.95], [1, 0]) == pytest.approx(0.45)


def test_a_bootstrap_interval_contains_its_figure_and_is_seeded():
    predicted, true = [i / 50 for i in range(50)], [(i * 7) % 50 / 50 for i in range(50)]
    figure = metrics.bootstrap(metrics.spearman, predicted, true, draws=200)
    assert figure.low <= figure.value <= figure.high
    assert figure == metrics.bootstrap(metrics.spearman, predicted, true, draws=200)
