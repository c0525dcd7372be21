"""Fitting: few labels move little, many find the reader's taste, and the same labels give the same correction."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nlp.model import DRAFT_DIMENSIONS
from nlp.quality.correction import folds, reference, rows
from nlp.quality.correction.agreement import pair_accuracy
from nlp.quality.correction.anchors import anchors
from nlp.quality.correction.fit import added, fit, fit_slope, probability_of
from nlp.quality.correction.folds import FOLDS, fit_by_folds, fold_numbers
from nlp.quality.correction.labels import Rating
from nlp.quality.scoring import load_scoring
from tests.nlp.quality.correction.labelled import measured_drafts, preferences

STORY, FORM = DRAFT_DIMENSIONS.index("story"), DRAFT_DIMENSIONS.index("form")


def storyteller(measured):
    """Likes stories, whatever their form."""
    return measured.marks[STORY] - 0.5 * measured.marks[FORM]


def build(labels):
    scoring = load_scoring()
    return rows.build(labels, measured_drafts(), scale=reference.load().scale, worth=scoring.worths())


def test_few_labels_move_little():
    few, many = (build(preferences(storyteller, count)) for count in (5, 200))
    moved = [np.abs(added(many, fit(own, strength=0.5))).mean() for own in (few, many)]
    assert moved[0] < 0.3 * moved[1]


def test_the_opposite_taste_of_forty_answers_does_not_turn_the_scores_upside_down():
    worth = load_scoring().worths()
    held = anchors(worth)
    own = build(preferences(lambda measured: -measured.score(), 40))
    free, kept = (held.shipped + added(held, fit_by_folds(own, anchors=one).matrix) for one in (None, held))
    agreement = [np.corrcoef(held.shipped, scores)[0, 1] for scores in (free, kept)]
    assert agreement[0] < 0
    assert agreement[1] > 0


def test_no_labels_are_no_correction():
    fitted = fit_by_folds(build([]))
    assert fitted.strength == 0
    assert not fitted.matrix.any()


def test_many_labels_find_another_taste_on_labels_that_were_not_used():
    own = build(preferences(storyteller, 300))
    fitted = fit_by_folds(own)
    before, after = (pair_accuracy(own.shipped + plus, own.target) for plus in (0.0, fitted.plus))
    assert fitted.strength > 0
    assert after > before + 0.05


def groups_of(count, seed=0):
    """Of so many labels among 40 groups, the largest of which has a quarter of the drafts."""
    random = np.random.default_rng(seed)
    names = np.array([rows.number_of(f"group {number}") for number in range(40)])
    return names[np.where(random.uniform(size=(count, 2)) < 0.25, 0, random.integers(0, 40, (count, 2)))]


def test_a_group_is_in_one_fold_and_folds_have_as_many_drafts():
    groups = groups_of(400)
    numbers = fold_numbers(groups)
    assert all(len(set(numbers[groups == group].tolist())) == 1 for group in np.unique(groups))
    sizes = np.bincount(numbers.ravel(), minlength=FOLDS)
    assert sizes.max() == (groups == rows.number_of("group 0")).sum()
    smallest, *_, second, _ = sorted(sizes.tolist())
    assert smallest > 0.8 * second


def test_no_label_is_checked_by_a_fit_that_has_seen_a_draft_of_its_groups(monkeypatch):
    """Also not by way of the second draft of a pair: the groups of the rows that are fitted and of those that are checked are
    recorded at each fit."""
    own = replace(build(preferences(storyteller, 120)), groups=groups_of(120))
    fitted_to, checks = [], []

    def fit_and_record(training, **options):
        fitted_to.append(set(training.groups.ravel().tolist()))
        return fit(training, **options)

    def add_and_record(unseen, matrix):
        checks.append((fitted_to[-1], set(unseen.groups.ravel().tolist()), len(unseen)))
        return added(unseen, matrix)

    monkeypatch.setattr(folds, "fit", fit_and_record)
    monkeypatch.setattr(folds, "added", add_and_record)
    folds.fit_by_folds(own)
    strengths = len(folds.STRENGTHS) - 1
    assert sum(size for _, _, size in checks) == strengths * len(own)
    assert all(seen for seen, _, _ in checks)
    assert not any(seen & checked for seen, checked, _ in checks)


def test_pairs_of_any_drafts_and_pairs_within_groups_can_both_be_learned():
    """Readers label pairs of one group in the queue, and any pairs in other tools, which link all drafts."""
    grouped = [
        replace(label, groups=(str(rows.number_of(label.first) % 8), str(rows.number_of(label.second) % 8)))
        for label in preferences(storyteller, 2_000)
    ]
    within = [label for label in grouped if label.groups[0] == label.groups[1]]
    assert len(within) > 200
    for labels in (preferences(storyteller, 300), within):
        own = build(labels)
        fitted = fit_by_folds(own)
        assert pair_accuracy(own.shipped + fitted.plus, own.target) > pair_accuracy(own.shipped, own.target) + 0.05


def test_labels_of_a_single_group_cannot_be_checked_and_give_no_correction():
    own = build([replace(label, groups=("a", "a")) for label in preferences(storyteller, 100)])
    fitted = fit_by_folds(own)
    assert fitted.strength == 0
    assert not fitted.matrix.any()


def test_answers_at_random_are_not_learned():
    random = np.random.default_rng(2)
    own = build([replace(label, answer=float(random.integers(2))) for label in preferences(storyteller, 150)])
    fitted = fit_by_folds(own)
    # No better than a coin.
    assert fitted.losses[fitted.strength] > 0.98 * math.log(2)


def test_the_same_labels_give_the_same_correction():
    own = build(preferences(storyteller, 60))
    assert np.array_equal(fit_by_folds(own).matrix, fit_by_folds(own).matrix)


def test_the_gradient_is_zero_at_the_result():
    own = build(preferences(storyteller, 40))
    best = fit(own, strength=0.5)
    for seed in range(3):
        direction = np.random.default_rng(seed).normal(0, 0.01, best.shape)
        assert penalised_loss(own, best) <= penalised_loss(own, best + direction) + 1e-6


def penalised_loss(own, matrix):
    from nlp.quality.correction.fit import SLOPE, row_losses

    return row_losses(own, added(own, matrix), SLOPE).sum() + 0.5 * (matrix**2).sum() / 0.5**2


def test_a_strict_reader_lowers_the_level():
    labels = [
        Rating(surface, text, {}, max(0.0, measured.score() - 25), group=text)
        for (surface, text), measured in measured_drafts().items()
    ]
    own = build(labels)
    fitted = fit_by_folds(own)
    assert added(own, fitted.matrix).mean() < -5


def test_ratings_of_a_dimension_move_its_mark_towards_the_reader():
    labels = [
        Rating(surface, text, {"hook": float(np.clip(measured.marks[0] + 30, 0, 100))}, None, group=text)
        for (surface, text), measured in measured_drafts().items()
    ]
    own = build(labels)
    assert added(own, fit(own, strength=1.0)).mean() > 10


def test_labels_of_drafts_without_a_score_are_left_out():
    assert len(build([Rating("x-post", "Thanks!", {"hook": 50.0}, 50.0, group="a")])) == 0


def test_progress_goes_from_start_to_end_and_may_stop_the_fit():
    own, seen = build(preferences(storyteller, 40)), []
    fit_by_folds(own, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    class Stopped(Exception):
        pass

    def stop(share):
        raise Stopped

    with pytest.raises(Stopped):
        fit_by_folds(own, progress=stop)


@pytest.mark.parametrize("slope", [0.03, 0.1])
def test_the_slope_is_found(slope):
    random = np.random.default_rng(0)
    lead = random.normal(0, 20, 4_000)
    answer = (random.uniform(size=4_000) < probability_of(slope * lead)).astype(float)
    assert fit_slope(lead, answer) == pytest.approx(slope, rel=0.15)
