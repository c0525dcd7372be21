"""A Repute that sends through a real mail server, and a worker that does its jobs."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.mail.models import MailMessage
from tests.databases import settings_for
from tests.mail_server import BASE_URL, SENDER, mail_server


@pytest.fixture
def server(monkeypatch):
    """Where the jobs send, by the settings in the environment."""
    with mail_server() as running:
        monkeypatch.setenv("REPUTE_SMTP_URL", f"smtp://127.0.0.1:{running.port}")
        monkeypatch.setenv("REPUTE_MAIL_FROM", SENDER)
        monkeypatch.setenv("REPUTE_BASE_URL", BASE_URL)
        yield running


@pytest.fixture
def work(engine):
    """Makes one attempt at each job of mail that has not finished, and returns how they ended."""

    def run():
        with unit_of_work(engine, writes=False) as session:
            query = select(Job.id).where(Job.kind == "mail.send", Job.state == "queued").order_by(Job.id)
            job_ids = session.scalars(query).all()
        return [run_attempt(engine, HANDLERS, job_id=job_id).state for job_id in job_ids]

    return run


@pytest.fixture(autouse=True)
def _no_earlier_jobs(engine):
    with unit_of_work(engine) as session:
        session.execute(update(Job).where(Job.kind == "mail.send").values(state="done", finished_at=now()))


@pytest.fixture
def age(engine):
    """Makes all messages, and what became of them, older."""

    def by(**time):
        with unit_of_work(engine) as session:
            for message in session.scalars(select(MailMessage)):
                message.created_at -= timedelta(**time)
                message.sent_at = message.sent_at and message.sent_at - timedelta(**time)

    return by


@pytest.fixture(scope="module")
def mail_app(make_app, engine, database_url, tmp_path_factory):
    """An application that has mail; its pages only enqueue."""
    app = make_app(settings_for(
        database_url, data=tmp_path_factory.mktemp("data"), smtp_url="smtp://127.0.0.1:1", mail_from=SENDER, base_url="http://localhost",
    ))  # fmt: skip
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def browser(mail_app):
    return mail_app.test_client()


_addresses = itertools.count(1)


@pytest.fixture
def other_address():
    return f"elsewhere{next(_addresses)}@example.com"
