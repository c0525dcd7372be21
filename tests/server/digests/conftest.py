"""A Repute with mail and digests switched on, and a clock that stands where a test puts it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from nlp import Coach, Draft
from server.activities import operations as activities
from server.activities.operations import PublishedItem
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.digests import operations
from server.digests.models import DigestSetting
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.mail.models import MailMessage
from server.people.models import User
from server.people.queries import get_organisation
from server.security import operations as security
from server.tuning.champion import ensure_champion
from tests.databases import SECRET, SECRET_KEYS
from tests.factories import make_organisation, make_user
from tests.mail_server import BASE_URL, SENDER, mail_server
from tests.texts import sentences

#: The Monday of the week that the digests are about, and the moment at which most people's quiet hours after it end.
WEEK = date(2026, 11, 16)
MONDAY_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch):
    """Where the jobs send, by the settings in the environment."""
    with mail_server() as running:
        monkeypatch.setenv("REPUTE_SMTP_URL", f"smtp://127.0.0.1:{running.port}")
        monkeypatch.setenv("REPUTE_MAIL_FROM", SENDER)
        monkeypatch.setenv("REPUTE_BASE_URL", BASE_URL)
        monkeypatch.setenv("REPUTE_SECRET_KEY", SECRET)
        yield running


@pytest.fixture(autouse=True)
def organisation(engine):
    """Digests are on; nobody of an earlier test gets one."""
    with unit_of_work(engine) as session:
        organisation = make_organisation(session)
        organisation.weekly_digest, organisation.team_only, organisation.time_zone = True, False, "UTC"
        session.execute(delete(DigestSetting))
        session.execute(delete(MailMessage))
        session.execute(update(User).values(is_active=False))
        session.execute(update(Job).where(Job.kind == "mail.send").values(state="done", finished_at=now()))
    return organisation


@pytest.fixture
def run(engine, set_clock):
    """What the recurring job and the jobs of mail do at a moment. Returns how the latter ended."""

    def at(moment=MONDAY_MORNING):
        set_clock(moment)
        with unit_of_work(engine) as session:
            operations.request_due(session, at=moment)
        with unit_of_work(engine, writes=False) as session:
            query = select(Job.id).where(Job.kind == "mail.send", Job.state == "queued").order_by(Job.id)
            job_ids = session.scalars(query).all()
        return [run_attempt(engine, HANDLERS, job_id=job_id).state for job_id in job_ids]

    return at


def make_reader(session, **values):
    """Somebody who has signed in once."""
    user = make_user(session, **values)
    security.start_session(session, user_id=user.id)
    return user


def on(week, weekday=1):
    """A moment in the week that begins ``week`` weeks after ``WEEK``."""
    return datetime(2026, 11, 16, 12, tzinfo=UTC) + timedelta(weeks=week, days=weekday)


def share(session, user, *, week=0):
    """A post that earned credit in the week."""
    ensure_champion(session)
    text = f"A plant manager counted the stops of one line. {sentences()}"
    item = PublishedItem("linkedin-post", text, None, None, on(week))
    return activities.record_share(
        session, item, Coach().assess(Draft(item.surface, text)), user=user, organisation=get_organisation(session),
        source="web", key=uuid.uuid4().hex, secret_keys=SECRET_KEYS,
    )  # fmt: skip
