"""Databases that exist for one module of tests."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url

from server.core.database import triggers
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.jobs import procrastinate_schema
from server.migrations.models import Base
from server.people import standard_metrics
from tests.databases import postgres_url, settings_for
from tests.factories import make_organisation


@contextmanager
def temporary_database(*, template: str = "template1") -> Iterator[str]:
    """The URL of a new PostgreSQL database, a copy of ``template``. Skips the test if PostgreSQL is unreachable."""
    url, name = postgres_url(), f"repute_test_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        # No test stops this server, so that no commit has to wait for the disk.
        server.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def fill(database_url: str) -> None:
    """Creates all tables and triggers, the standard metrics and one organisation in an empty database."""
    engine = make_engine(settings_for(database_url).sqlalchemy_url)
    try:
        with engine.begin() as connection:
            Base.metadata.create_all(connection)
            standard_metrics.install(connection)
            triggers.install(connection)
            if engine.dialect.name == "postgresql":
                procrastinate_schema.install(connection)
        with unit_of_work(engine) as session:
            make_organisation(session)
    finally:
        engine.dispose()
