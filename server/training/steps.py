"""The jobs of a training run. Each measures texts for some seconds, or fits and reports once all are measured, outside of a
transaction; what was measured is committed every second. A worker that is killed loses that second, and the fit is done again.
The champion is never touched."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from nlp import Coach, Draft, Scoring
from server.core.database.session import unit_of_work
from server.core.database.upsert import insert_if_absent
from server.jobs.queue import Delivery
from server.jobs.runs import Failed, Runs
from server.people.queries import get_organisation
from server.training import queries
from server.training.fitting import MIN_LABELS, Result, TooFewLabels, fit_labels
from server.training.gate import losses
from server.training.labels import Labels, read_labels
from server.training.measuring import Text, key_of, measure, texts_of
from server.training.models import TrainingRun, TrainingText
from server.training.versions import store_challenger
from server.tuning.champion import get_champion, get_scoring
from server.tuning.reference_drafts import reference_drafts

STEP_JOB = "training.step"
#: Of one job, so that others have their turn.
SECONDS_PER_STEP = 10.0
#: Texts that are committed together: half a second of work.
TEXTS_PER_COMMIT = 10
STALE = "Another scoring version was activated while this was running. Train again."
TOO_FEW = f"Fewer than {MIN_LABELS} labels of drafts that can be scored. Collect more, then train again."


@dataclass(frozen=True, slots=True)
class _Inputs:
    run_id: int
    user_id: int
    scoring: Scoring
    labels: Labels
    trade_words: tuple[str, ...]
    missing: tuple[Text, ...]


def _forget_texts(session: Session, run: TrainingRun) -> None:
    session.execute(delete(TrainingText).where(TrainingText.run_id == run.id))


RUNS = Runs(TrainingRun, STEP_JOB, _forget_texts)


def enqueue_step(session: Session, run: TrainingRun) -> None:
    run.step += 1
    RUNS.enqueue(session, run)


def run_step(session: Session, *, token: str) -> Delivery | None:
    """Goes on with the run; nothing if it has ended."""
    return RUNS.run_job(session, token=token, work=_work)


def _work(engine: Engine, token: str) -> None:
    inputs = _read(engine, token)
    if inputs.missing:
        _measure(engine, token, inputs)
    else:
        _fit(engine, token, inputs)


def _read(engine: Engine, token: str) -> _Inputs:
    with unit_of_work(engine, writes=False) as session:
        run = RUNS.running(session, token, for_update=False)
        labels = read_labels(session)
        done = queries.measured_keys(session, run_id=run.id)
        return _Inputs(
            run.id,
            run.started_by,
            shipped(get_scoring(session, version_hash=run.base_hash)),
            labels,
            tuple(get_organisation(session).trade_words),
            tuple(text for text in texts_of(labels) if key_of(text) not in done),
        )


def shipped(scoring: Scoring) -> Scoring:
    """The version without a correction: every correction is fitted anew to all labels."""
    return scoring if scoring.correction is None else scoring.with_correction(None)


def _measure(engine: Engine, token: str, inputs: _Inputs) -> None:
    deadline = time.monotonic() + SECONDS_PER_STEP
    found = measure(inputs.scoring, inputs.missing, user_id=inputs.user_id, trade_words=inputs.trade_words)
    done = 0
    while time.monotonic() < deadline and (batch := list(islice(found, TEXTS_PER_COMMIT))):
        done += len(batch)
        with unit_of_work(engine) as session:
            run = RUNS.running(session, token)
            for key, packed in batch:
                insert_if_absent(session, TrainingText, run_id=inputs.run_id, key=key, measured=packed)
            run.texts_done = queries.count_measured(session, run_id=run.id)
            run.texts = run.texts_done + len(inputs.missing) - done
    with unit_of_work(engine) as session:
        enqueue_step(session, RUNS.running(session, token))


def _fit(engine: Engine, token: str, inputs: _Inputs) -> None:
    with unit_of_work(engine, writes=False) as session:
        measured = queries.measured_texts(session, run_id=inputs.run_id)
    try:
        result = fit_labels(
            inputs.scoring,
            inputs.labels,
            measured,
            progress=RUNS.reporter(engine, token, _store_progress),
            measure_labels=_measure_labels(inputs.scoring),
        )
    except TooFewLabels:
        raise Failed(TOO_FEW) from None
    with unit_of_work(engine) as session:
        _store(session, RUNS.running(session, token), inputs, result)


def _store(session: Session, run: TrainingRun, inputs: _Inputs, result: Result) -> None:
    run.labels_hash = inputs.labels.hash
    run.ratings, run.preferences = len(inputs.labels.ratings), len(inputs.labels.preferences)
    run.report = result.report.model_dump(mode="json")
    if get_champion(session).version != run.base_hash:
        RUNS.finish(session, run, state="failed", problem=STALE)
        return
    RUNS.finish(session, run, state="done")
    if not result.report.strength:
        run.result = "no-gain"
        return
    run.correction = result.correction.model_dump(mode="json")
    run.result = "refused" if losses(result.report) else "passed"
    if run.result == "passed":
        store_challenger(session, run)


def _store_progress(run: TrainingRun, share: float) -> None:
    run.phase = "fitting" if share < 1 else "checking"
    run.fitted = round(100 * share)


def _measure_labels(scoring: Scoring) -> dict[str, str]:
    """The name of each measure, and what it is called on screen."""
    coach = Coach(scoring)
    assessments: Iterator[Draft] = (Draft(draft.surface, draft.text) for draft in reference_drafts()[:1])
    return {m.name: m.label for draft in assessments for m in coach.assess(draft).measures}
