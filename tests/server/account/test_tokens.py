"""The page of personal tokens, without JavaScript, and how administrators revoke somebody's tokens."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from server.core.database.session import unit_of_work
from server.security import personal_tokens
from server.security.models import WebSession
from tests.factories import new_cookie, new_user
from tests.forms import send
from tests.server.account.token_pages import TOKEN, tokens_of

pytestmark = pytest.mark.sqlite_only

PAGE = "/settings/tokens"


def test_token_is_shown_once_and_revoked(rep_client, engine, rep):
    created = send(rep_client, PAGE, PAGE, label="Notes <home>", months="6")
    assert len(re.findall(TOKEN, created.text)) == 1
    assert created.headers["Cache-Control"] == "no-store"
    page = rep_client.get(PAGE).text
    assert re.findall(TOKEN, page) == []
    assert "Notes &lt;home&gt;" in page
    assert "Never used" in page
    (token,) = tokens_of(engine, rep)
    assert 180 <= (token.expires_at - token.created_at).days <= 184
    assert send(rep_client, f"{PAGE}/{token.id}/revoke", PAGE).location == PAGE
    assert tokens_of(engine, rep) == []


def test_errors_are_reported_at_their_field_and_nothing_typed_is_lost(rep_client, engine, rep):
    response = send(rep_client, PAGE, PAGE, label="  ", months="6")
    assert (response.status_code, "This must have 1 to 100 characters." in response.text) == (422, True)
    assert '<option value="6" selected>' in response.text
    response = send(rep_client, PAGE, PAGE, label="Obsidian", months="many")
    assert (response.status_code, "This must be from 1 to 12 months." in response.text) == (422, True)
    assert 'value="Obsidian"' in response.text
    with unit_of_work(engine) as session:
        for _ in range(personal_tokens.MAX_TOKENS):
            personal_tokens.add(session, user_id=rep.id, label="Editor", months=1)
    response = send(rep_client, PAGE, PAGE, label="Obsidian", months="6")
    assert (response.status_code, "Revoke one that you no longer use first." in response.text) == (409, True)


def test_creating_a_token_needs_a_recent_confirmation(rep_client, engine, rep):
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).where(WebSession.user_id == rep.id).values(confirmed_at=None))
    answer = send(rep_client, PAGE, PAGE, label="Obsidian", months="6")
    assert (answer.status_code, answer.location) == (303, f"/confirm?next={PAGE}")
    assert tokens_of(engine, rep) == []


def test_admin_revokes_somebodys_tokens_and_managers_cannot(client, engine, rep):
    path = f"/people/{rep.id}"
    for label in ("Obsidian", "VS Code"):
        with unit_of_work(engine) as session:
            personal_tokens.add(session, user_id=rep.id, label=label, months=1)
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="manager")))
    assert send(client, f"{path}/tokens/revoke", "/settings").status_code == 404
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    page = client.get(path).text
    assert "2 tokens for editors, never used" in " ".join(page.split())
    assert "Obsidian" not in page
    assert send(client, f"{path}/tokens/revoke", path).location == path
    assert tokens_of(engine, rep) == []
    assert send(client, "/people/999999/tokens/revoke", path).status_code == 404
