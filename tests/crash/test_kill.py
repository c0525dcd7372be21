"""kill -9 while several clients share posts: whatever was acknowledged is there exactly once, and the books balance."""

from __future__ import annotations

import json
import random
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException

import pytest
from sqlalchemy import func, select, text

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.credit.models import LedgerEntry
from server.credit.verify import verify
from tests.live import LiveServer

CLIENTS = 6
#: Below what one person may call in a minute, repetitions included.
SHARES_EACH = 40
#: A client that hears nothing for so long is stuck, and the test fails instead of hanging.
PATIENCE_SECONDS = 600
#: Ordinary words, so that texts differ from one another without looking like copies.
WORDS = (
    "valve", "pump", "factory", "winter", "Ulm", "Leeds", "night", "shift", "buyer", "invoice", "carton", "pallet", "budget",
    "review", "forklift", "gasket", "sensor", "supplier", "warehouse", "minutes", "question", "visit", "drawing", "repair",
    "manual", "engineer", "driver", "truck", "schedule", "harbour", "contract", "training", "safety", "noise", "coffee",
)  # fmt: skip


@dataclass
class Campaign:
    """Clients that post until every share of theirs is acknowledged, across any number of deaths of the server."""

    server: LiveServer
    seed: int = 20261124
    acknowledged: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _up: threading.Event = field(default_factory=threading.Event)

    def run(self, deaths: list[tuple[int, str]]) -> None:
        """``deaths``: after how many acknowledged shares to kill what (``server`` or ``worker``)."""
        self._up.set()
        tokens = [self.server.pair(self.server.add_rep()) for _ in range(CLIENTS)]
        clients = [threading.Thread(target=self._client, args=(i, token)) for i, token in enumerate(tokens)]
        for client in clients:
            client.start()
        for count, what in deaths:
            with self._changed:
                assert self._changed.wait_for(lambda: len(self.acknowledged) >= count or self.problems, PATIENCE_SECONDS)  # noqa: B023
            if what == "worker":
                self.server.kill_worker()
                continue
            self._up.clear()
            self.server.kill()
            self.server.start()
            self._up.set()
        for client in clients:
            client.join(PATIENCE_SECONDS)
            assert not client.is_alive()
        assert self.problems == []

    def _client(self, number: int, token: str) -> None:
        chance = random.Random(self.seed + number)
        for _ in range(SHARES_EACH):
            key = str(uuid.uuid4())
            at = datetime.now(UTC) - timedelta(minutes=1)
            words = " ".join(chance.choice(WORDS) for _ in range(40))
            body = {"surface": "linkedin-post", "text": f"{words}.", "url": None, "occurred_at": at.isoformat()}
            while key not in self.acknowledged and not self.problems:
                self._try(key, json.dumps(body), token)

    def _try(self, key: str, body: str, token: str) -> None:
        assert self._up.wait(PATIENCE_SECONDS)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "Idempotency-Key": key}
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request("POST", "/api/v1/shares", body, headers)
            answer = connection.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, HTTPException):
            return  # unknown whether it was done: the same key again
        finally:
            connection.close()
        with self._changed:
            if status == 201:
                self.acknowledged[key] = json.loads(content)["id"]
            else:
                self.problems.append(f"{status} {content!r}")
            self._changed.notify_all()


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request, tmp_path):
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    live = LiveServer(tmp_path, database_url=url).prepare()
    try:
        yield live.start()
    finally:
        live.stop()


def check(campaign: Campaign) -> None:
    """Each acknowledged share is there once, nothing else is, and the ledger holds all its invariants."""
    engine = campaign.server.engine
    with unit_of_work(engine, writes=False) as session:
        kept = session.execute(select(Activity.external_id, Activity.id)).all()
        entries = session.scalar(select(func.count()).select_from(LedgerEntry))
        counted = session.scalar(select(func.count()).select_from(Activity).where(Activity.state == "counted"))
        assert sorted(row.id for row in kept) == sorted(campaign.acknowledged.values())
        assert len(kept) == len(campaign.acknowledged) == CLIENTS * SHARES_EACH
        assert entries == counted > 0
        assert verify(session) == []
        if engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_every_acknowledged_share_survives_once(server):
    campaign = Campaign(server)
    campaign.run([(30, "server"), (90, "worker"), (150, "server")])
    check(campaign)
    said = server.command("ledger", "verify")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"The ledger balances: {CLIENTS} accounts,")


@pytest.mark.soak
@pytest.mark.parametrize("round_", range(20))
def test_forty_deaths(server, round_):
    campaign = Campaign(server, seed=round_)
    campaign.run([(40 + round_, "server"), (120 + 2 * round_, "server")])
    check(campaign)
