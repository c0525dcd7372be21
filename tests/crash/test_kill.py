"""kill -9 while several clients share posts: each acknowledged share is stored exactly once, and the ledger balances."""

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
from server.credit.verify import verify as verify_ledger
from server.tuning.verify import verify as verify_scoring_versions
from tests.live import LiveServer

CLIENTS = 6
#: Stays below the rate limit per person, retries included.
SHARES_PER_CLIENT = 40
#: Bounds every wait, so that the test fails instead of hanging.
WAIT_TIMEOUT_SECONDS = 600
#: Ordinary words, so that the texts are not near copies of one another.
WORDS = (
    "valve", "pump", "factory", "winter", "Ulm", "Leeds", "night", "shift", "buyer", "invoice", "carton", "pallet", "budget",
    "review", "forklift", "gasket", "sensor", "supplier", "warehouse", "minutes", "question", "visit", "drawing", "repair",
    "manual", "engineer", "driver", "truck", "schedule", "harbour", "contract", "training", "safety", "noise", "coffee",
)  # fmt: skip


@dataclass
class Campaign:
    """Clients that retry each share until it is acknowledged, across any number of server kills."""

    server: LiveServer
    seed: int = 20261124
    acknowledged: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _server_up: threading.Event = field(default_factory=threading.Event)

    def run(self, kills: list[tuple[int, str]]) -> None:
        """``kills``: pairs of a number of acknowledged shares and what to kill then (``server`` or ``worker``)."""
        self._server_up.set()
        tokens = [self.server.pair(self.server.add_rep()) for _ in range(CLIENTS)]
        clients = [threading.Thread(target=self._run_client, args=(i, token)) for i, token in enumerate(tokens)]
        for client in clients:
            client.start()
        for count, target in kills:
            with self._changed:
                assert self._changed.wait_for(lambda: len(self.acknowledged) >= count or self.errors, WAIT_TIMEOUT_SECONDS)  # noqa: B023
            if target == "worker":
                self.server.kill_worker()
                continue
            self._server_up.clear()
            self.server.kill()
            self.server.start()
            self._server_up.set()
        for client in clients:
            client.join(WAIT_TIMEOUT_SECONDS)
            assert not client.is_alive()
        assert self.errors == []

    def _run_client(self, number: int, token: str) -> None:
        rng = random.Random(self.seed + number)
        for _ in range(SHARES_PER_CLIENT):
            key = str(uuid.uuid4())
            at = datetime.now(UTC) - timedelta(minutes=1)
            words = " ".join(rng.choice(WORDS) for _ in range(40))
            body = {"surface": "linkedin-post", "text": f"{words}.", "url": None, "occurred_at": at.isoformat()}
            while key not in self.acknowledged and not self.errors:
                self._send(key, json.dumps(body), token)

    def _send(self, key: str, body: str, token: str) -> None:
        assert self._server_up.wait(WAIT_TIMEOUT_SECONDS)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "Idempotency-Key": key}
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request("POST", "/api/v1/shares", body, headers)
            response = connection.getresponse()
            status, content = response.status, response.read()
        except (OSError, HTTPException):
            return  # outcome unknown: retry with the same key
        finally:
            connection.close()
        with self._changed:
            if status == 201:
                self.acknowledged[key] = json.loads(content)["id"]
            else:
                self.errors.append(f"{status} {content!r}")
            self._changed.notify_all()


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request, tmp_path):
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    live = LiveServer(tmp_path, database_url=url).prepare()
    try:
        yield live.start()
    finally:
        live.stop()


def check_database(campaign: Campaign) -> None:
    """Each acknowledged share is stored once, nothing else is, and all ledger invariants hold."""
    engine = campaign.server.engine
    with unit_of_work(engine, writes=False) as session:
        shares = session.execute(select(Activity.external_id, Activity.id)).all()
        entries = session.scalar(select(func.count()).select_from(LedgerEntry))
        counted = session.scalar(select(func.count()).select_from(Activity).where(Activity.state == "counted"))
        assert sorted(row.id for row in shares) == sorted(campaign.acknowledged.values())
        assert len(shares) == len(campaign.acknowledged) == CLIENTS * SHARES_PER_CLIENT
        assert entries == counted > 0
        assert verify_ledger(session) == []
        assert verify_scoring_versions(session) == []
        if engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_acknowledged_shares_survive_kills_exactly_once(server):
    campaign = Campaign(server)
    campaign.run([(30, "server"), (90, "worker"), (150, "server")])
    check_database(campaign)
    result = server.command("ledger", "verify")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"The ledger balances: {CLIENTS} accounts,")


@pytest.mark.soak
@pytest.mark.parametrize("round_", range(20))
def test_acknowledged_shares_survive_forty_kills(server, round_):
    campaign = Campaign(server, seed=round_)
    campaign.run([(40 + round_, "server"), (120 + 2 * round_, "server")])
    check_database(campaign)
