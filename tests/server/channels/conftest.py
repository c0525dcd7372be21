"""A channel of each service that is a real HTTPS server on this machine."""

from __future__ import annotations

import json
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from apprise.plugins.slack import NotifySlack
from sqlalchemy import delete, select, update

from server.channels import operations
from server.channels.models import Channel, ChannelMessage
from server.core import encryption
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.settings import load_settings
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.people.models import User
from tests.databases import SECRET
from tests.factories import make_organisation

BASE_URL = "https://repute.example.com"
KEY = "A" * 43 + "="
#: The week that messages are about, and the moment from which they are sent.
WEEK = date(2026, 11, 16)
MONDAY_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TOKENS = {"token_a": "T1JJ3T3L2", "token_b": "A1BRTD4JD", "token_c": "TIiajkdnlazkcOXrIdevi7"}


@dataclass
class ChannelServer:
    """``status`` and ``body``: what it answers. ``closes``: it reads the message and answers nothing."""

    port: int
    status: int = 200
    body: bytes = b"ok"
    closes: bool = False
    requests: list[tuple[str, dict]] = field(default_factory=list)

    def texts(self):
        """All words of each message that it accepted or refused."""
        return [json.dumps(body, ensure_ascii=False) for _, body in self.requests]


@contextmanager
def channel_server(certificate):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            running.requests.append((self.path, content))
            if running.closes:
                self.close_connection = True
                return
            self.send_response(running.status)
            if running.status == 302:
                self.send_header("Location", f"https://127.0.0.1:{running.port}/elsewhere")
            self.send_header("Content-Length", str(len(running.body)))
            self.end_headers()
            self.wfile.write(running.body)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    running = ChannelServer(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def server(authority, tmp_path, monkeypatch):
    """Both services lead to it: Slack's host is changed in the plug-in, that of a workflow is in its address."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.setattr(NotifySlack, "request_rate_per_sec", 0)
    with channel_server(authority.issue_cert("127.0.0.1")) as running:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"https://127.0.0.1:{running.port}/services")
        yield running


@pytest.fixture(autouse=True)
def organisation(engine, monkeypatch):
    """Without channels and messages of earlier tests."""
    for name, value in (("SECRET_KEY", SECRET), ("BASE_URL", BASE_URL), ("CONNECTION_KEYS", KEY)):
        monkeypatch.setenv(f"REPUTE_{name}", value)
    with unit_of_work(engine) as session:
        organisation = make_organisation(session)
        organisation.team_only, organisation.time_zone, organisation.credit_mode = False, "UTC", "bands"
        for table in (Channel, ChannelMessage):
            session.execute(delete(table))
        session.execute(update(User).values(is_active=False))
        session.execute(update(Job).where(Job.kind == operations.JOB).values(state="done", finished_at=now()))
    return organisation


@pytest.fixture
def add_channel(engine, server):
    """A channel that leads to the server, as no address that is entered could."""

    def add(service):
        parts = TOKENS if service == "slack" else {"host": f"127.0.0.1:{server.port}", "workflow": "w1", "signature": "s1"}
        with unit_of_work(engine) as session:
            session.add(Channel(service=service, address=encryption.encrypt(load_settings(), parts), ending="evi7"))

    return add


@pytest.fixture
def run(engine, set_clock):
    """What the recurring job and the jobs of channels do at a moment. Returns how the latter ended."""

    def at(moment=MONDAY_MORNING):
        set_clock(moment)
        with unit_of_work(engine) as session:
            operations.request_due(session, at=moment)
        return run_jobs(engine)

    return at


def run_jobs(engine):
    with unit_of_work(engine, writes=False) as session:
        query = select(Job.id).where(Job.kind == operations.JOB, Job.state == "queued").order_by(Job.id)
        job_ids = session.scalars(query).all()
    return [run_attempt(engine, HANDLERS, job_id=job_id).state for job_id in job_ids]


def messages(engine):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(ChannelMessage).order_by(ChannelMessage.id)).all()
