"""The page that sets up editors: this server's address and a token in what is to be copied, without JavaScript."""

from __future__ import annotations

import html
import json
import re

import pytest
from sqlalchemy import update

from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from server.security.models import WebSession
from tests.forms import send
from tests.server.account.token_pages import TOKEN, tokens_of

pytestmark = pytest.mark.sqlite_only

PAGE = "/settings/editors"


def copied(page, element_id):
    """What a copy button copies."""
    match = re.search(rf'id="{element_id}"[^>]*>(.*?)</(?:pre|code|p)>', page, re.DOTALL)
    assert match
    return html.unescape(match[1]).strip()


def test_the_new_token_is_in_every_setting_once_and_works(rep_client, engine, rep, settings):
    before = rep_client.get(PAGE).text
    assert re.findall(TOKEN, before) == []
    assert copied(before, "obsidian-3") == "YOUR_TOKEN"
    response = send(rep_client, PAGE, PAGE, label="Obsidian", months="2")
    page, token = response.text, copied(response.text, "token")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert set(re.findall(TOKEN, page)) == {token}
    assert "YOUR_TOKEN" not in page
    assert [copied(page, f"obsidian-{n}") for n in (1, 2, 3)] == [settings.origin, rep.email, token]
    assert [copied(page, f"libreoffice-{n}") for n in (1, 2, 3)] == [f"{settings.origin}/v2", rep.email, token]
    for editor in ("vs-code-linter", "vs-code-ltex"):
        values = json.loads(f"{{{copied(page, editor).removesuffix(',')}}}").values()
        assert {rep.email, token} < set(values)
        assert {settings.origin, f"{settings.origin}/"} & set(values)
    assert f'languagetool-api-key "{token}"' in copied(page, "emacs-languagetool")
    assert f"editor:{token}@{settings.origin.partition('//')[2]}" in copied(page, "python-code")
    assert re.findall(TOKEN, rep_client.get(PAGE).text) == []
    assert [one.label for one in tokens_of(engine, rep)] == ["Obsidian"]
    form = {"text": "We opened a second yard behind the market. Thoughts?", "language": "en-US"}
    assert "Repute.EmptyQuestion" in rep_client.post("/v2/check", data=form, auth=("editor", token)).text


def test_the_example_in_python_is_valid(rep_client):
    compile(copied(rep_client.get(PAGE).text, "python-code"), "example", "exec")


def test_the_test_command_asks_for_the_token(rep_client, settings):
    command = copied(rep_client.get(PAGE).text, "self-test")
    assert command.startswith("curl -u editor --data-urlencode ")
    assert command.endswith(f" {settings.origin}/v2/check")


def test_errors_are_reported_at_their_field_and_nothing_typed_is_lost(rep_client, engine, rep):
    response = send(rep_client, PAGE, PAGE, label=" ", months="7")
    assert (response.status_code, "This must have 1 to 100 characters." in response.text) == (422, True)
    assert '<option value="7" selected>' in response.text
    assert tokens_of(engine, rep) == []


def test_creating_a_token_needs_a_recent_confirmation(rep_client, engine, rep):
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).where(WebSession.user_id == rep.id).values(confirmed_at=None))
    answer = send(rep_client, PAGE, PAGE, label="Obsidian", months="6")
    assert (answer.status_code, answer.location) == (303, f"/confirm?next={PAGE}")
    assert tokens_of(engine, rep) == []


def test_it_says_whether_obsidians_older_plugin_is_allowed(rep_client, engine):
    needs = "an administrator has to list"
    assert needs in rep_client.get(PAGE).text
    with unit_of_work(engine) as session:
        get_organisation(session).editor_origins = ["app://obsidian.md"]
    assert needs not in rep_client.get(PAGE).text
