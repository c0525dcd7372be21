"""The worker is killed with SIGKILL again and again during the first pass: no call is lost, and none is counted twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from server.connections.models import ConnectionStream
from server.core.database.session import unit_of_work
from server.jobs.models import Job
from server.records.models import Record
from tests.databases import SECRET
from tests.live import ROOT
from tests.server.connections.conftest import CONNECTION_KEY, put_call

CALLS = 2_000
#: The searches at which the worker is killed: before the answer, while the page is stored, or after that.
KILLED_AT = (2, 5, 8, 10, 13)
#: Only bounds failures.
SECONDS = 300

#: The worker as it is, without the jobs of other packages, whose imports take seconds. It waits less, and its jobs are short,
#: so that none is killed five times.
WORKER = """
import sys
from datetime import timedelta

from server.connections import pulling, steps
from server.connections.hubspot import api
from server.core.database.engine import make_engine
from server.core.settings import load_settings
from server.jobs import attempts, embedded
from server.jobs.distributed import DistributedWorker, Intervals

attempts.fail.__kwdefaults__["first_backoff"] = timedelta(seconds=0.2)
pulling.PAGES_PER_STEP = 2
api.SECONDS_BETWEEN_SEARCHES = 0.0
embedded.POLL_SECONDS = 0.1
handlers = {"connections.step": lambda session, args: steps.run_step(session, **args, settings=load_settings())}
engine = make_engine(sys.argv[1])
if engine.dialect.name == "sqlite":
    embedded.EmbeddedWorker(engine, handlers, {}).run()
else:
    intervals = Intervals(poll=0.2, heartbeat=0.2, dead_after=1.5, recover=0.2, idle_timeout=1.5, reconnect=0.2)
    DistributedWorker(engine, handlers, {}, intervals).run()
"""


class Workers:
    """One at a time; ``kill`` ends it and starts the next."""

    def __init__(self, settings, hubspot):
        self._command = [sys.executable, "-c", WORKER, settings.sqlalchemy_url]
        self._environment = os.environ | {
            "REPUTE_DATABASE_URL": settings.database_url, "REPUTE_SECRET_KEY": SECRET, "REPUTE_DATA": str(settings.data),
            "REPUTE_CONNECTION_KEYS": CONNECTION_KEY, "REPUTE_CONNECTION_TEST_URL": hubspot.url,
        }  # fmt: skip
        self.start()

    def start(self):
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self):
        self._process.kill()
        self._process.wait()


def test_kills_during_the_first_pass_lose_nothing_and_double_nothing(crm, crm_settings, hubspot, ann, engine):
    at = datetime.now(UTC) - timedelta(days=2)
    for number in range(CALLS):
        put_call(hubspot, str(number + 1), days_ago=1 + number % 20, at=at + timedelta(seconds=number))
    chance = random.Random(7)
    is_hit = threading.Event()
    with unit_of_work(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(text("DELETE FROM procrastinate_jobs"))
    crm.add().plan("calls").start()
    tested, targets = hubspot.count("search"), list(KILLED_AT)

    def hit(path):
        """Ends in a kill at each target; what the worker asks for until then has no answer."""
        if path.endswith("search"):
            while is_hit.is_set():
                time.sleep(0.01)
            if targets and hubspot.count("search") - tested >= targets[0]:
                targets.pop(0)
                is_hit.set()

    hubspot.on_request = hit
    workers = Workers(crm_settings, hubspot)
    deadline, kills = time.monotonic() + SECONDS, 0
    try:
        while not is_complete(engine):
            assert time.monotonic() < deadline, f"{kills} kills, {len(crm.ids())} records, {crm.row.state}"
            if is_hit.wait(0.2):
                time.sleep(chance.uniform(0.0, 0.3))
                workers.kill()
                kills += 1
                is_hit.clear()
                workers.start()
    finally:
        workers.kill()
    assert kills == len(KILLED_AT)
    assert sorted(crm.ids()) == sorted(f"call:{number + 1}" for number in range(CALLS))
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.sum(Record.count))) == CALLS
        assert session.scalar(select(func.count()).select_from(Job).where(Job.state == "failed")) == 0
    hubspot.on_request = lambda _path: None
    crm.again()
    assert set(crm.last_report["results"]) == {"unchanged"}


def is_complete(engine):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(ConnectionStream.complete_at)).one() is not None
