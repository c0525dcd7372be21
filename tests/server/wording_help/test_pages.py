"""The administrators' page: the three choices, the key, the test of the endpoint, the notice to staff and the audit log."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core import encryption
from server.core.database.session import unit_of_work
from server.security.limits import WORDING_TESTS
from server.wording_help import operations, queries
from server.wording_help.endpoint import Endpoint
from tests.factories import new_cookie, new_user
from tests.forms import send
from tests.server.wording_help.endpoint_server import KEY, MODEL
from tests.snapshot import snapshot

PATH = "/settings/wording-help"


@pytest.fixture
def browser(wording_app, engine, choose):
    client = wording_app.test_client()
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    return client


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def fields(endpoint, **changes):
    return {"mode": "endpoint", "company": "Quill Models", "base_url": endpoint.url, "model": MODEL, "api_key": KEY} | changes


def last_entry(engine):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(AuditEntry).where(AuditEntry.object_type == "wording-help").order_by(AuditEntry.id.desc()))


def stored(engine):
    with unit_of_work(engine, writes=False) as session:
        choice = queries.get_choice(session)
        session.expunge_all()
        return choice


def test_off_until_an_administrator_chooses(engine, browser):
    page = browser.get(PATH)
    assert re.search(r'id="mode-off"[^>]*checked', page.text)
    assert "Send a test" not in page.text
    assert stored(engine).mode == "off"
    assert send(browser, f"{PATH}/test", PATH).status_code == 409


def test_key_is_stored_encrypted_and_never_shown_again(engine, browser, endpoint, wording_settings):
    assert send(browser, PATH, PATH, **fields(endpoint)).status_code == 303
    choice = stored(engine)
    assert (choice.mode, choice.company, choice.base_url, choice.model) == ("endpoint", "Quill Models", endpoint.url, MODEL)
    assert encryption.decrypt(wording_settings, choice.api_key) == {"api_key": KEY}
    assert KEY not in str(snapshot(engine))
    page = browser.get(PATH)
    assert KEY not in page.text
    assert "One is stored, encrypted. Leave this empty to keep it." in words(page)
    assert send(browser, PATH, PATH, **fields(endpoint, api_key="", model="another")).status_code == 303
    assert encryption.decrypt(wording_settings, stored(engine).api_key) == {"api_key": KEY}
    assert last_entry(engine).changes == {"wording_model": [MODEL, "another"]}


def test_another_address_needs_the_key_again(browser, endpoint):
    """Or whoever may change the address could read the key at one of their own."""
    send(browser, PATH, PATH, **fields(endpoint))
    response = send(browser, PATH, PATH, **fields(endpoint, base_url="https://elsewhere.example.com/v1", api_key=""))
    assert response.status_code == 422
    assert "This must be entered again, because the address is another one." in words(response)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"company": " "}, "This is missing."),
        ({"company": "x" * 101}, "This must have at most 100 characters."),
        ({"model": ""}, "This is missing."),
        ({"base_url": "http://169.254.169.254/v1"}, "This must start with https://, as in https://llm.example.com/v1."),
        ({"base_url": "https://10.0.0.4/v1"}, "This must not lead to this machine or an internal network"),
        ({"api_key": "two words"}, "This must be a key as the company shows it, without blanks."),
        ({"api_key": "x" * 501}, "This must have at most 500 characters."),
        ({"mode": "cloud"}, "This must be one of off, device, endpoint."),
    ],
)
def test_wrong_field_is_told_and_nothing_is_saved(engine, browser, endpoint, change, message):
    response = send(browser, PATH, PATH, **fields(endpoint, **change))
    assert response.status_code == 422
    assert message in words(response)
    assert KEY not in response.text
    assert stored(engine).mode == "off"
    if "mode" not in change:
        name = next(iter(change))
        assert re.search(rf'id="{name}"[^>]*aria-invalid="true"', response.text)
        assert re.search(r'id="mode-endpoint"[^>]*checked', response.text), "what was chosen stays"


def test_any_other_choice_deletes_address_and_key(engine, browser, endpoint):
    send(browser, PATH, PATH, **fields(endpoint))
    assert send(browser, PATH, PATH, mode="device").status_code == 303
    choice = stored(engine)
    assert (choice.mode, choice.company, choice.base_url, choice.model, choice.api_key) == ("device", "", "", "", None)
    assert last_entry(engine).changes == {
        "wording_mode": ["endpoint", "device"],
        "wording_company": ["Quill Models", None],
        "wording_address": [endpoint.url, None],
        "wording_model": [MODEL, None],
        "wording_key": ["set", None],
    }
    before = last_entry(engine).id
    send(browser, PATH, PATH, mode="device")
    assert last_entry(engine).id == before, "nothing changed"


def test_audit_log_says_it_in_words(browser, endpoint):
    send(browser, PATH, PATH, **fields(endpoint))
    page = words(browser.get("/audit?action=wording-help.changed"))
    assert "Changed where suggested wordings come from" in page
    assert "Company that receives texts for wordings" in page
    assert KEY not in page


def test_company_is_named_in_a_new_version_of_the_notice(browser, endpoint, notice_version):
    first = notice_version()
    assert "Suggested wordings are switched off" in words(browser.get("/me/data"))
    send(browser, PATH, PATH, mode="device")
    assert notice_version() == first
    assert "by the model that is built into your browser" in words(browser.get("/me/data"))
    send(browser, PATH, PATH, **fields(endpoint))
    second = notice_version()
    assert second != first
    assert "are written by a service of Quill Models" in words(browser.get("/me/data"))
    send(browser, PATH, PATH, **fields(endpoint, api_key="sk-new"))
    assert notice_version() == second
    send(browser, PATH, PATH, **fields(endpoint, company="Other Models"))
    assert notice_version() != second


def test_test_sends_our_own_words_and_says_how_it_went(engine, browser, endpoint):
    send(browser, PATH, PATH, **fields(endpoint))
    response = send(browser, f"{PATH}/test", PATH)
    assert response.status_code == 200
    assert "It works. It answered with a wording after" in words(response)
    assert endpoint.material["draft"] == operations.TEST.draft
    assert last_entry(engine).action == "wording-help.tested"
    endpoint.fault = "403"
    assert "No wording. The endpoint refuses the key" in words(send(browser, f"{PATH}/test", PATH))
    endpoint.fault = "redirect"
    assert "or the endpoint sent us to another one" in words(send(browser, f"{PATH}/test", PATH))
    for _ in range(WORDING_TESTS.times):
        last = send(browser, f"{PATH}/test", PATH)
    assert last.status_code == 429


def test_key_that_cannot_be_read_is_said_to_be_missing(engine, browser, endpoint, choose):
    choose()
    with unit_of_work(engine) as session:
        queries.get_choice(session).api_key = "gAAAA"
    assert "The key cannot be decrypted on this server" in words(send(browser, f"{PATH}/test", PATH))


def test_key_is_encrypted_again_with_a_new_key(engine, choose, wording_settings):
    choose()
    before = stored(engine).api_key
    with unit_of_work(engine) as session:
        assert operations.rotate(session, wording_settings) == (1, 0)
    after = stored(engine).api_key
    assert after != before
    assert encryption.decrypt(wording_settings, after) == {"api_key": KEY}
    with unit_of_work(engine) as session:
        queries.get_choice(session).api_key = "gAAAA"
        session.flush()
        assert operations.rotate(session, wording_settings) == (0, 1)


def test_key_is_in_no_representation():
    assert KEY not in repr(Endpoint("https://llm.example.com", MODEL, KEY))
