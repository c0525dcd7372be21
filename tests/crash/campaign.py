"""Clients that share posts and ask for exports while the server, its workers and the database are killed.

A client repeats each share with the same key until it is acknowledged, as the extension does. Afterwards every acknowledged
share must be stored once, nothing else may be, and every export must have been made once."""

from __future__ import annotations

import json
import random
import re
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.credit.models import LedgerEntry, LedgerSeal
from server.credit.verify import verify as verify_ledger
from server.jobs import queue
from server.people.models import User
from server.privacy.models import DataExport
from server.security import operations as security
from server.tuning.verify import verify as verify_scoring_versions
from tests.crash.job_worker import JobWorker
from tests.live import ROOT, LiveServer
from tests.services import PrivatePostgres, wait_until
from tests.texts import sentence

#: Bounds every wait, so that the test fails instead of hanging.
WAIT_SECONDS = 600
#: Shares per client that are sent once more after their acknowledgement: one in so many.
REPEAT_ONE_IN = 25
RETRY_SECONDS = 0.05
#: More people than clients, so that nobody reaches the limit of 300 calls a minute on a fast machine.
PEOPLE_PER_CLIENT = 4
SUMMARY = ROOT / "var" / "kill-campaign.json"


@dataclass(frozen=True)
class Kill:
    """``target`` is killed once ``acknowledged`` shares are: ``server`` (gunicorn's master and its workers), ``web-worker``,
    ``job-worker`` or ``database``."""

    acknowledged: int
    target: str


