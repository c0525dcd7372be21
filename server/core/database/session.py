"""The database session of a request or a job. Only this module commits.

A request that answers below 400 commits; any other rolls back, unless it called ``keep_changes`` because the refusal itself
must be remembered (a wrong pairing code, a refused key)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, current_app, g
from sqlalchemy import Engine
from sqlalchemy.orm import Session


def init_app(app: Flask, engine: Engine) -> None:
    app.extensions["engine"] = engine
    app.teardown_appcontext(_close)


def engine() -> Engine:
    found: Engine = current_app.extensions["engine"]
    return found


def db() -> Session:
    """The request's session, opened at first use; ``open_for`` decided whether it may write."""
    if "db" not in g:
        open_for(writes=True)
    session: Session = g.db
    return session


def open_for(*, writes: bool) -> None:
    """Open the request's session. A reader does not take SQLite's one writer's place."""
    session = Session(engine().execution_options(writes=writes), expire_on_commit=False)
    g.db = session


def keep_changes() -> None:
    """Commit although the answer is a refusal."""
    g.keep_changes = True


def finish(response: Response) -> Response:
    """Commit or roll back, before the first byte of the answer leaves: what was acknowledged is on disk."""
    session: Session | None = g.get("db")
    if session is not None:
        if response.status_code < 400 or g.get("keep_changes", False):
            session.commit()
        else:
            session.rollback()
    return response


def _close(_error: BaseException | None) -> None:
    session: Session | None = g.pop("db", None)
    if session is not None:
        session.close()


@contextmanager
def unit_of_work(engine: Engine, *, writes: bool = True) -> Iterator[Session]:
    """A session outside a request: commits at the end, rolls back on an error."""
    with Session(engine.execution_options(writes=writes), expire_on_commit=False) as session, session.begin():
        yield session
