"""People who keep working while a part of the installation fails: what each call returned before, during and after."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any, Self

from sqlalchemy import func, select

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.credit.models import LedgerEntry
from server.credit.verify import verify as verify_ledger
from tests.live import ROOT, LiveServer
from tests.texts import sentence

SUMMARY = ROOT / "var" / "outages.json"
#: Only bounds failures.
WAIT_SECONDS = 180
CALLS = ("share", "assess", "me", "page", "healthz", "static")
NO_RESPONSE = 0
#: Calls per second and kind, so that a hanging call does not delay the others and nobody meets a rate limit.
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Outcome:
    status: int
    retry_after: bool = False
    content: bytes = b""


def call(port: int, method: str, path: str, headers: dict[str, str], body: str | None = None) -> Outcome:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Outcome(response.status, "Retry-After" in response.headers, response.read())
    except (OSError, HTTPException):
        return Outcome(NO_RESPONSE)
    finally:
        connection.close()


@dataclass
class Traffic:
    """One thread for each call. Each share is repeated with its key until it is acknowledged."""

    server: LiveServer
    phase: str = "before"
    #: Statuses by phase and call. A call during which the phase changed belongs to ``change``.
    statuses: dict[tuple[str, str], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    without_retry_after: Counter[tuple[str, int]] = field(default_factory=Counter)
    acknowledged: dict[str, int] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _entered: float = field(default_factory=time.monotonic)
    durations: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> Self:
        user = self.server.add_rep()
        self._json = {"Authorization": f"Bearer {self.server.pair(user)}", "Content-Type": "application/json"}
        self._threads = [threading.Thread(target=self._run, args=(name,)) for name in CALLS]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(WAIT_SECONDS)

    def enter(self, phase: str) -> None:
        with self._changed:
            self.durations[self.phase] = time.monotonic() - self._entered
            self.phase, self._entered = phase, time.monotonic()

    def wait(self, times: int, *, good: bool = False) -> None:
        """Until each call was answered ``times`` times in this phase, with success if ``good``."""

        def reached() -> bool:
            counters = [self.statuses[self.phase, name] for name in CALLS]
            return all(sum(n for status, n in c.items() if not good or 200 <= status < 400) >= times for c in counters)

        with self._changed:
            assert self._changed.wait_for(reached, WAIT_SECONDS), f"{self.phase}: {self.table()}"

    def _run(self, name: str) -> None:
        rng = random.Random(name)
        # A share is repeated until it is acknowledged, also after the drill.
        while not self._stop.is_set():
            if name == "share":
                self._share(rng)
            else:
                self._record(name, *self._request(name, rng))
            self._stop.wait(PAUSE_SECONDS)

    def _request(self, name: str, rng: random.Random) -> tuple[str, Outcome]:
        phase, port = self.phase, self.server.port
        if name == "assess":
            body = json.dumps({"surface": "linkedin-post", "text": sentence(rng)})
            return phase, call(port, "POST", "/api/v1/assess", self._json, body)
        if name == "me":
            return phase, call(port, "GET", "/api/v1/me", self._json)
        path = {"page": "/sign-in", "healthz": "/healthz", "static": "/static/css/base.css"}[name]
        # A signed-in person's browser sends its cookie with every request. This one is of nobody.
        return phase, call(port, "GET", path, {"Cookie": "repute=" + "x" * 43})

    def _share(self, rng: random.Random) -> None:
        key, at = str(uuid.UUID(int=rng.getrandbits(128), version=4)), datetime.now(UTC) - timedelta(minutes=1)
        text = f"{sentence(rng)} {sentence(rng)}"
        body = json.dumps({"surface": "linkedin-post", "text": text, "url": None, "occurred_at": at.isoformat()})
        gives_up = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < gives_up:
            phase = self.phase
            outcome = call(self.server.port, "POST", "/api/v1/shares", self._json | {"Idempotency-Key": key}, body)
            if outcome.status == 201:
                self.acknowledged[key] = json.loads(outcome.content)["id"]
            self._record("share", phase, outcome)
            if outcome.status == 201:
                return
            time.sleep(PAUSE_SECONDS)

    def _record(self, name: str, phase: str, outcome: Outcome) -> None:
        with self._changed:
            self.statuses[phase if phase == self.phase else "change", name][outcome.status] += 1
            if outcome.status >= 500 and not outcome.retry_after:
                self.without_retry_after[name, outcome.status] += 1
            self._changed.notify_all()

    def seen(self, call_name: str, phase: str = "during") -> set[int]:
        return set(self.statuses[phase, call_name])

    def table(self) -> dict[str, dict[str, dict[str, int]]]:
        """phase -> call -> status -> number; status 0 is a connection that ended without a response."""
        result: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
        for (phase, name), counter in sorted(self.statuses.items()):
            if counter:
                result[phase][name] = {str(status): n for status, n in sorted(counter.items())}
        return dict(result)

    def lost_and_doubled(self) -> tuple[int, int]:
        """After the drill. Fails if the books do not balance or something else was stored."""
        with unit_of_work(self.server.engine, writes=False) as session:
            rows = session.execute(select(Activity.external_id, Activity.id)).all()
            items = session.scalar(select(func.count(LedgerEntry.activity_id.distinct())))
            entries = session.scalar(select(func.count()).select_from(LedgerEntry))
            assert verify_ledger(session) == []
        stored = {row.external_id: row.id for row in rows}
        assert set(stored) == set(self.acknowledged)
        lost = sum(stored.get(key) != id_ for key, id_ in self.acknowledged.items())
        return lost, len(rows) - len(stored) + (entries or 0) - (items or 0)

    def save(self, drill: str, seconds_to_normal: float) -> dict[str, Any]:
        """Adds the drill to ``var/outages.json`` and prints it."""
        lost, doubled = self.lost_and_doubled()
        summary = {
            "acknowledged": len(self.acknowledged),
            "lost": lost,
            "doubled": doubled,
            "seconds_away": round(self.durations.get("during", 0), 1),
            "seconds_to_normal": round(seconds_to_normal, 1),
            "seen": self.table(),
            "server_errors_without_retry_after": {
                f"{name} {status}": n for (name, status), n in self.without_retry_after.items()
            },
        }
        SUMMARY.parent.mkdir(exist_ok=True)
        drills = json.loads(SUMMARY.read_text()) if SUMMARY.exists() else {}
        SUMMARY.write_text(json.dumps(drills | {drill: summary}, indent=2) + "\n")
        return summary
