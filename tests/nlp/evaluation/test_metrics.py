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


def test_distances_and_classes_worked_by_hand():
    assert metrics.mean_absolute_error([10, 20], [13, 15]) == 4
    assert metrics.kappa([0, 1, 2, 3], [0, 1, 2, 3]) == 1
    assert metrics.kappa([0, 1], [1, 0]) == -1


def test_partial_correlation_is_what_is_left_with_a_third_held_fixed():
    x, y, z = [1, 2, 3, 4], [1, 4, 2, 3], [1, 2, 4, 3]
    assert [metrics.spearman(*both) for both in ((x, y), (x, z), (y, z))] == pytest.approx([0.4, 0.8, 0.2])
    assert metrics.partial_spearman(x, y, z) == pytest.approx((0.4 - 0.8 * 0.2) / (0.36 * 0.96) ** 0.5)
    assert metrics.partial_spearman(x, y, [1, 1, 1, 1]) == pytest.approx(0.4)
    assert metrics.partial_spearman(x, y, x) == 0


def test_a_bootstrap_interval_contains_its_figure_and_is_seeded():
    predicted, true = [i / 50 for i in range(50)], [(i * 7) % 50 / 50 for i in range(50)]
    figure = metrics.bootstrap(metrics.spearman, predicted, true, draws=200)
    assert figure.low <= figure.value <= figure.high
    assert figure == metrics.bootstrap(metrics.spearman, predicted, true, draws=200)


def test_a_bootstrap_resamples_rows_of_any_number_of_columns():
    column = [float(i) for i in range(30)]
    figure = metrics.bootstrap(
        lambda a, b, c: max(abs(x - y) + abs(x - z) for x, y, z in zip(a, b, c, strict=True)), *[column] * 3
    )
    assert figure == (0, 0, 0)
