"""Starting, cancelling and resuming a training run, and deciding about one that the gate refused."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.database.upsert import add_or_find
from server.core.identity import Identity
from server.core.problems import Problem, field_problem
from server.training import queries
from server.training.fitting import MIN_LABELS
from server.training.labels import read_labels
from server.training.measuring import texts_of
from server.training.models import TrainingRun
from server.training.steps import RUNS, enqueue_step
from server.training.versions import store_challenger
from server.tuning.champion import ensure_champion

MAX_REASON_LENGTH = 300


def start(session: Session, *, starter: Identity) -> TrainingRun:
    """Starts a run; a second click returns the run that is open. 422 with too few labels, 409 if the champion has no marks that
    could be corrected."""
    run = queries.open_run(session)
    if run is not None:
        return run
    champion = ensure_champion(session)
    if champion.marks is None:
        raise Problem(409, "no-marks", "The active version is too old to be corrected", detail="Activate a newer one first.")
    labels = read_labels(session)
    if len(labels) < MIN_LABELS:
        raise Problem(
            422, "too-few-labels", f"Training needs at least {MIN_LABELS} labels", detail=f"There are {len(labels)} so far."
        )
    run = TrainingRun(
        token=secrets.token_hex(16),
        state="queued",
        base_hash=champion.version,
        texts=len(texts_of(labels)),
        ratings=len(labels.ratings),
        preferences=len(labels.preferences),
        started_by=starter.user_id,
    )
    added = add_or_find(session, run, lambda: queries.open_run(session))
    if added is not run:
        return added
    audit.record(session, action="training.started", object_type="training-run", object_id=run.id, actor=starter)
    enqueue_step(session, run)
    return run


def cancel(session: Session, *, run_id: int, canceller: Identity) -> None:
    """Stops a run within a second or two; nothing that it did is kept. Does nothing if it has ended."""
    run = RUNS.lock(session, run_id=run_id)
    if RUNS.cancel(session, run):
        audit.record(session, action="training.cancelled", object_type="training-run", object_id=run.id, actor=canceller)


def resume(session: Session, *, run_id: int) -> None:
    """Goes on with a stuck run. Does nothing otherwise."""
    RUNS.resume(session, RUNS.lock(session, run_id=run_id))


def override(session: Session, *, run_id: int, decider: Identity, reason: str) -> None:
    """Makes a version of a result that the gate refused. ``reason``: why it is wanted all the same, 1 to 300 characters; kept
    with the run. A second click changes nothing."""
    run = RUNS.lock(session, run_id=run_id)
    if run.result == "overridden":
        return
    if run.result != "refused":
        raise Problem(409, "not-refused", "The gate did not refuse this")
    reason = reason.strip()
    if not reason:
        raise field_problem("reason", "say why you want it all the same")
    if len(reason) > MAX_REASON_LENGTH:
        raise field_problem("reason", f"at most {MAX_REASON_LENGTH} characters", limit=MAX_REASON_LENGTH)
    store_challenger(session, run)
    run.result, run.reason = "overridden", reason
    audit.record(session, action="training.overridden", object_type="training-run", object_id=run.id, actor=decider)
