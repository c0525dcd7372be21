"""The handler of each kind of job, and the recurring jobs. An explicit table: importing a module registers nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from server.activities import measuring
from server.audit import seals as audit_seals
from server.channels import delivery as channel_delivery
from server.channels import operations as channels
from server.connections import steps as connections
from server.core.clock import now
from server.core.database.engine import truncate_wal
from server.core.settings import load_settings
from server.credit import operations as credit
from server.digests import composition as digest_composition
from server.digests import operations as digests
from server.evidence import steps as evidence
from server.history import operations as history
from server.history import scoring
from server.imports import steps as imports
from server.jobs.queue import Delivery, Handler
from server.labels import events as label_events  # noqa: F401 (removes shared items whose text is deleted)
from server.labels import filling
from server.library import events as library_events  # noqa: F401 (removes examples whose text is deleted)
from server.mail import delivery as mail_delivery
from server.mail import operations as mail
from server.people.queries import is_set_up
from server.policies import preview_jobs as previews
from server.privacy import operations as privacy
from server.rollups import recount as rollups
from server.rollups.events import REBUILD_JOB
from server.training import steps as training
from server.trials import steps as trials


def _seal(session: Session, _args: dict[str, Any]) -> None:
    credit.seal(session)


def _seal_audit_log(session: Session, _args: dict[str, Any]) -> None:
    audit_seals.seal(session)


def _truncate_wal(session: Session, _args: dict[str, Any]) -> None:
    # Outside of the job's transaction, in which SQLite cannot do it.
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 (jobs open their sessions on an engine)
    event.listen(session, "after_commit", lambda _session: truncate_wal(engine), once=True)


def _export(session: Session, args: dict[str, Any]) -> None:
    privacy.create_export(session, export_id=args["export_id"])


def _score_archive(session: Session, args: dict[str, Any]) -> None:
    scoring.score_next(session, token=args["token"])


def _expire_archive(session: Session, args: dict[str, Any]) -> None:
    history.expire(session, token=args["token"], at=now())


def _measure_items(session: Session, args: dict[str, Any]) -> None:
    measuring.measure_next(session, attempt=args["attempt"])


def _import_step(session: Session, args: dict[str, Any]) -> None:
    imports.run_step(session, token=args["token"])


def _preview_policy(session: Session, args: dict[str, Any]) -> None:
    previews.run_step(session, token=args["token"])


def _train(session: Session, args: dict[str, Any]) -> Delivery | None:
    return training.run_step(session, token=args["token"])


def _compute_evidence(session: Session, args: dict[str, Any]) -> Delivery | None:
    return evidence.run_step(session, token=args["token"])


def _start_due_connections(session: Session, _args: dict[str, Any]) -> None:
    connections.start_due(session)


def _read_connection(session: Session, args: dict[str, Any]) -> Delivery | None:
    return connections.run_step(session, token=args["token"], step=args["step"], settings=load_settings())


def _purge(session: Session, _args: dict[str, Any]) -> None:
    privacy.purge(session, at=now())


def _refill_labels(session: Session, _args: dict[str, Any]) -> None:
    if is_set_up(session):
        filling.refill(session)


def _send_mail(session: Session, args: dict[str, Any]) -> Delivery | None:
    composers = {"digest": digest_composition.compose}
    return mail_delivery.prepare(session, message_id=args["message_id"], settings=load_settings(), composers=composers)


def _remind(session: Session, _args: dict[str, Any]) -> None:
    if load_settings().mail is not None and is_set_up(session):
        mail.send_reminders(session, at=now())


def _request_digests(session: Session, _args: dict[str, Any]) -> None:
    if load_settings().mail is not None and is_set_up(session):
        digests.request_due(session, at=now())


def _rebuild_sums(_session: Session, _args: dict[str, Any]) -> Delivery:
    return rollups.rebuild


def _request_channel_messages(session: Session, _args: dict[str, Any]) -> None:
    if is_set_up(session):
        channels.request_due(session, at=now())


def _send_to_channel(session: Session, args: dict[str, Any]) -> Delivery | None:
    return channel_delivery.prepare(session, message_id=args["message_id"], settings=load_settings())


def _compute_trial_power(session: Session, args: dict[str, Any]) -> Delivery | None:
    return trials.run_power(session, token=args["token"])


def _analyse_trial(session: Session, args: dict[str, Any]) -> Delivery | None:
    return trials.run_analysis(session, token=args["token"])


HANDLERS: dict[str, Handler] = {
    "ledger.seal": _seal,
    "audit.seal": _seal_audit_log,
    "channels.request": _request_channel_messages,
    channels.JOB: _send_to_channel,
    "connections.start-due": _start_due_connections,
    "connections.step": _read_connection,
    "database.truncate-wal": _truncate_wal,
    "digests.request": _request_digests,
    evidence.STEP_JOB: _compute_evidence,
    "history.score": _score_archive,
    "history.expire": _expire_archive,
    "imports.step": _import_step,
    "labels.refill": _refill_labels,
    "mail.send": _send_mail,
    "mail.remind": _remind,
    measuring.STEP_JOB: _measure_items,
    previews.STEP_JOB: _preview_policy,
    "privacy.export": _export,
    "privacy.purge": _purge,
    REBUILD_JOB: _rebuild_sums,
    training.STEP_JOB: _train,
    trials.ANALYSIS_JOB: _analyse_trial,
    trials.POWER_JOB: _compute_trial_power,
}

#: When each recurring kind runs, in cron's notation and UTC: every five or ten minutes; every hour; daily at three.
RECURRING = {
    "ledger.seal": "*/10 * * * *",
    "audit.seal": "*/10 * * * *",
    "channels.request": "*/10 * * * *",
    "connections.start-due": "*/5 * * * *",
    "database.truncate-wal": "*/10 * * * *",
    "digests.request": "*/10 * * * *",
    # Items that people who consented have shared since.
    "labels.refill": "30 * * * *",
    "mail.remind": "0 * * * *",
    "privacy.purge": "0 3 * * *",
    # After an upgrade, or if a rebuild was interrupted.
    REBUILD_JOB: "*/10 * * * *",
}
