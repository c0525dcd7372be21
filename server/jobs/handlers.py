"""The handler of each kind of job, and the recurring jobs. An explicit table: importing a module registers nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from server.core.clock import now
from server.credit import operations as credit
from server.jobs.queue import Handler
from server.privacy import operations as privacy


def _seal(session: Session, _args: dict[str, Any]) -> None:
    credit.seal(session)


def _export(session: Session, args: dict[str, Any]) -> None:
    privacy.create_export(session, export_id=args["export_id"])


def _purge(session: Session, _args: dict[str, Any]) -> None:
    privacy.purge(session, at=now())


HANDLERS: dict[str, Handler] = {"ledger.seal": _seal, "privacy.export": _export, "privacy.purge": _purge}

#: When each recurring kind runs, in cron's notation and UTC: every ten minutes; daily at three.
RECURRING = {"ledger.seal": "*/10 * * * *", "privacy.purge": "0 3 * * *"}
