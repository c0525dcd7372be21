"""The database session of a request or a job. Nothing else commits.

A request commits if its status is below 400 and rolls back otherwise, unless ``keep_changes`` was called because the failed
attempt itself must be stored (a wrong pairing code, a reused refresh token)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, current_app, g
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

#: Key in ``Session.info``: commit although the response is an error.
KEEP_CHANGES = "keep_changes"


def init_app(app: Flask, engine: Engine) -> None:
    app.extensions["engine"] = engine
    app.teardown_appcontext(_close)


def engine() -> Engine:
    current: Engine = current_app.extensions["engine"]
    return current


def db() -> Session:
    """The request's session, opened on first use unless ``open_session`` was called."""
    if "db" not in g:
        open_session(writes=True)
    session: Session = g.db
    return session


def open_session(*, writes: bool, **info: Any) -> None:
    """Opens the request's session. A read-only session does not wait for SQLite's single writer. ``info`` goes into
    ``Session.info``."""
    g.db = Session(engine().execution_options(writes=writes), expire_on_commit=False, info=info)


def keep_changes(session: Session) -> None:
    """Makes the request commit although its response is an error."""
    session.info[KEEP_CHANGES] = True


def finish(response: Response) -> Response:
    """Commits or rolls back before the response is sent, so that everything acknowledged is on disk."""
    session: Session | None = g.get("db")
    if session is not None:
        if response.status_code < 400 or session.info.get(KEEP_CHANGES, False):
            session.commit()
        else:
            _roll_back(session)
    return response


def _roll_back(session: Session) -> None:
    try:
        session.rollback()
    except SQLAlchemyError:
        # The connection is broken, so the database rolls back itself.
        session.invalidate()


def _close(_error: BaseException | None) -> None:
    session: Session | None = g.pop("db", None)
    if session is not None:
        _roll_back(session)
        session.close()


@contextmanager
def unit_of_work(engine: Engine, *, writes: bool = True, **info: Any) -> Iterator[Session]:
    """A separate session that commits at the end and rolls back on an error. ``info`` goes into ``Session.info``."""
    with (
        Session(engine.execution_options(writes=writes), expire_on_commit=False, info=info) as session,
        session.begin(),
    ):
        yield session
