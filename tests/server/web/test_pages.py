"""Template filters, the error page, the menu and the help page."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from server.core.database.session import unit_of_work
from server.web.pages import factor, initials, number, plural, signed, source_name, week_range
from server.wording_help.models import WordingHelp
from tests.factories import new_cookie, new_user

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "0"), (999, "999"), (12400, "12\u202f400"), (-8, "\u22128"), (41.5, "41.5")]
)
def test_number(value, expected):
    assert number(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(0, "0"), (7.2, "+7.2"), (-6.3, "\u22126.3")])
def test_signed(value, expected):
    assert signed(value) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "points"), (1, "point"), (-1, "point"), (2, "points"), (1.5, "points")])
def test_plural(count, expected):
    assert plural(count, "point") == expected


def test_plural_with_an_irregular_form():
    assert [plural(count, "person", "people") for count in (1, 2)] == ["person", "people"]


@pytest.mark.parametrize(("percent", "expected"), [(100, "1"), (150, "1.5"), (80, "0.8"), (0, "0")])
def test_factor(percent, expected):
    assert factor(percent) == expected


@pytest.mark.parametrize(
    ("monday", "expected"),
    [
        (date(2026, 11, 16), "16 – 22 Nov 2026"),
        (date(2026, 10, 26), "26 Oct – 1 Nov 2026"),
        (date(2026, 12, 28), "28 Dec 2026 – 3 Jan 2027"),
    ],
)
def test_week_range_repeats_month_or_year_only_where_it_changes(monday, expected):
    assert week_range(monday) == expected


@pytest.mark.parametrize(("name", "expected"), [("Grace Tan", "GT"), ("Hugo van Dijk", "HD"), ("Cher", "CH")])
def test_initials(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize(("role", "link"), [("rep", "/me"), ("manager", "/team"), ("admin", "/tuning")])
def test_a_page_that_does_not_exist_leads_to_those_of_the_role(client, engine, role, link):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    for path in ("/team/rep/0", "/no-such-page"):
        response = client.get(path)
        assert response.status_code == 404
        assert "It may not exist, or you may not have access." in response.text
        assert f'<a href="{link}">' in response.text
        assert '<a href="/help">' in response.text


def test_nobody_who_is_signed_out_sees_the_menu_on_an_error_page(client):
    page = client.get("/no-such-page").text
    assert "Page not found" in page
    assert "/help" not in page


@pytest.mark.parametrize("role", ["rep", "manager", "admin"])
def test_the_menu_of_every_role_leads_to_pages_that_open(client, engine, role):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    menu = client.get("/help").text.partition('class="rp-menu-list"')[2].partition("</details>")[0]
    links = re.findall(r'href="([^"]+)"', menu)
    assert {"/me/data", "/settings", "/help"} <= set(links)
    assert ("/settings/organisation" in links) == (role == "admin")
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_the_help_page_names_the_shortcuts_that_the_extension_registers(client, engine):
    client.set_cookie("repute", new_cookie(engine, new_user(engine)))
    page = client.get("/help").text
    manifest = (Path(__file__).parents[3] / "extension" / "src" / "manifest.ts").read_text()
    shortcuts = re.findall(r'default: "(Alt\+Shift\+[A-Z])"', manifest)
    assert len(shortcuts) == 3
    for shortcut in shortcuts:
        assert " + ".join(f"<kbd>{key}</kbd>" for key in shortcut.split("+")) in page


@pytest.mark.parametrize(
    ("role", "mode", "said"),
    [
        ("rep", "off", "No: your organisation has not switched this on. The coach gives advice"),
        ("admin", "off", "You can, under Wording help."),
        ("rep", "device", "the model that is built into your browser writes it, on your device"),
        ("rep", "endpoint", "go through your organisation's server to Acme AI, without your name"),
    ],
)
def test_the_help_page_says_where_suggested_wordings_come_from(client, engine, role, mode, said):
    with unit_of_work(engine) as session:
        session.merge(WordingHelp(id=1, mode=mode, company="Acme AI" if mode == "endpoint" else ""))
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", client.get("/help").text)).split()).replace(" .", ".")
    assert said in page
    assert ("no points depend on it" in page) == (mode != "off")
    with unit_of_work(engine) as session:
        session.delete(session.get_one(WordingHelp, 1))


@pytest.mark.parametrize("role", ["rep", "manager", "admin"])
def test_every_link_of_the_help_page_opens(client, engine, role):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    panel = client.get("/help").text.partition('<section class="rp-panel" aria-labelledby="questions">')[2]
    links = {link.partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', panel.partition("</section>")[0])}
    assert len(links) > 10
    assert [link for link in links if client.get(link).status_code != 200] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("hubspot", "HubSpot"),
        ("salesforce", "Salesforce"),
        ("crm", "the CRM"),
        ("file-1a2b3c4d", "a file"),
        ("Dialler", "Dialler"),
    ],
)
def test_source_name_is_what_people_call_it(source, expected):
    assert source_name(source) == expected
