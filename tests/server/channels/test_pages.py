"""The administrators' page about channels."""

from __future__ import annotations

import re

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.channels import operations, queries
from server.channels.addresses import SLACK_EXAMPLE, TEAMS_EXAMPLE
from server.core import encryption
from server.core.database.session import unit_of_work
from server.core.problems import Problem, as_sentence
from server.core.settings import Settings, load_settings
from tests.databases import settings_for
from tests.factories import new_cookie, new_user
from tests.forms import send
from tests.server.channels.conftest import KEY, TOKENS, messages, run_jobs

pytestmark = pytest.mark.sqlite_only

PATH = "/settings/channels"


@pytest.fixture(scope="module")
def channel_app(make_app, database_url, tmp_path_factory):
    return make_app(settings_for(database_url, data=tmp_path_factory.mktemp("data"), connection_keys=KEY))


@pytest.fixture
def browser(channel_app, engine):
    client = channel_app.test_client()
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    return client


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def test_address_is_saved_encrypted_and_not_shown_again(engine, browser):
    for service, address in (("slack", SLACK_EXAMPLE), ("teams", TEAMS_EXAMPLE)):
        assert send(browser, f"{PATH}/{service}", PATH, address=address).status_code == 303
    page = browser.get(PATH)
    assert "ends with evi7" in words(page)
    assert "ends with ture" in words(page)
    hints = page.text.replace(SLACK_EXAMPLE, "")
    assert TOKENS["token_a"] not in hints
    with unit_of_work(engine, writes=False) as session:
        stored = queries.channel_of(session, service="slack").address
        assert TOKENS["token_a"] not in stored
        assert encryption.decrypt(load_settings(), stored) == TOKENS
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert actions == ["channel.set", "channel.set"]


def test_refused_address_is_told_at_its_form_with_what_was_typed(engine, browser):
    response = send(browser, f"{PATH}/teams", PATH, address="msteams://a@b/c/d/e")
    assert response.status_code == 422
    assert "begins with msteams://, whose webhooks Microsoft has ended; create a workflow and enter its address." in words(
        response
    )
    assert re.search(r'id="teams-address"[^>]*value="msteams://a@b/c/d/e"[^>]*aria-invalid="true"', response.text)
    assert 'id="slack-error"' not in response.text
    with unit_of_work(engine, writes=False) as session:
        assert queries.all_channels(session) == []
    assert send(browser, f"{PATH}/discord", PATH, address="discord://a/b").status_code == 404


def test_test_arrives_and_its_result_is_on_the_page(engine, browser, server, add_channel):
    assert send(browser, f"{PATH}/slack/test", PATH).status_code == 404
    add_channel("slack")
    for _ in range(2):  # a double click sends one
        assert send(browser, f"{PATH}/slack/test", PATH).status_code == 303
    assert "on its way" in words(browser.get(PATH))
    assert run_jobs(engine) == ["done"]
    assert "Slack accepted it." in words(browser.get(PATH))
    (text,) = server.texts()
    assert "This was a test, with no numbers." in text


def test_failed_test_says_why_and_is_not_repeated(engine, browser, server, add_channel):
    add_channel("teams")
    server.status = 503
    send(browser, f"{PATH}/teams/test", PATH)
    assert run_jobs(engine) == ["done"]
    assert "not sent. The service asks to try again later." in words(browser.get(PATH))
    assert len(server.requests) == 1


def test_removed_channel_leaves_no_address(engine, browser, add_channel):
    add_channel("slack")
    send(browser, f"{PATH}/slack/test", PATH)
    for _ in range(2):
        assert send(browser, f"{PATH}/slack/remove", PATH).status_code == 303
    assert messages(engine) == []
    with unit_of_work(engine, writes=False) as session:
        assert queries.all_channels(session) == []


def test_page_says_when_it_is_sent_and_that_quiet_hours_do_not_apply(browser):
    said = words(browser.get(PATH))
    assert f"Sent on Mondays from {operations.SEND_AT.hour}:00 (UTC), also if that is in somebody's quiet hours" in said
    assert "no name and no number of a person" in said


def test_without_a_key_nothing_is_stored(session):
    settings = Settings(database_url="postgresql://nowhere/repute", connection_keys=SecretStr(""))
    with pytest.raises(Problem) as refused:
        operations.set_channel(session, settings, service="slack", address=SLACK_EXAMPLE)
    assert as_sentence(refused.value) == "This cannot be stored: set REPUTE_CONNECTION_KEYS on the server first."
    assert queries.all_channels(session) == []
