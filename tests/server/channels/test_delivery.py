"""A message reaches a real server once, says what is wrong if it does not, and its address is a secret."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from datetime import timedelta

import pytest

from server.channels import operations, queries
from server.core import encryption
from server.core.database.session import unit_of_work
from server.core.settings import load_settings
from tests.factories import make_organisation, make_record, make_team, make_user
from tests.server.channels.conftest import KEY, MONDAY_MORNING, TOKENS, WEEK, messages, run_jobs

HOUR = timedelta(hours=1)


@pytest.fixture
def team(engine):
    """Five people with 20 to 24 calls in the week."""
    with unit_of_work(engine) as session:
        make_organisation(session)
        team = make_team(session, name="Isles")
        for index in range(5):
            rep = make_user(session, team=team, name=f"Rep Number{index}")
            make_record(session, rep, kind="call", count=20 + index, occurred_at=MONDAY_MORNING - timedelta(days=4))
    return team


def states(engine):
    return [(one.service, one.week, one.sent_at is not None, one.failure) for one in messages(engine)]


def test_both_services_get_the_totals_once(engine, server, add_channel, run, team):
    add_channel("slack")
    add_channel("teams")
    assert run(MONDAY_MORNING - HOUR) == []
    assert run() == ["done", "done"]
    assert [run(MONDAY_MORNING + HOUR * hours) for hours in range(1, 6)] == [[]] * 5
    (slack_path, slack), (teams_path, teams) = server.requests
    assert slack_path == "/services/" + "/".join(TOKENS.values())
    assert teams_path.startswith("/workflows/w1/triggers/manual/paths/invoke?api-version=2016-06-01&")
    assert teams_path.endswith("&sig=s1")
    assert "Calls: 110" in str(slack)
    assert "Calls: 110" in teams["attachments"][0]["content"]["body"][1]["text"]
    for text in server.texts():
        assert f"{team.name}" in text
        assert "16 – 22 Nov 2026" in text
        assert "apprise" not in text.lower()
        assert "Rep Number" not in text
    assert states(engine) == [("slack", WEEK, True, None), ("teams", WEEK, True, None)]


def test_next_week_gets_its_own_and_an_outage_of_days_drops_it(engine, server, add_channel, run, team):
    add_channel("slack")
    run()
    week = timedelta(days=7)
    assert run(MONDAY_MORNING + week + timedelta(days=2)) == []
    assert run(MONDAY_MORNING + week + timedelta(days=1)) == ["done"]
    assert [(one.week, one.failure) for one in messages(engine)] == [(WEEK, None), (WEEK + week, "nothing")]
    assert len(server.requests) == 1


def test_time_is_that_of_the_organisation(engine, server, add_channel, run, team):
    add_channel("slack")
    with unit_of_work(engine) as session:
        make_organisation(session).time_zone = "America/New_York"
    assert run(MONDAY_MORNING + HOUR * 4) == []
    assert run(MONDAY_MORNING + HOUR * 5) == ["done"]


@pytest.mark.parametrize(
    ("status", "code"), [(404, "refused"), (403, "refused"), (302, "refused"), (429, "later"), (503, "later")]
)
def test_refusals_are_told_apart_and_only_temporary_ones_tried_again(engine, server, add_channel, run, team, status, code):
    state = "queued" if code == "later" else "done"
    add_channel("slack")
    add_channel("teams")
    server.status = status
    assert run() == [state, state]
    assert states(engine) == [("slack", WEEK, False, code), ("teams", WEEK, False, code)]
    assert [path for path, _ in server.requests if "elsewhere" in path] == []
    server.status = 200
    assert run_jobs(engine) == (["done", "done"] if state == "queued" else [])
    assert [sent for _, _, sent, _ in states(engine)] == [state == "queued"] * 2
    assert len(server.requests) == (4 if state == "queued" else 2)


@pytest.mark.parametrize("service", ["slack", "teams"])
def test_a_message_that_may_have_arrived_is_not_sent_again(engine, server, add_channel, run, team, service):
    add_channel(service)
    server.closes = True
    assert run() == ["done"]
    assert states(engine) == [(service, WEEK, False, "no-answer")]
    server.closes = False
    assert run(MONDAY_MORNING + HOUR) == []
    assert len(server.requests) == 1


def test_unreachable_service_is_tried_again(engine, server, add_channel, run, team, monkeypatch):
    add_channel("slack")
    with monkeypatch.context() as patched:
        patched.setattr("apprise.plugins.slack.NotifySlack.webhook_url", "https://127.0.0.1:1/services")
        assert run() == ["queued"]
    assert states(engine) == [("slack", WEEK, False, "unreachable")]
    assert run_jobs(engine) == ["done"]
    assert len(server.requests) == 1


def test_worker_killed_while_it_sends_does_not_send_again(engine, server, add_channel, run, team, monkeypatch):
    add_channel("slack")
    with monkeypatch.context() as patched:

        def killed(*_arguments, **_options):
            raise KeyboardInterrupt

        patched.setattr("server.channels.sender.send", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    (message,) = messages(engine)
    with unit_of_work(engine) as session:
        from server.channels.delivery import prepare

        assert prepare(session, message_id=message.id, settings=load_settings()) is None
    assert states(engine) == [("slack", WEEK, False, "interrupted")]
    assert server.requests == []


def test_addresses_are_in_no_log_and_encrypted(engine, server, add_channel, run, team, capfd):
    add_channel("slack")
    add_channel("teams")
    server.status = 500
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logging.Filter("apprise"))
    # pytest's own handlers get what does not propagate; a program's do not.
    logging.getLogger().addHandler(handler)
    try:
        run()
    finally:
        logging.getLogger().removeHandler(handler)
    printed = capfd.readouterr()
    logged = printed.out + printed.err + stream.getvalue()
    assert "channel-message-not-sent" in logged
    for secret in (*TOKENS.values(), "s1&", "sig="):
        assert secret not in logged
    with unit_of_work(engine, writes=False) as session:
        for channel in queries.all_channels(session):
            assert TOKENS["token_c"] not in channel.address
            assert encryption.decrypt(load_settings(), channel.address)


def test_missing_key_is_told_and_nothing_is_sent(engine, server, add_channel, run, team, monkeypatch):
    add_channel("slack")
    monkeypatch.setenv("REPUTE_CONNECTION_KEYS", "B" * 42 + "A=")
    assert run() == ["done"]
    assert states(engine) == [("slack", WEEK, False, "key")]
    assert server.requests == []


def test_new_address_gets_what_the_old_one_did_not(engine, server, add_channel, run, team):
    add_channel("slack")
    server.status = 404
    assert run() == ["done"]
    server.status = 200
    assert run(MONDAY_MORNING + HOUR) == []
    with unit_of_work(engine) as session:
        operations.set_channel(session, load_settings(), service="slack", address="slack://T1/A2/NewOne")
    assert run(MONDAY_MORNING + HOUR * 2) == ["done"]
    with unit_of_work(engine) as session:
        operations.set_channel(session, load_settings(), service="slack", address="slack://T1/A2/Another")
    assert run(MONDAY_MORNING + HOUR * 3) == []
    assert [path for path, _ in server.requests][1:] == ["/services/T1/A2/NewOne"]
    assert states(engine) == [("slack", WEEK, True, None)]


def test_key_is_replaced(engine, server, add_channel, run, team, monkeypatch):
    add_channel("slack")
    new_key = "B" * 42 + "A="
    monkeypatch.setenv("REPUTE_CONNECTION_KEYS", f"{new_key},{KEY}")
    with unit_of_work(engine) as session:
        assert operations.rotate(session, load_settings()) == (1, 0)
    monkeypatch.setenv("REPUTE_CONNECTION_KEYS", new_key)
    assert run() == ["done"]
    assert len(server.requests) == 1
    monkeypatch.setenv("REPUTE_CONNECTION_KEYS", KEY)
    with unit_of_work(engine) as session:
        assert operations.rotate(session, load_settings()) == (0, 1)


def test_nothing_is_sent_to_a_channel_that_was_removed(engine, server, add_channel, set_clock, team):
    add_channel("slack")
    set_clock(MONDAY_MORNING)
    with unit_of_work(engine) as session:
        assert operations.request_due(session, at=MONDAY_MORNING) == 1
        operations.remove_channel(session, service="slack")
    assert run_jobs(engine) == ["done"]
    assert (server.requests, messages(engine)) == ([], [])


def test_web_processes_do_not_load_apprise():
    code = "import server.app, server.channels.pages, server.jobs.handlers, sys; print('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
