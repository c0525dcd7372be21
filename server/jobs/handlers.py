"""The handler of each kind of job, and the recurring jobs. An explicit table: importing a module registers nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from server.audit import seals as audit_seals
from server.core.clock import now
from server.credit import operations as credit
from server.jobs.queue import Handler, enqueue
from server.privacy import operations as privacy


def _seal(session: Session, _args: dict[str, Any]) -> None:
    credit.seal(session)


def _seal_audit_log(session: Session, _args: dict[str, Any]) -> None:
    audit_seals.seal(session)


def _export(session: Session, args: dict[str, Any]) -> None:
    privacy.create_export(session, export_id=args["export_id"])


def _purge(session: Session, _args: dict[str, Any]) -> None:
    privacy.purge(session, at=now())


HANDLERS: dict[str, Handler] = {
    "ledger.seal": _seal,
    "audit.seal": _seal_audit_log,
    "privacy.export": _export,
    "privacy.purge": _purge,
}

#: Interval of each recurring kind.
RECURRING = {
    "ledger.seal": timedelta(minutes=10),
    "audit.seal": timedelta(minutes=10),
    "privacy.purge": timedelta(hours=24),
}


def enqueue_recurring_jobs(session: Session, *, at: datetime) -> None:
    """Enqueues the recurring jobs of the current time slot. The key makes it one job, however many workers try."""
    for kind, interval in RECURRING.items():
        slot = int(at.timestamp() // interval.total_seconds())
        enqueue(session, kind, {}, key=f"{kind}:{slot}", run_after=at)
