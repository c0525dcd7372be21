"""Choosing quiet hours, stopping with one click, and switching digests on for everybody."""

from __future__ import annotations

from datetime import time

import pytest

from server.core.database.session import unit_of_work
from server.digests import queries
from server.digests.stop_links import stop_path
from server.people.models import User
from server.people.queries import get_organisation
from tests.databases import SECRET_KEYS, settings_for
from tests.factories import new_cookie, new_user
from tests.forms import send
from tests.mail_server import SENDER
from tests.server.digests.conftest import make_reader

pytestmark = pytest.mark.sqlite_only

PATH = "/settings/digest"


@pytest.fixture(scope="module")
def mail_app(make_app, database_url, tmp_path_factory):
    app = make_app(settings_for(
        database_url, data=tmp_path_factory.mktemp("data"), smtp_url="smtp://127.0.0.1:1", mail_from=SENDER, base_url="http://localhost",
    ))  # fmt: skip
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def rep(engine):
    with unit_of_work(engine) as session:
        return make_reader(session, name="Niamh Keane")


def signed_in(app, engine, person):
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, person))
    return client


def setting(engine, person):
    with unit_of_work(engine, writes=False) as session:
        return queries.setting_of(session, user_id=person.id)


def test_choices_are_kept_and_shown_again(mail_app, engine, rep):
    client = signed_in(mail_app, engine, rep)
    values = {"is_sent": "yes", "time_zone": "Asia/Kolkata", "quiet_from": "19:30", "quiet_until": "07:15"}
    assert send(client, PATH, PATH, **values).status_code == 303
    kept = setting(engine, rep)
    assert (kept.is_stopped, kept.time_zone, kept.quiet_weekends) == (False, "Asia/Kolkata", False)
    assert (kept.quiet_from, kept.quiet_until) == (time(19, 30), time(7, 15))
    page = client.get(PATH).text
    assert "<option selected>Asia/Kolkata</option>" in page
    assert 'value="19:30"' in page


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Mars/Base"), ("quiet_from", "25:00"), ("quiet_until", "")])
def test_wrong_values_are_named_at_their_field_and_nothing_typed_is_lost(mail_app, engine, rep, field, value):
    client = signed_in(mail_app, engine, rep)
    values = {"is_sent": "yes", "time_zone": "Asia/Kolkata", "quiet_from": "19:30", "quiet_until": "07:15"} | {field: value}
    answer = send(client, PATH, PATH, **values)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "19:30" in answer.text or field == "quiet_from"
    assert setting(engine, rep) is None


def test_one_click_stops_without_cookie_token_or_page(mail_app, engine, rep):
    path = stop_path(SECRET_KEYS, user_id=rep.id)
    client = mail_app.test_client()
    assert client.get(path).status_code == 200
    assert setting(engine, rep) is None, "opening the address alone, as scanners do, changes nothing"
    for _ in range(2):
        answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "no more weekly digests" in answer.text
        assert setting(engine, rep).is_stopped
    own = signed_in(mail_app, engine, rep)
    send(own, PATH, PATH, is_sent="yes", time_zone="", quiet_from="18:00", quiet_until="08:00", quiet_weekends="yes")
    assert not setting(engine, rep).is_stopped


def test_link_of_somebody_else_or_changed_stops_nothing(mail_app, engine, rep):
    other = new_user(engine)
    genuine = stop_path(SECRET_KEYS, user_id=rep.id)
    _, _, digest = genuine.rpartition("-")
    client = mail_app.test_client()
    for path in (f"/digest/stop/{other.id}-{digest}", genuine[:-1] + ("0" if genuine[-1] != "0" else "1"), "/digest/stop/x"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert setting(engine, rep) is None
    assert setting(engine, other) is None


def test_link_of_somebody_who_left_is_not_found(mail_app, engine, rep):
    with unit_of_work(engine) as session:
        session.get_one(User, rep.id).is_active = False
    client = mail_app.test_client()
    assert client.get(stop_path(SECRET_KEYS, user_id=rep.id)).status_code == 404
    assert client.post(stop_path(SECRET_KEYS, user_id=rep.id)).status_code == 404


def test_other_forms_still_need_their_token(mail_app, engine, rep):
    assert signed_in(mail_app, engine, rep).post(PATH, data={"is_sent": "yes"}).status_code == 400


def test_administrator_switches_digests_off_and_on(mail_app, engine):
    client = signed_in(mail_app, engine, new_user(engine, role="admin"))
    for form, expected in (({}, False), ({"weekly_digest": "yes"}, True)):
        assert send(client, "/settings/mail/digest", "/settings/mail", **form).status_code == 303
        with unit_of_work(engine, writes=False) as session:
            assert get_organisation(session).weekly_digest is expected


def test_digests_cannot_be_switched_on_without_mail(app, engine):
    client = signed_in(app, engine, new_user(engine, role="admin"))
    send(client, "/settings/mail/digest", "/settings/mail")
    assert send(client, "/settings/mail/digest", "/settings/mail", weekly_digest="yes").status_code == 422
    with unit_of_work(engine, writes=False) as session:
        assert not get_organisation(session).weekly_digest
