"""Where to report a vulnerability (RFC 9116)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event

from server.app import create_app
from server.core.database.engine import make_engine
from server.core.settings import Settings
from server.web.security_txt import PATH, compose
from tests.databases import SECRET, settings_for

pytestmark = pytest.mark.sqlite_only

CONTACT = "mailto:security@example.com"


@pytest.fixture
def get():
    """A function that requests the file, as somebody with a session's cookie. The database does not exist, and a connection to
    it would fail the test."""
    engine = make_engine("sqlite:////nowhere/repute.db")
    connections = []
    event.listen(engine, "do_connect", lambda *_: connections.append("opened"))
    apps = []

    def request(**values):
        app = create_app(Settings(secret_key=SECRET, **values), engine)
        apps.append(app)
        client = app.test_client()
        for name in ("repute", "__Host-repute"):
            client.set_cookie(name, "a session", secure=True, domain="repute.example.com")
        return client.get(PATH, base_url="https://repute.example.com")

    yield request
    assert connections == []
    for app in apps:
        for app_engine in app.extensions["engines"]:
            app_engine.dispose()


def test_contact_is_served_without_the_database(get):
    response = get(security_contact=CONTACT, base_url="https://repute.example.com/")
    assert (response.status_code, response.content_type) == (200, "text/plain; charset=utf-8")
    contact, expires, canonical = response.text.splitlines()
    assert contact == "Contact: mailto:security@example.com"
    assert expires.startswith("Expires: ")
    assert canonical == "Canonical: https://repute.example.com/.well-known/security.txt"
    assert response.text.endswith("\n")


def test_there_is_no_file_without_a_contact(get):
    assert get().status_code == 404


@pytest.mark.parametrize("base_url", ["", "http://repute.example.com"])
def test_only_an_address_with_tls_is_canonical(get, base_url):
    assert "Canonical" not in get(security_contact=CONTACT, base_url=base_url).text


@pytest.mark.parametrize(
    ("today", "expires"),
    [
        (date(2026, 11, 1), "2027-11-01T00:00:00Z"),
        (date(2026, 11, 30), "2027-11-01T00:00:00Z"),
        (date(2028, 2, 29), "2029-02-01T00:00:00Z"),
    ],
)
def test_it_expires_a_year_after_the_start_of_the_month(today, expires):
    settings = settings_for("", security_contact="https://example.com/security")
    assert compose(settings, today=today) == f"Contact: https://example.com/security\nExpires: {expires}\n"


@pytest.mark.parametrize(
    "contact",
    [
        "security@example.com", "mailto:security", "mailto:a@b\nExpires: never", "mailto:a@b c", "http://example.com/security",
        "https://", "https:///security", "https://example.com/\r\nCanonical: https://x", "https://exämple.com", "tel:+1",
    ],
)  # fmt: skip
def test_other_contacts_are_refused(contact):
    with pytest.raises(ValueError, match="security_contact"):
        settings_for("", security_contact=contact)
