"""A correction in a scoring document: what is refused, and what a new release of the software does with it."""

from __future__ import annotations

import pytest

from nlp.quality.correction.weights import dense_names
from nlp.quality.document import digest
from nlp.quality.scoring import ScoringError, load_scoring
from tests.nlp.quality.correction.labelled import random_matrix, weights_of


@pytest.fixture
def document():
    return load_scoring().with_correction(weights_of(random_matrix())).document


def sealed(document):
    part = document["correction"]
    part["sha256"] = digest(part["weights"])
    return document


def test_a_version_survives_storage(document):
    assert load_scoring(document).version == digest(document)
    assert load_scoring(document).correction == weights_of(random_matrix())


def test_a_forged_weight_is_refused(document):
    document["correction"]["weights"]["dense"]["hook"][0] += 1.0
    with pytest.raises(ScoringError, match=r"^correction\.sha256: does not match the weights"):
        load_scoring(document)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e9, "1"])
def test_a_weight_that_is_no_number_is_refused(document, value):
    document["correction"]["weights"]["dense"]["hook"][3] = value
    with pytest.raises(ScoringError, match=r"^correction\.weights\.dense\.hook\.3: "):
        load_scoring(document)


def test_rows_of_another_length_are_refused(document):
    document["correction"]["weights"]["vectors"]["story"].pop()
    with pytest.raises(ScoringError, match=r"^correction\.weights\.vectors\.story: must have 64 numbers"):
        load_scoring(sealed(document))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda weights: weights["features"].__setitem__(0, "measure:charm"), r"features\.measure:charm: is unknown"),
        (lambda weights: weights["features"].reverse(), r"features: must be those of the marks, in their order"),
        (lambda weights: weights["dense"].__setitem__("charm", weights["dense"]["hook"]), r"dense\.charm: is unknown"),
        (lambda weights: weights["levels"].__setitem__("fax", weights["levels"]["x-post"]), r"levels\.fax: is unknown"),
        (lambda weights: weights["levels"]["x-post"].pop("hook"), r"levels\.x-post: must have a number for each dimension"),
    ],
)
def test_unknown_and_missing_names_are_refused(document, change, message):
    change(document["correction"]["weights"])
    with pytest.raises(ScoringError, match=rf"^correction\.weights\.{message}"):
        load_scoring(sealed(document))


def test_a_new_release_keeps_a_correction_whose_features_it_has(document):
    document["engine"] = "0" * 64
    renewed = load_scoring(document).renewed()
    assert renewed.current
    assert renewed.correction == weights_of(random_matrix())


def test_features_that_are_new_get_no_weight():
    names = dense_names(load_scoring().marks.weights.measures)
    own = weights_of(random_matrix())
    carried = own.carried_over([*names, "measure:new"])
    assert carried.features[-1] == "measure:new"
    assert carried.dense["hook"] == [*own.dense["hook"], 0.0]


def test_a_correction_that_needs_what_is_no_longer_measured_is_dropped():
    names = dense_names(load_scoring().marks.weights.measures)
    assert weights_of(random_matrix()).carried_over(names[1:]) is None
    assert weights_of(random_matrix(size=0.0)).carried_over(names[1:]) is not None


def test_other_changes_keep_the_correction(document):
    assert load_scoring(document).changed(weights={"hook": 1}).correction is not None