def schedule(seed: int, shares: int, **counts: int) -> list[Kill]:
    """``counts`` kills of each target (``web_worker=3``), shuffled and spread evenly over the campaign."""
    targets = [name.replace("_", "-") for name, count in counts.items() for _ in range(count)]
    random.Random(seed).shuffle(targets)
    return [Kill((i + 1) * shares // (len(targets) + 1), target) for i, target in enumerate(targets)]


@dataclass
class Campaign:
    server: LiveServer
    shares: int
    clients: int
    exports: int
    postgres: PrivatePostgres | None = None
    #: The job worker is only killed while it is idle. Otherwise an interrupted job starts again after a minute.
    idle_job_worker: bool = False
    seed: int = 20261124
    #: By key: the body of the first answer, and the id in it.
    answers: dict[str, bytes] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    responses: Counter[str] = field(default_factory=Counter)
    #: Answers by key after an acknowledgement, and to a retry whose first attempt was committed but not answered.
    repeats: int = 0
    unanswered: int = 0
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    people: list[User] = field(default_factory=list)
    ready: dict[int, datetime] = field(default_factory=dict)
    _started: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _server_up: threading.Event = field(default_factory=threading.Event)
    _jobs: JobWorker | None = None

    # --- running it ---------------------------------------------------------------------------------------------------

    def run(self, kills: list[Kill]) -> None:
        self.people = [self.server.add_rep() for _ in range(self.clients * PEOPLE_PER_CLIENT)]
        tokens = [[self.server.pair(user) for user in self.people[i :: self.clients]] for i in range(self.clients)]
        waiting = [self.server.add_rep() for _ in range(self.exports)]
        self.people += waiting
        self._server_up.set()
        began = time.monotonic()
        threads = [threading.Thread(target=self._guarded, args=(i, tokens[i])) for i in range(self.clients)]
        for thread in threads:
            thread.start()
        # Ends with a request that the job worker finds after its last kill.
        jobs = sum(kill.target == "job-worker" for kill in kills)
        per_kill = max(1, self.exports // (jobs + 1))
        try:
            self._wait_for(min(20, self.shares // 4))
            # Started only now, so that its first seal has entries to seal.
            self._start_jobs()
            for kill in kills:
                self._wait_for(kill.acknowledged)
                if kill.target == "job-worker":
                    self._request_exports([waiting.pop() for _ in range(min(per_kill, len(waiting)))])
                    if self.idle_job_worker:
                        self._wait_for_jobs(self.exports - len(waiting))
                self._kill(kill.target)
                self._note_ready_exports()
            self._request_exports(waiting)
            self._wait_for(self.shares)
            for thread in threads:
                thread.join(WAIT_SECONDS)
                assert not thread.is_alive()
            self.seconds = time.monotonic() - began
            self._wait_for_jobs(self.exports)
        finally:
            if len(self.acknowledged) < self.shares:
                self._fail("stopped")  # ends the clients
            self._kill_jobs()
        assert self.errors == []

    def _guarded(self, number: int, tokens: list[str]) -> None:
        try:
            self._run_client(number, tokens)
        except Exception as error:
            self._fail(f"client {number}: {error!r}")
            raise

    def _fail(self, reason: str) -> None:
        with self._changed:
            self.errors.append(reason)
            self._changed.notify_all()

    def _wait_for(self, count: int) -> None:
        with self._changed:
            reached = self._changed.wait_for(lambda: len(self.acknowledged) >= count or self.errors, WAIT_SECONDS)
        assert reached, f"only {len(self.acknowledged)} of {count} shares were acknowledged"
        assert self.errors == []

    def _kill(self, target: str) -> None:
        if target == "server":
            self._server_up.clear()
            self.server.kill()
            self.server.start()
            self._server_up.set()
        elif target == "web-worker":
            wait_until(lambda: len(self.server.workers()) == self.server.settings.workers, "all of gunicorn's workers run")
            self.server.kill_worker()
        elif target == "database":
            assert self.postgres is not None
            self.postgres.stop("immediate")
            self.postgres.start()
        elif self.has_embedded_worker:
            self._kill("server")  # the job worker is one of its processes
        else:
            self._kill_jobs()
            self._start_jobs()
        self.kills[target] += 1

    @property
    def has_embedded_worker(self) -> bool:
        return self.server.engine.dialect.name == "sqlite"

    def _start_jobs(self) -> None:
        if not self.has_embedded_worker:
            self._jobs = JobWorker(self.server)

    def _kill_jobs(self) -> None:
        if self._jobs is not None:
            self._jobs.kill()
            self._jobs = None

    # --- sharing ------------------------------------------------------------------------------------------------------

    def _run_client(self, number: int, tokens: list[str]) -> None:
        rng = random.Random(f"{self.seed}:{number}")
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        while self._take_turn():
            key, token = str(uuid.UUID(int=rng.getrandbits(128), version=4)), rng.choice(tokens)
            at = datetime.now(UTC) - timedelta(minutes=1)
            words = f"{sentence(rng)} {sentence(rng)}"
            body = json.dumps({"surface": "linkedin-post", "text": words, "url": None, "occurred_at": at.isoformat()})
            while key not in self.acknowledged and not self.errors:
                self._send(connection, key, body, token)
            while rng.randrange(REPEAT_ONE_IN) == 0 and not self.errors and not self._send(connection, key, body, token):
                pass
        connection.close()

    def _take_turn(self) -> bool:
        with self._changed:
            self._started += 1
            return self._started <= self.shares and not self.errors

    def _send(self, connection: HTTPConnection, key: str, body: str, token: str) -> bool:
        """Whether it was answered with success. Otherwise the outcome is unknown, and the client repeats it with its key."""
        assert self._server_up.wait(WAIT_SECONDS)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "Idempotency-Key": key}
        try:
            connection.request("POST", "/api/v1/shares", body, headers)
            response = connection.getresponse()
            status, content, hit = response.status, response.read(), response.headers.get("Idempotency-Hit")
        except (OSError, HTTPException):
            connection.close()
            with self._changed:
                self.responses["none"] += 1
            return False
        with self._changed:
            self.responses[str(status)] += 1
            if status == 201:
                self._note_answer(key, content, is_repeat=hit == "true")
            elif status < 500:
                self.errors.append(f"{status} {content!r}")
            self._changed.notify_all()
        if status >= 500:
            connection.close()
            time.sleep(RETRY_SECONDS)  # clients that repeat at once would only slow down the recovery
        return status == 201

    def _note_answer(self, key: str, content: bytes, *, is_repeat: bool) -> None:
        if key in self.acknowledged:
            self.repeats += 1
            if not is_repeat or content != self.answers[key]:
                self.errors.append(f"a repeated key had another answer: {content!r}, not {self.answers[key]!r}")
            return
        self.unanswered += is_repeat
        self.answers[key] = content
        self.acknowledged[key] = json.loads(content)["id"]

    # --- jobs ---------------------------------------------------------------------------------------------------------

    def _request_exports(self, people: list[User]) -> None:
        """Each person asks on their page, as often as it takes; asking again returns the same export."""
        for user in people:
            wait_until(lambda: self._request_export(user), "an export is requested", WAIT_SECONDS)  # noqa: B023

    def _request_export(self, user: User) -> bool:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            with unit_of_work(self.server.engine) as session:
                cookie = f"repute={security.start_session(session, user_id=user.id).secret}"
            connection.request("GET", "/me/data", headers={"Cookie": cookie})
            response = connection.getresponse()
            page, form_cookie = response.read().decode(), response.headers.get("Set-Cookie", "").partition(";")[0]
            token = re.search(r'name="csrf_token" value="([^"]+)"', page)
            if response.status != 200 or token is None:
                return False
            form = urllib.parse.urlencode({"csrf_token": token[1]})
            headers = {"Cookie": f"{cookie}; {form_cookie}", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/me/export", form, headers)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException, SQLAlchemyError):
            return False
        finally:
            connection.close()
        return response.status == 303

    def _note_ready_exports(self) -> None:
        """A second run of a job would change ``ready_at``."""
        with unit_of_work(self.server.engine, writes=False) as session:
            for export in session.scalars(select(DataExport).where(DataExport.ready_at.is_not(None))):
                assert export.ready_at is not None
                assert self.ready.setdefault(export.id, export.ready_at) == export.ready_at, "an export was made twice"

    def _wait_for_jobs(self, exports: int) -> None:
        with unit_of_work(self.server.engine) as session:
            queue.enqueue(session, "ledger.seal", {}, key="at the end of the campaign")

        def done() -> bool:
            if self._jobs is not None:
                self._jobs.assert_running()
            self._note_ready_exports()
            return len(self.ready) == exports and self._count(LedgerSeal) > 0

        wait_until(done, f"{exports} exports are ready and entries are sealed", WAIT_SECONDS)

    def _count(self, table: Any) -> int:
        with unit_of_work(self.server.engine, writes=False) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def check(self) -> dict[str, Any]:
        """Fails unless everything acknowledged is there once and the books balance; returns the summary."""
        self._note_ready_exports()
        engine = self.server.engine
        with unit_of_work(engine, writes=False) as session:
            stored = session.execute(select(Activity.external_id, Activity.id, Activity.state)).all()
            per_item = Counter(session.scalars(select(LedgerEntry.activity_id)))
            exporters = Counter(session.scalars(select(DataExport.user_id)))
            violations = [*verify_ledger(session), *verify_scoring_versions(session)]
            if engine.dialect.name == "sqlite":
                assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        by_key = Counter(row.external_id for row in stored)
        counted = {row.id for row in stored if row.state == "counted"}
        stored_ids = {row.external_id: row.id for row in stored}
        summary = {
            "acknowledged": len(self.acknowledged),
            "kills": dict(sorted(self.kills.items())),
            "committed_but_unanswered": self.unanswered,
            "repeats_by_key": self.repeats,
            "lost": sum(stored_ids.get(key) != id_ for key, id_ in self.acknowledged.items()),
            "doubled": sum(by_key.values()) - len(by_key) + sum(n - 1 for n in per_item.values()),
            "not_acknowledged_but_stored": len(set(by_key) - set(self.acknowledged)),
            "counted": len(counted),
            "entries": sum(per_item.values()),
            "exports": len(self.ready),
            "seals": self._count(LedgerSeal),
            "responses": dict(sorted(self.responses.items())),
            "seconds": round(self.seconds),
        }
        assert violations == []
        assert (summary["lost"], summary["doubled"], summary["not_acknowledged_but_stored"]) == (0, 0, 0), summary
        assert len(self.acknowledged) == self.shares, summary
        # Every counted item has exactly one entry, even one of no points, and no other item has any.
        assert set(per_item) == counted, summary
        assert counted
        assert set(exporters.values()) <= {1}
        assert len(exporters) == len(self.ready) == self.exports, summary
        for arguments in (("ledger", "verify"), ("db", "check")):
            result = self.server.command(*arguments)
            # The tests' PostgreSQL role owns its tables, which ``db check`` warns about.
            errors = [line for line in result.stderr.splitlines() if not line.startswith("Warning: the role")]
            assert (result.returncode, errors) == (0, []), result
        return summary


def save(name: str, summary: dict[str, Any], path: Path = SUMMARY) -> None:
    """Prints the summary and stores it under ``name`` beside those of other runs."""
    path.parent.mkdir(exist_ok=True)
    runs = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(runs | {name: summary}, indent=2) + "\n")
    print(f"\nkill campaign, {name}: " + ", ".join(f"{key} {value}" for key, value in summary.items()))
