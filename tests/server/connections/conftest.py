"""A connection to the HubSpot of ``hubspot_server.py``, and what the jobs made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from server.audit.models import AuditEntry
from server.connections import operations
from server.connections.models import Connection, ConnectionOwner, ConnectionRun, ConnectionStream
from server.connections.queries import STEP_JOB
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.records.models import Record
from tests.databases import settings_for
from tests.factories import new_user
from tests.server.connections.hubspot_server import KEY, hubspot_server, iso

CONNECTION_KEY = "wVXHmJlUxAeQqxUJ3M6D8lJ1N0fZ1rWq0b0oQ0m1Yxg="


@pytest.fixture
def hubspot(engine):
    with unit_of_work(engine) as session:
        for table in (ConnectionRun, ConnectionOwner, ConnectionStream, Connection, Record, Job):
            session.execute(delete(table))
    with hubspot_server() as server:
        yield server


@pytest.fixture
def crm_settings(hubspot, database_url, settings, monkeypatch):
    """Settings whose connections reach the test's HubSpot; jobs load them, too."""
    found = settings_for(
        database_url, data=settings.data, connection_test_url=hubspot.url, connection_keys=CONNECTION_KEY
    )  # fmt: skip
    monkeypatch.setattr("server.jobs.handlers.load_settings", lambda: found)
    # Tests need not wait for HubSpot's rate limit, except the one about it.
    monkeypatch.setattr("server.connections.hubspot.api.SECONDS_BETWEEN_SEARCHES", 0.0)
    return found


@pytest.fixture
def ann(engine, hubspot):
    """A rep, who is a user of HubSpot with the same address."""
    user = new_user(engine, name="Ann Lund")
    hubspot.add_owner("11", user.email.upper())
    return user


class Connected:
    """A connection as an administrator and the worker see it."""

    def __init__(self, engine, settings, hubspot, *, source="hubspot"):
        self.engine, self.settings, self.hubspot, self.source = engine, settings, hubspot, source
        self.admin = new_user(engine, role="admin")

    def add(self, key=KEY):
        tested = operations.test(self.settings, self.source, {"key": key})
        with unit_of_work(self.engine) as session:
            operations.add(session, self.settings, source=self.source, tested=tested, user_id=self.admin.id)
        return self

    def plan(self, *streams, detail="records", schedule="hourly", since=None, **metrics):
        """Reads ``streams`` as their usual metrics."""
        usual = {one.key: one.metric for one in operations.SOURCES[self.source].streams}
        chosen = {key: usual[key] for key in streams} | metrics
        plan = operations.Plan(chosen, detail, schedule, since or (now() - timedelta(days=30)).date())
        with unit_of_work(self.engine) as session:
            operations.change_plan(session, source=self.source, plan=plan)
        return self

    def start(self):
        with unit_of_work(self.engine) as session:
            operations.start(session, source=self.source)
        return self

    def next_job(self):
        """Id and time of the job that may read next; None if there is none."""
        with unit_of_work(self.engine, writes=False) as session:
            queued = select(Job).where(Job.kind == STEP_JOB, Job.state == "queued").order_by(Job.id.desc()).limit(1)
            job = session.scalar(queued)
            return (job.id, job.run_after) if job else None

    def step(self):
        """Runs the next job whenever it is due; returns whether there was one."""
        found = self.next_job()
        if found is not None:
            assert run_attempt(self.engine, HANDLERS, job_id=found[0]).state == "done"
        return found is not None

    def run(self, limit=200):
        """Runs jobs until the run is complete or the connection is paused."""
        for _ in range(limit):
            if not self.step():
                return self
        raise AssertionError("the run never ends")

    def again(self):
        """The next run, as the schedule starts it."""
        with unit_of_work(self.engine) as session:
            session.scalars(select(Connection)).one().due_at = now()
        with unit_of_work(self.engine) as session:
            HANDLERS["connections.start-due"](session, {})
        return self.run()

    @property
    def row(self):
        with unit_of_work(self.engine, writes=False) as session:
            return session.scalars(select(Connection)).one()

    @property
    def last_report(self):
        with unit_of_work(self.engine, writes=False) as session:
            return session.scalars(select(ConnectionRun).order_by(ConnectionRun.id.desc()).limit(1)).one().report

    def records(self, *columns):
        """Live records, in order of their ids; whole ones, or these columns."""
        with unit_of_work(self.engine, writes=False) as session:
            rows = session.scalars(select(Record).where(Record.deleted_at.is_(None)).order_by(Record.source_id)).all()
            return [tuple(getattr(row, name) for name in columns) if columns else row for row in rows]

    def count_audit_entries(self):
        with unit_of_work(self.engine, writes=False) as session:
            return session.scalar(select(func.count()).select_from(AuditEntry))

    def ids(self):
        return [row.source_id for row in self.records()]


@pytest.fixture
def crm(engine, crm_settings, hubspot):
    return Connected(engine, crm_settings, hubspot)


def day(days_ago, hour=10):
    return (datetime.now(UTC) - timedelta(days=days_ago)).replace(hour=hour, minute=0, second=0, microsecond=0)


def put_call(hubspot, id_, days_ago=1, owner="11", at=None, **properties):
    moment = iso(day(days_ago))
    hubspot.put("calls", id_, at=at, hs_timestamp=moment, hubspot_owner_id=owner, **properties)
