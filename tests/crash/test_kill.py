"""kill -9 while clients share posts: each acknowledged share is stored once, the ledger balances, each job is done once."""

from __future__ import annotations

import contextlib

import pytest

from tests.crash.campaign import Campaign, save, schedule
from tests.live import LiveServer
from tests.services import private_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def campaign_for(request, tmp_path):
    """Makes a campaign on an empty database; PostgreSQL is the test's own, because it is killed, too."""
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(private_postgres()) if request.param == "postgresql" else None
        server = LiveServer(tmp_path, database_url=postgres.url if postgres else "").prepare()
        stack.callback(server.stop)
        server.start()

        def make(**values):
            return Campaign(server, postgres=postgres, **values)

        yield request.param, make


def test_acknowledged_shares_survive_kills_exactly_once(campaign_for, capsys):
    database, make = campaign_for
    campaign = make(shares=80, clients=8, exports=4, idle_job_worker=True)
    # Once each, because every restart takes seconds of processor time; ``make soak`` kills each many times.
    kills = {"server": 1, "web_worker": 1, "job_worker": 1} | ({"database": 1} if database == "postgresql" else {})
    campaign.run(schedule(1, 80, **kills))
    campaign.check()


@pytest.mark.soak
def test_twenty_thousand_acknowledged_shares_survive_kills_exactly_once(campaign_for, capsys):
    database, make = campaign_for
    campaign = make(shares=20_000, clients=16, exports=60)
    kills = {"server": 30, "web_worker": 20, "job_worker": 12} | ({"database": 12} if database == "postgresql" else {})
    campaign.run(schedule(2, 20_000, **kills))
    summary = campaign.check()
    with capsys.disabled():
        save(database, summary)
