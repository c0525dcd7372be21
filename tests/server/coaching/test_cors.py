"""Browsers may call LanguageTool's API from the origins that an administrator listed, and from no other."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from tests.factories import new_cookie, new_token, new_user

pytestmark = pytest.mark.sqlite_only

LISTED, APP, OTHER = "https://notes.example.com", "app://obsidian.md", "https://evil.example"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
PATHS = ("/v2/check", "/v2/languages", "/v2/info", "/v2/maxtextlength", "/v2/healthcheck")
FORM = {"text": "The planners counted the stops of one route.", "language": "en-US"}


@pytest.fixture(autouse=True)
def listed(engine):
    with unit_of_work(engine) as session:
        get_organisation(session).editor_origins = [APP, LISTED]


def cors_headers(response):
    return {name for name, _ in response.headers if name.lower().startswith("access-control-")}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", [LISTED, APP])
def test_a_listed_origin_may_ask_and_call(client, path, origin):
    response = client.options(path, headers={"Origin": origin} | ASKS)
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert response.headers["Access-Control-Allow-Methods"] == ("POST" if path == "/v2/check" else "GET")
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    [OTHER, "null", "*", "https://notes.example.com.evil.example", "http://notes.example.com", "https://NOTES.example.com", ""],
)
@pytest.mark.parametrize("path", PATHS)
def test_another_origin_gets_no_answer(client, path, origin):
    response = client.options(path, headers={"Origin": origin} | ASKS)
    assert response.status_code == 403
    assert response.text.startswith("Error: This origin is not allowed. An administrator can add it")
    assert cors_headers(response) == set()
    assert "Origin" in response.headers["Vary"]


def test_answers_and_errors_can_be_read_by_listed_origins_only(client, engine):
    token = new_token(engine, new_user(engine))
    for form, status in ((FORM | {"apiKey": token}, 200), (FORM, 401), (FORM | {"apiKey": token, "level": "x"}, 400)):
        for origin, allowed in ((LISTED, LISTED), (OTHER, None)):
            response = client.post("/v2/check", data=form, headers={"Origin": origin})
            assert response.status_code == status
            assert response.headers.get("Access-Control-Allow-Origin") == allowed
            assert "Access-Control-Allow-Credentials" not in response.headers
            assert "Origin" in response.headers["Vary"]


def test_no_other_address_answers_other_origins(client, engine):
    token = new_token(engine, new_user(engine))
    headers = {"Origin": LISTED} | ASKS
    for path in ("/api/v1/assess", "/sign-in", "/settings", "/scim/v2/Users", "/v2"):
        assert cors_headers(client.options(path, headers=headers)) == set()
        assert cors_headers(client.get(path, headers=headers | {"Authorization": f"Bearer {token}"})) == set()


def test_cookies_of_a_signed_in_person_are_not_accepted_from_a_listed_origin(client, engine):
    client.set_cookie("repute", new_cookie(engine, new_user(engine)))
    assert client.post("/v2/check", data=FORM, headers={"Origin": LISTED}).status_code == 401


def test_without_an_origin_the_list_is_not_looked_up(client, engine):
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    assert client.get("/v2/info").status_code == 200
    assert [statement for statement in statements if "organisation" in statement] == []
    assert client.get("/v2/info", headers={"Origin": LISTED}).status_code == 200
    assert [statement for statement in statements if "organisation" in statement] != []
