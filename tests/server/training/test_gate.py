"""The gate: a result beyond a limit becomes a version only with a reason."""

from __future__ import annotations

import pytest

from nlp.quality.correction.weights import CorrectionWeights
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.training import gate, operations
from server.training.models import TrainingRun
from server.training.report import Drift, Figure, Report, Swap
from server.tuning.champion import get_champion
from server.tuning.queries import alias_hash
from tests.factories import make_identity
from tests.server.training.test_runs import audited
from tests.server.training.training_helpers import get_run, run_all, start, strict_ratings


def report(**changes):
    figure = Figure(name="own-set", before=0.8, after=0.8, low=0, high=0, labels=600)
    drift = Drift(drafts=600, mean_before=50, mean_after=50, bands_before={}, bands_after={}, moved=10, largest=3)
    whole = Report(
        left_out=0, strength=1, agreement=[], own_set=figure, surfaces=[], calibration=None, bands=None, fairness=[],
        drift=drift, dimensions=[], effects=[], moved=[],
    )  # fmt: skip
    return whole.model_copy(update=changes)


def swap(**changes):
    values = {"kind": "names of six groups", "pairs": 225, "mean_before": 0.1, "mean_after": 0.1, "worst_before": 1}
    return Swap(**values | {"worst_after": 1} | changes)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (report(), []),
        (
            report(own_set=Figure(name="own-set", before=0.8, after=0.74, low=0, high=0, labels=600)),
            ["falls from 0.80 to 0.74"],
        ),
        (
            report(agreement=[Figure(name="pairs", before=0.8, after=0.78, low=-0.1, high=0.1, labels=40)]),
            ["Pairs ranked as your readers ranked them: worse"],
        ),
        (report(fairness=[swap(mean_after=1.7)]), ["names of six groups: scores differ by 1.7 points on average"]),
        (report(fairness=[swap(worst_before=7, worst_after=7.2)]), []),
        (report(fairness=[swap(worst_before=4.9, worst_after=6)]), ["differ by 6.0 points at most"]),
        (
            report(
                drift=Drift(drafts=600, mean_before=50, mean_after=57, bands_before={}, bands_after={}, moved=300, largest=20)
            ),
            ["300 of 600 labelled drafts would change band", "would move from 50.0 to 57.0"],
        ),
    ],
    ids=["all-kept", "own-set", "labels", "fairness-mean", "no-growth", "fairness-worst", "drift"],
)
def test_what_is_beyond_a_limit_is_said(found, words):
    told = gate.losses(found)
    assert len(told) == len(words)
    assert all(part in sentence for part, sentence in zip(words, told, strict=True))


@pytest.fixture
def refused(engine, admin, use_labels):
    """A reader to whom nothing is good enough: the average score would fall far."""
    use_labels(strict_ratings())
    run_id = start(engine, admin)
    run_all(engine)
    assert get_run(engine, run_id).result == "refused"
    return run_id


def test_a_refused_result_is_no_version_until_somebody_says_why(engine, admin, refused):
    run = get_run(engine, refused)
    assert run.version_hash is None
    assert gate.losses(Report.model_validate(run.report))
    with unit_of_work(engine, writes=False) as session:
        champion, challenger = get_champion(session).version, alias_hash(session, name="challenger")
    for reason in ("", "  ", "x" * 301):
        with pytest.raises(Problem) as problem, unit_of_work(engine) as session:
            operations.override(session, run_id=refused, decider=make_identity(admin), reason=reason)
        assert problem.value.errors[0]["field"] == "reason"
    with unit_of_work(engine, writes=False) as session:
        assert (get_champion(session).version, alias_hash(session, name="challenger")) == (champion, challenger)
    for _ in range(2):
        with unit_of_work(engine) as session:
            operations.override(session, run_id=refused, decider=make_identity(admin), reason="We are strict on purpose")
    run = get_run(engine, refused)
    assert (run.result, run.reason) == ("overridden", "We are strict on purpose")
    assert audited(engine, refused) == ["training.started", "training.overridden"]
    with unit_of_work(engine, writes=False) as session:
        assert alias_hash(session, name="challenger") == run.version_hash
        assert get_champion(session).version == champion


def test_a_correction_that_was_forged_in_the_database_is_refused(engine, admin, refused):
    with unit_of_work(engine) as session:
        run = session.get_one(TrainingRun, refused)
        run.correction = run.correction | {"features": ["measure:charm", *run.correction["features"][1:]]}
    with pytest.raises(Problem) as problem, unit_of_work(engine) as session:
        operations.override(session, run_id=refused, decider=make_identity(admin), reason="All the same")
    assert problem.value.code == "version-unusable"
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(TrainingRun, refused).result == "refused"


def test_the_stored_correction_is_what_was_fitted(engine, admin, refused):
    with unit_of_work(engine, writes=False) as session:
        correction = CorrectionWeights.model_validate(session.get_one(TrainingRun, refused).correction)
    assert correction.problem() == ""
    assert all(value < 0 for value in correction.levels["linkedin-post"].values())
