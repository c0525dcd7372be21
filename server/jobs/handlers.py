"""The handler of each kind of job, and the recurring jobs. An explicit table: importing a module registers nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from server.audit import seals as audit_seals
from server.core.clock import now
from server.core.database.engine import truncate_wal
from server.credit import operations as credit
from server.history import operations as history
from server.history import scoring
from server.jobs.queue import Handler
from server.privacy import operations as privacy


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


def _purge(session: Session, _args: dict[str, Any]) -> None:
    privacy.purge(session, at=now())


HANDLERS: dict[str, Handler] = {
    "ledger.seal": _seal,
    "audit.seal": _seal_audit_log,
    "database.truncate-wal": _truncate_wal,
    "history.score": _score_archive,
    "history.expire": _expire_archive,
    "privacy.export": _export,
    "privacy.purge": _purge,
}

#: When each recurring kind runs, in cron's notation and UTC: every ten minutes; daily at three.
RECURRING = {
    "ledger.seal": "*/10 * * * *",
    "audit.seal": "*/10 * * * *",
    "database.truncate-wal": "*/10 * * * *",
    "privacy.purge": "0 3 * * *",
}
