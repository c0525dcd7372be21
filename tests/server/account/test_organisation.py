"""The page with the organisation's settings: each form, its refusals, and what other pages say afterwards."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from server.audit.labels import SETTING_LABELS, VALUE_LABELS
from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.people.models import BASES, CREDIT_MODES, Organisation, User
from server.people.organisation import DEFAULT_SHARE_CHOICES
from server.people.queries import get_organisation
from server.security.models import WebSession
from tests.factories import make_only_admin, new_cookie, new_user
from tests.forms import send

pytestmark = pytest.mark.sqlite_only

PATH = "/settings/organisation"


@pytest.fixture
def admin(client, engine):
    """Signed in, and has just confirmed who they are."""
    user = new_user(engine, role="admin", name="Ada Cole")
    client.set_cookie("repute", new_cookie(engine, user))
    return client


def stored(engine):
    with unit_of_work(engine, writes=False) as session:
        return get_organisation(session)


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_only_administrators_open_it(client, engine, role):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role=role)))
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize("required", [False, True])
def test_a_single_administrator_is_told_before_and_after_requiring_a_second(admin, engine, required):
    hint = "so nobody can confirm your changes" if required else "make a colleague one under"
    with unit_of_work(engine) as session:
        get_organisation(session).two_person = required
        newest = session.scalars(select(User.id).where(User.role == "admin").order_by(User.id.desc()).limit(1)).one()
    new_user(engine, role="admin")
    assert "You are the only administrator" not in admin.get(PATH).text
    make_only_admin(engine, newest)
    page = admin.get(PATH).text
    assert "You are the only administrator" in page
    assert hint in page


@pytest.mark.parametrize(
    ("form", "fields", "column", "value"),
    [
        ("general", {"name": "Quay & Co", "time_zone": "Europe/Paris"}, "time_zone", "Europe/Paris"),
        ("credit", {"mode": "checks", "overseer": ""}, "credit_mode", "checks"),
        ("visibility", {"team_only": "no", "basis": "notice", "basis_on": "2026-01-05"}, "team_only_basis", "notice"),
        ("visibility", {"team_only": "yes"}, "team_only", True),
        ("appeals", {"answer_days": "12", "overseer_email": ""}, "answer_days", 12),
        ("scoring", {"two_person": "no"}, "two_person", False),
        ("quiet-mode", {"quiet_required": "yes"}, "quiet_required", True),
        ("sharing", {"choice": "never"}, "default_share_choice", "never"),
        (
            "editors",
            {"editor_origins": "https://Notes.example.com/\r\n\r\napp://obsidian.md"},
            "editor_origins",
            ["app://obsidian.md", "https://notes.example.com"],
        ),
        (
            "retention",
            {
                "text_retention_months": "6",
                "view_retention_months": "7",
                "note_retention_months": "6",
                "access_retention_days": "8",
                "export_days": "9",
            },
            "view_retention_months",
            7,
        ),
    ],
)
def test_each_form_is_stored_and_recorded_with_its_actor(admin, engine, form, fields, column, value):
    assert send(admin, f"{PATH}/{form}", PATH, **fields).status_code == 303
    assert getattr(stored(engine), column) == value
    with unit_of_work(engine, writes=False) as session:
        query = select(AuditEntry).where(AuditEntry.action == "organisation.changed").order_by(AuditEntry.id.desc())
        newest = session.scalars(query).first()
        assert column in newest.changes
        assert newest.role == "admin"


@pytest.mark.parametrize(
    ("form", "fields", "field"),
    [
        ("general", {"name": "Quay", "time_zone": "Atlantis"}, "time_zone"),
        ("editors", {"editor_origins": "https://notes.example.com/path"}, "editor_origins"),
        ("credit", {"mode": "bands", "overseer": ""}, "overseer"),
        ("visibility", {"team_only": "no", "basis": "", "basis_on": "2026-01-05"}, "basis"),
        ("visibility", {"team_only": "no", "basis": "notice", "basis_on": "yesterday"}, "basis_on"),
        ("appeals", {"answer_days": "soon", "overseer_email": ""}, "answer_days"),
        ("appeals", {"answer_days": "10", "overseer_email": "no@example.com"}, "overseer_email"),
        ("retention", {"text_retention_months": "99"}, "text_retention_months"),
        ("notice", {"addition": "long " * 1000}, "addition"),
    ],
)
def test_a_refusal_names_the_field_and_keeps_what_was_typed(admin, engine, form, fields, field):
    before = stored(engine)
    response = send(admin, f"{PATH}/{form}", PATH, **fields)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert f'<a href="#{field}">Go to the field</a>' in response.text
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', response.text)
    for typed in fields.values():
        assert typed.strip() in response.text
    after = stored(engine)
    assert all(getattr(before, name) == getattr(after, name) for name in Organisation.__table__.columns.keys())  # noqa: SIM118


@pytest.mark.parametrize("form", ["credit", "appeals", "visibility", "editors", "scoring", "retention"])
def test_settings_about_people_need_a_recent_confirmation(admin, engine, form):
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).values(confirmed_at=None))
    response = send(admin, f"{PATH}/{form}", PATH, mode="blind")
    assert response.location.startswith("/confirm")


def test_a_new_notice_is_shown_to_everybody_and_asks_them_to_confirm_again(admin, engine, app):
    rep = app.test_client()
    rep.set_cookie("repute", new_cookie(engine, new_user(engine)))
    assert "You confirmed this on" in rep.get("/me/data").text
    assert send(admin, f"{PATH}/notice", PATH, addition="Ask <b>Ida</b>.").status_code == 303
    page = rep.get("/me/data").text
    assert "Ask &lt;b&gt;Ida&lt;/b&gt;." in page
    assert "I have read this notice" in page
    assert re.search(r"<strong>\d+ of \d+</strong>", admin.get(PATH).text)


def test_an_overseer_with_an_account_is_stored(admin, engine):
    overseer, before = new_user(engine), stored(engine)
    fields = {"answer_days": "5", "overseer_email": f" {overseer.email.upper()} "}
    assert send(admin, f"{PATH}/appeals", PATH, **fields).status_code == 303
    assert stored(engine).overseer_id == overseer.id
    assert stored(engine).notice_version == before.notice_version
    assert overseer.email in admin.get(PATH).text
    send(admin, f"{PATH}/appeals", PATH, **fields | {"overseer_email": ""})
    assert stored(engine).overseer_id is None


def test_every_input_has_a_label_and_no_id_is_used_twice(admin):
    page = admin.get(PATH).text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    inputs = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page))
    assert inputs == set(re.findall(r'<label for="([^"]+)"', page))


def test_the_index_names_every_section_and_leads_to_pages_that_exist(admin):
    page = admin.get(PATH).text
    index = page[page.index('id="on-this-page"') : page.index("<section")]
    links = re.findall(r'href="([^"]+)"', index)
    assert {f"#{section}" for section in re.findall(r'<section[^>]* aria-labelledby="([^"]+)"', page)} <= set(links)
    assert [link for link in links if link.startswith("/") and admin.get(link).status_code != 200] == []


def test_the_audit_log_names_every_setting_in_plain_words():
    settings = {*Organisation.__table__.columns.keys()} - {"id", "is_demonstration", "created_at", "setup_dismissed_at"}
    assert settings <= SETTING_LABELS.keys()
    assert VALUE_LABELS["credit_mode"].keys() == set(CREDIT_MODES)
    assert VALUE_LABELS["default_share_choice"].keys() == set(DEFAULT_SHARE_CHOICES)
    assert VALUE_LABELS["team_only_basis"].keys() == set(BASES)
