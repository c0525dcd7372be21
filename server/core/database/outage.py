"""Tells a database that is temporarily unavailable from an error in a statement, and logs an outage once in a while instead of
with every request."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Literal

import psycopg
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.core.logs import log
from server.core.problems import Problem

Outage = Literal["unavailable", "full"]

#: An outage lasts minutes; each process logs it this often.
LOG_INTERVAL_SECONDS = 30.0
#: SQLite's primary result codes: BUSY, LOCKED, READONLY, IOERR, CANTOPEN, PROTOCOL.
_SQLITE_UNAVAILABLE = frozenset({5, 6, 8, 10, 14, 15})
_SQLITE_FULL = 13
#: SQLSTATE classes: connection failure, insufficient resources, operator intervention and statement timeout, system error.
_UNAVAILABLE_CLASSES = ("08", "53", "57", "58")
#: Serialization failure, deadlock, lock timeout.
_UNAVAILABLE_STATES = frozenset({"40001", "40P01", "55P03"})
_DISK_FULL_STATE = "53100"
#: SQLAlchemy's code for using a connection that was lost earlier in the transaction.
_CONNECTION_LOST_EARLIER = "8s2b"

_lock = threading.Lock()
_last_logged: dict[str, float] = {}


def find_outage(error: BaseException | None) -> Outage | None:
    """Why the database cannot serve a request right now; None if the error has another cause, such as a missing table."""
    if isinstance(error, PoolTimeout):
        return "unavailable"
    if isinstance(error, PendingRollbackError):
        return "unavailable" if error.code == _CONNECTION_LOST_EARLIER else None
    if not isinstance(error, DBAPIError):
        return None
    if error.connection_invalidated:
        return "unavailable"
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_outage(error.orig)
    return _postgresql_outage(error.orig) if isinstance(error.orig, psycopg.Error) else None


def _sqlite_outage(cause: sqlite3.Error) -> Outage | None:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == _SQLITE_FULL:
        return "full"
    return "unavailable" if code in _SQLITE_UNAVAILABLE else None


def _postgresql_outage(cause: psycopg.Error) -> Outage | None:
    state = cause.sqlstate
    if state is None:
        # The connection failed before the server could answer. If it fails while the pool checks it, psycopg complains about
        # the next step, a ProgrammingError without a state.
        causes = (cause, cause.__context__)
        is_lost = any(isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)) for error in causes)
        return "unavailable" if is_lost else None
    if state == _DISK_FULL_STATE:
        return "full"
    return "unavailable" if state.startswith(_UNAVAILABLE_CLASSES) or state in _UNAVAILABLE_STATES else None


def outage_problem(outage: Outage) -> Problem:
    if outage == "full":
        return Problem(
            503,
            "disk-full",
            "The server's disk is full",
            detail="Nothing was saved just now, and nothing saved before is lost. Drafts can still be checked. Ask your "
            "administrator to free disk space, then try again.",
            headers={"Retry-After": "60"},
        )
    return Problem(
        503,
        "database-unavailable",
        "Repute is temporarily unavailable",
        detail="Nothing is lost. Wait a minute, then try again. If you sent a form, check whether it was saved before you "
        "send it again.",
        headers={"Retry-After": "5"},
    )


def log_outage(outage: Outage, error: BaseException) -> None:
    """One line per process and ``LOG_INTERVAL_SECONDS``, without a stack: the statement is not what failed."""
    with _lock:
        is_due = time.monotonic() - _last_logged.get(outage, float("-inf")) >= LOG_INTERVAL_SECONDS
        if is_due:
            _last_logged[outage] = time.monotonic()
    if is_due:
        cause = getattr(error, "orig", None) or error
        log.error("disk-full" if outage == "full" else "database-unavailable", error=type(cause).__name__)
