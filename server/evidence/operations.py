"""Starting, cancelling and resuming a run, and taking its panel along."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.database.upsert import add_or_find
from server.core.identity import Identity
from server.core.problems import field_problem, not_found
from server.evidence import limits, queries
from server.evidence.models import CLUSTERS, EvidenceRun
from server.evidence.panel import outcomes
from server.evidence.steps import RUNS
from server.people.queries import active_metrics, get_organisation


def start(
    session: Session, *, starter: Identity, outcome: str, lag: int, cluster: str = "rep", controls: Sequence[str] = ()
) -> EvidenceRun:
    """Starts a run; while one is open, returns that. ``outcome`` and ``controls``: keys of metrics that count records. 422
    otherwise, naming the field."""
    run = queries.open_run(session)
    if run is not None:
        return run
    keys = {metric.key for metric in outcomes(active_metrics(session))}
    if outcome not in keys:
        raise field_problem("outcome", "must be a metric that counts records")
    if not limits.MIN_LAG <= lag <= limits.MAX_LAG:
        raise field_problem("lag", f"must be from {limits.MIN_LAG} to {limits.MAX_LAG} weeks", limit=limits.MAX_LAG)
    if cluster not in CLUSTERS:
        raise field_problem("cluster", f"must be one of {', '.join(CLUSTERS)}")
    if outcome in controls:
        raise field_problem("controls", "must not contain the outcome")
    if not keys.issuperset(controls):
        raise field_problem("controls", "must be metrics that count records")
    run = EvidenceRun(
        token=secrets.token_hex(16), state="queued", phase="reading", progress=0, outcome=outcome, lag=lag, cluster=cluster,
        controls=sorted(set(controls)), started_by=starter.user_id,
    )  # fmt: skip
    added = add_or_find(session, run, lambda: queries.open_run(session))
    if added is not run:
        return added
    audit.record(session, action="evidence.started", object_type="evidence-run", object_id=run.id, actor=starter)
    RUNS.enqueue(session, run)
    return run


def cancel(session: Session, *, run_id: int, canceller: Identity) -> None:
    """Stops a run within a second or two; nothing of it is kept. Does nothing if it has ended."""
    run = RUNS.lock(session, run_id=run_id)
    if RUNS.cancel(session, run):
        audit.record(session, action="evidence.cancelled", object_type="evidence-run", object_id=run.id, actor=canceller)


def resume(session: Session, *, run_id: int) -> None:
    """Tries a stuck run again. Does nothing otherwise."""
    RUNS.resume(session, RUNS.lock(session, run_id=run_id))


def take_panel(session: Session, *, run_id: int, taker: Identity, file_format: str) -> EvidenceRun:
    """The run whose panel somebody takes along, with an entry in the audit log. 404 before the run is done, and in team-only
    mode: the panel has a line for each rep and week, and without names people still know each other."""
    run = queries.get_run(session, run_id=run_id)
    if run is None or run.state != "done" or get_organisation(session).team_only:
        raise not_found()
    audit.record(
        session, action="evidence.exported", object_type="evidence-run", object_id=run.id, actor=taker, reason_code=file_format
    )
    return run
