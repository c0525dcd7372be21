"""The fit of the marks, on a few invented drafts."""

import numpy as np
import pytest

from nlp import language
from nlp.coach import Coach
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES
from nlp.quality.marks.predict import MarkModel
from nlp.training.labels import WHOLE, LabelledDraft
from nlp.training.quality import marks
from nlp.training.quality.marks import MODEL_WEIGHT

OPENINGS = (
    "We are excited to announce our new partnership!",
    "A baker in Leeds rang me on Monday about a broken oven.",
    "What do you ask a buyer before the first call?",
    "Our world-class platform unlocks synergies for leading teams.",
)
MIDDLES = (
    "It took us nine days and two visits to find the cause.",
    "The team has been amazing and the journey was incredible.",
    "You can check the seal in five minutes, and 12 of 40 were worn.",
)
ENDINGS = ("Agree?", "How do you handle it when the part is late?", "Book a demo today. Link in the comments.")


@pytest.fixture(scope="module")
def coach():
    return Coach()


@pytest.fixture(scope="module")
def drafts():
    random = np.random.default_rng(1)
    texts = [f"{opening} {middle}\n\n{ending}" for opening in OPENINGS for middle in MIDDLES for ending in ENDINGS]
    made = []
    for number, text in enumerate(texts):
        own = {dimension: int(random.integers(1, 6)) for dimension in DRAFT_DIMENSIONS} | {WHOLE: int(random.integers(0, 101))}
        surface = DRAFT_SURFACES[number % len(DRAFT_SURFACES)]
        made.append(LabelledDraft(f"z{number:02d}", surface, "pumps", "native", text, (own, own), "feed"))
    return made


@pytest.fixture(scope="module")
def rows(coach, drafts):
    return marks.rows(coach, drafts, tag_logs=marks.tag_logs(drafts))


@pytest.fixture(scope="module")
def fitted(rows, drafts):
    return marks.fit(rows, marks.vocabulary(rows, marks.tag_logs(drafts)), strength=1.0)


@pytest.fixture(scope="module")
def weights(fitted, rows):
    return marks.as_weights(fitted, dict.fromkeys(DRAFT_SURFACES, 500), dict.fromkeys(DRAFT_SURFACES, 100), len(rows))


def test_rows_hold_marks_in_points_and_model_answers_count_for_less(coach, drafts, rows):
    assert len(rows) == len(drafts)
    assert rows[0].marks == {name: 25 * (mark - 1) for name, mark in drafts[0].passes[0].items() if name != WHOLE}
    assert rows[0].whole == drafts[0].passes[0][WHOLE]
    assert all(cost < 0 for row in rows for cost in row.costs.values())
    answer, *_ = marks.rows(coach, [drafts[0]._replace(collection="models")], tag_logs={})
    assert (rows[0].weight, answer.weight) == (1.0, MODEL_WEIGHT)


def test_no_weight_of_a_measure_is_negative(fitted):
    count = len(fitted.vocabulary.measures)
    of_measures = np.array([own[:count] for by_dimension in fitted.own.values() for own in by_dimension.values()])
    # Marks are random, so that without the bound about half of the weights would be negative.
    assert of_measures.min() == 0
    assert of_measures.max() > 0
    assert min(own[count:].min() for by_dimension in fitted.own.values() for own in by_dimension.values()) < 0


def test_the_parts_add_up_to_the_marks_and_these_are_the_fitted_ones(coach, drafts, rows, fitted, weights):
    assert not weights.problem()
    model = MarkModel(weights)
    for draft, expected in zip(drafts, marks.marks(fitted, rows), strict=True):
        reading = language.read(draft.text).scored
        found = model.predict(reading, draft.surface, coach.measure(reading, draft.surface))
        for dimension, mark in zip(DRAFT_DIMENSIONS, expected, strict=True):
            parts = sum(part.points[dimension] for part in found.parts)
            assert weights.surfaces[draft.surface].intercepts[dimension] + parts == pytest.approx(found.dimensions[dimension])
            # Stored weights are rounded.
            assert found.dimensions[dimension] == pytest.approx(mark, abs=0.5)


def test_the_fit_follows_the_marks_and_a_strong_penalty_holds_it_back(rows, fitted):
    targets = np.array([[row.marks[dimension] for dimension in DRAFT_DIMENSIONS] for row in rows])
    careful = marks.fit(rows, fitted.vocabulary, strength=1e6)
    error = np.abs(marks.marks(fitted, rows) - targets).mean()
    assert error < np.abs(marks.marks(careful, rows) - targets).mean()
    assert error < np.abs(targets.mean(axis=0) - targets).mean() / 2


def test_fitting_twice_gives_the_same_weights(coach, drafts, weights):
    logs = marks.tag_logs(drafts)
    rows = marks.rows(coach, drafts, tag_logs=logs)
    again = marks.fit(rows, marks.vocabulary(rows, logs), strength=1.0)
    assert marks.as_weights(again, dict.fromkeys(DRAFT_SURFACES, 500), dict.fromkeys(DRAFT_SURFACES, 100), len(rows)) == weights


def test_the_vocabulary_has_common_words_but_no_names(fitted):
    listed = fitted.vocabulary.rarity
    assert {"the", "was", "you"} <= set(listed)
    assert not {"leeds", "monday"} & set(listed)
    assert listed["the"] < listed["baker"]
