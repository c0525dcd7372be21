"""The stored inputs of rated texts are those of this software."""

from __future__ import annotations

import json

import pytest

from nlp.coach import Coach
from nlp.evaluation.metrics import spearman
from nlp.evaluation.rated_texts import as_lines, collect, main
from nlp.quality.rescoring import ScoreTable, from_json, rubrics
from server.tuning.rated_texts import FILE

#: Of points of a mark: the last digits depend on the machine's arithmetic.
TOLERANCE = 1e-5
REMEDY = "run python -m nlp.evaluation.rated_texts server/tuning/rated_texts.json"


@pytest.fixture(scope="module")
def collected():
    return json.loads(as_lines(collect(Coach())))


def test_the_file_is_current(collected):
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    assert stored["marks"] == collected["marks"], REMEDY
    assert stored["reader_bands"] == collected["reader_bands"], REMEDY
    assert _alike(stored["texts"], collected["texts"]), REMEDY
    assert stored["same"].keys() == collected["same"].keys(), REMEDY
    for kind, pairs in stored["same"].items():
        assert _alike([text for pair in pairs for text in pair], [text for pair in collected["same"][kind] for text in pair])


def _alike(stored, found):
    exact = ("whole", "english", "surface", "baseline", "gain", "findings", "highest")
    return len(stored) == len(found) and all(
        all(one.get(name) == other.get(name) for name in exact)
        and one["points"] == pytest.approx(other["points"], abs=TOLERANCE)
        and one["kept"] == pytest.approx(other["kept"], abs=TOLERANCE)
        for one, other in zip(stored, found, strict=True)
    )


def test_no_text_is_stored(collected):
    def strings(value):
        if isinstance(value, dict):
            return {name for pair in value.items() for name in (pair[0], *strings(pair[1]))}
        return set().union(*map(strings, value)) if isinstance(value, list) else {value} if isinstance(value, str) else set()

    assert not [text for text in strings(collected["texts"]) if len(text.split()) > 3]


def test_agreement_is_that_of_the_model_card(collected):
    scoring = Coach().scoring
    rows = [row for row in collected["texts"] if not row["surface"].endswith("-profile")]
    scores = ScoreTable([from_json(row) for row in rows]).scores(rubrics(scoring), scoring.is_on)
    card = (FILE.parents[2] / "nlp/quality/README.md").read_text(encoding="utf-8")
    assert f"| feed | {len(rows)} | {spearman(scores.tolist(), [row['whole'] for row in rows]):.3f} (" in card


def test_the_command_needs_a_file(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
