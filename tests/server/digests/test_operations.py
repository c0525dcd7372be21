"""Who gets a digest, when, and never twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.core.database.session import unit_of_work
from server.digests import operations
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.mail.models import MailMessage
from server.people.models import Leave, User
from server.people.queries import get_organisation
from tests.databases import settings_for
from tests.factories import make_user
from tests.server.digests.conftest import MONDAY_MORNING, WEEK, make_reader

HOUR = timedelta(hours=1)


@pytest.fixture
def rep(engine):
    with unit_of_work(engine) as session:
        return make_reader(session, name="Niamh Keane")


def choose(engine, person, **values):
    defaults = {"is_sent": True, "time_zone": "", "quiet_from": "18:00", "quiet_until": "08:00", "quiet_weekends": True}
    with unit_of_work(engine) as session:
        operations.change_setting(session, user_id=person.id, **(defaults | values))


def test_once_a_week_however_often_the_job_runs(engine, server, run, rep):
    assert [run(MONDAY_MORNING + HOUR * hours) for hours in range(10)] == [["done"], *[[]] * 9]
    assert server.recipients == [rep.email]
    assert run(MONDAY_MORNING + timedelta(days=7)) == ["done"]
    assert [message["Subject"] for message in server.messages] == ["Your week, 16 – 22 Nov 2026", "Your week, 23 – 29 Nov 2026"]


def test_database_refuses_a_second_digest_of_a_week(engine, rep):
    with unit_of_work(engine) as session:
        session.add(MailMessage(kind="digest", user_id=rep.id, week=WEEK))
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.add(MailMessage(kind="digest", user_id=rep.id, week=WEEK))


def test_held_until_the_persons_own_morning(engine, server, run, rep):
    choose(engine, rep, time_zone="America/New_York")
    # Eight in New York is 13:00 in UTC.
    assert [run(MONDAY_MORNING + HOUR * hours) for hours in range(5)] == [[], [], [], [], []]
    assert run(MONDAY_MORNING + HOUR * 5) == ["done"]


def test_not_before_the_end_of_the_organisations_week(engine, server, run, rep):
    choose(engine, rep, time_zone="Pacific/Auckland")
    # Monday morning in Auckland is still the organisation's Sunday: the last complete week is the one before, and too old.
    assert run(MONDAY_MORNING - HOUR * 10) == []
    assert run(MONDAY_MORNING - HOUR * 8) == ["done"]


def test_after_an_outage_until_two_days_later_and_not_after_that(engine, server, run, rep):
    late = MONDAY_MORNING + timedelta(days=2)
    assert run(late) == []
    assert run(late - HOUR * 15) == ["done"]  # Tuesday at 17:00: the hours before Wednesday's morning are quiet


def test_attempt_that_comes_in_quiet_hours_waits_for_their_end(engine, server, run, rep, monkeypatch):
    monkeypatch.setenv("REPUTE_SMTP_URL", "smtp://127.0.0.1:1")
    assert run(MONDAY_MORNING + HOUR * 9) == ["queued"]
    monkeypatch.setenv("REPUTE_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
    assert run(MONDAY_MORNING + HOUR * 10) == ["done"]
    assert server.messages == []
    assert run(MONDAY_MORNING + HOUR * 24) == ["done"]
    assert server.recipients == [rep.email]


@pytest.mark.parametrize("reason", ["off", "stopped", "left", "admin", "newcomer", "away", "demonstration"])
def test_nothing_for_who_should_get_none(engine, server, run, rep, reason):
    with unit_of_work(engine) as session:
        person = session.get_one(User, rep.id)
        if reason == "off":
            get_organisation(session).weekly_digest = False
        elif reason == "stopped":
            assert operations.stop(session, user_id=rep.id)
        elif reason == "left":
            person.is_active = False
        elif reason == "admin":
            person.role = "admin"
        elif reason == "newcomer":
            person.is_active = False
            make_user(session, name="Never signed in", acknowledged=False)
        elif reason == "away":
            session.add(Leave(user_id=rep.id, starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 27), kind="holiday"))
        else:
            person.is_demonstration = True
    assert run() == []
    assert server.messages == []


def test_stopped_after_it_was_asked_for_is_not_sent(engine, server, run, rep, set_clock):
    set_clock(MONDAY_MORNING)
    with unit_of_work(engine) as session:
        assert operations.request_due(session, at=MONDAY_MORNING) == 1
        operations.stop(session, user_id=rep.id)
    assert run() == ["done"]
    assert server.messages == []


#: What a worker does, until it is killed before or after its transaction is committed.
KILLED_WORKER = """
import os, signal, sys
from datetime import datetime
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.digests import operations
from server.core import clock

url, moment, when = sys.argv[1:]
clock.now = lambda: datetime.fromisoformat(moment)
with unit_of_work(make_engine(url)) as session:
    assert operations.request_due(session, at=clock.now()) == 1
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 1)])
def test_worker_killed_before_or_after_its_commit_sends_once(engine, database_url, server, run, rep, when, rows):
    url = settings_for(database_url).sqlalchemy_url
    command = [sys.executable, "-c", KILLED_WORKER, url, MONDAY_MORNING.isoformat(), when]
    assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
    with unit_of_work(engine, writes=False) as session:
        assert len(session.scalars(select(MailMessage)).all()) == rows
        assert len(session.scalars(select(Job).where(Job.kind == "mail.send", Job.state == "queued")).all()) == rows
    assert run() == ["done"]
    assert run(MONDAY_MORNING + HOUR) == []
    assert server.recipients == [rep.email]


def test_recurring_job_asks_for_digests_only_where_mail_is_configured(engine, rep, monkeypatch):
    monkeypatch.setattr("server.jobs.handlers.now", lambda: MONDAY_MORNING)
    monkeypatch.delenv("REPUTE_SMTP_URL", raising=False)

    def asked():
        with unit_of_work(engine) as session:
            HANDLERS["digests.request"](session, {})
            return len(session.scalars(select(MailMessage)).all())

    assert asked() == 0
    monkeypatch.setenv("REPUTE_SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("REPUTE_MAIL_FROM", "repute@example.com")
    monkeypatch.setenv("REPUTE_BASE_URL", "https://repute.example.com")
    assert asked() == 1
