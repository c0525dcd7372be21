"""The job that sends a message: once, with a link that works, and again later if the mail server cannot take it now."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs.models import Job
from server.mail import operations
from server.mail.models import MailMessage
from server.people.queries import get_organisation
from server.security import operations as security
from server.security.models import LoginLink
from tests.factories import make_identity, make_user
from tests.mail_server import BASE_URL, links_in


@pytest.fixture
def invited(engine):
    """Somebody who has just been invited."""
    with unit_of_work(engine) as session:
        admin = make_user(session, role="admin", name="Ada Quist")
        person = make_user(session, name="Zoë Vale", acknowledged=False)
        invited = operations.invite(session, sender=make_identity(admin), user_ids=[person.id])
        assert invited.sent == 1
    return person


def message_to(engine, person):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(MailMessage).where(MailMessage.user_id == person.id)).one()


def job_of(engine, message):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(Job).where(Job.idempotency_key == f"mail.send:{message.id}")).one()


def test_invitation_arrives_once_with_a_link_that_signs_in_once(engine, server, work, invited):
    assert work() == ["done"]
    assert work() == []
    (text,) = server.messages
    assert server.recipients == [invited.email]
    assert text["Subject"] == "Ada Quist invited you to Repute"
    assert text["To"].addresses[0].display_name == "Zoë Vale"
    assert message_to(engine, invited).sent_at is not None
    (path,) = set(links_in(text))
    with unit_of_work(engine) as session:
        started = security.use_link(session, secret=path.removeprefix("/link/"))
        assert started.awaiting is None
        assert not security.is_link_usable(session, secret=path.removeprefix("/link/"))


def test_neither_job_nor_message_holds_text_address_or_link(engine, server, work, invited):
    work()
    message = message_to(engine, invited)
    assert job_of(engine, message).args == {"message_id": message.id}
    stored = {column.name: getattr(message, column.name) for column in MailMessage.__table__.columns}
    assert {name for name, value in stored.items() if isinstance(value, str)} == {"kind"}
    (path,) = set(links_in(server.messages[0]))
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(LoginLink).where(LoginLink.secret_hash.contains(path[6:]))).all() == []


def test_server_that_is_down_is_tried_again_and_the_message_is_sent_once(engine, server, work, invited, monkeypatch):
    monkeypatch.setenv("REPUTE_SMTP_URL", "smtp://127.0.0.1:1")
    before = now()
    assert work() == ["queued"]
    message = message_to(engine, invited)
    job = job_of(engine, message)
    assert (message.failure, message.sent_at, job.last_error) == ("unreachable", None, "MailNotSentYet")
    # Longer than other jobs wait: a mail server that greylists takes no message for some minutes.
    assert (job.run_after - before).total_seconds() >= 120
    monkeypatch.setenv("REPUTE_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
    assert work() == ["done"]
    message = message_to(engine, invited)
    assert (message.failure, message.failed_at, len(server.messages)) == (None, None, 1)


def test_refusal_for_now_is_tried_again_until_the_attempts_are_used_up(engine, server, work, invited):
    server.replies = {invited.email: "450 4.2.0 Greylisted"}
    assert [work() for _ in range(5)] == [["queued"]] * 4 + [["failed"]]
    message = message_to(engine, invited)
    assert (message.failure, message.reply, message.sent_at) == ("later", "450 4.2.0", None)


def test_unknown_recipient_is_not_tried_again_and_delays_nobody_else(engine, server, work, invited):
    server.replies = {invited.email: "550 5.1.1 No such user"}
    with unit_of_work(engine) as session:
        other = make_user(session, acknowledged=False)
        operations.request_sign_in_link(session, email=other.email)
    assert work() == ["done", "done"]
    message = message_to(engine, invited)
    assert (message.failure, message.reply) == ("recipient", "550 5.1.1")
    assert server.recipients == [other.email]


def test_message_accepted_but_not_recorded_is_sent_again_with_the_same_id(engine, server, work, invited):
    work()
    with unit_of_work(engine) as session:
        message = session.scalars(select(MailMessage).where(MailMessage.user_id == invited.id)).one()
        message.sent_at = None
        session.scalars(select(Job).where(Job.idempotency_key == f"mail.send:{message.id}")).one().state = "queued"
    assert work() == ["done"]
    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]
    with unit_of_work(engine, writes=False) as session:
        secrets = [links_in(text)[0].removeprefix("/link/") for text in (first, second)]
        assert [security.is_link_usable(session, secret=secret) for secret in secrets] == [True, True]


def test_nothing_is_sent_to_who_signed_in_or_left_meanwhile(engine, server, work, invited):
    with unit_of_work(engine) as session:
        leaver = make_user(session, acknowledged=False)
        operations.request_sign_in_link(session, email=leaver.email)
        security.start_session(session, user_id=invited.id)
        session.merge(leaver).is_active = False
    assert work() == ["done", "done"]
    assert server.messages == []
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(MailMessage).where(MailMessage.user_id.in_([invited.id, leaver.id]))).all() == []


def test_without_mail_the_message_says_so(engine, work, invited):
    assert work() == ["done"]
    assert message_to(engine, invited).failure == "off"


def test_link_stops_working_when_the_address_changes(engine, server, work, invited, other_address):
    work()
    secret = links_in(server.messages[0])[0].removeprefix("/link/")
    with unit_of_work(engine) as session:
        session.merge(invited).email = other_address
    with unit_of_work(engine, writes=False) as session:
        assert not security.is_link_usable(session, secret=secret)


def test_with_single_sign_on_the_invitation_leads_to_the_sign_in_page(engine, server, work, invited, monkeypatch):
    for name, value in (
        ("ISSUER", "https://login.example.com"),
        ("CLIENT_ID", "a"),
        ("CLIENT_SECRET", "b"),
        ("NAME", "Acme ID"),
    ):
        monkeypatch.setenv(f"REPUTE_OIDC_{name}", value)
    assert work() == ["done"]
    (text,) = server.messages
    assert links_in(text) == []
    assert "Sign in with Acme ID" in text.get_body(("html",)).get_content()
    assert re.search(r"https://repute\.example\.com/sign-in\s", text.get_body(("plain",)).get_content())


@pytest.mark.parametrize(("role", "awaiting"), [("manager", "enrolment"), ("rep", None)])
def test_mailed_link_is_no_more_than_a_password(engine, server, work, role, awaiting):
    with unit_of_work(engine) as session:
        user = make_user(session, role=role)
        operations.request_sign_in_link(session, email=user.email)
    work()
    secret = links_in(server.messages[0])[0].removeprefix("/link/")
    with unit_of_work(engine) as session:
        assert security.use_link(session, secret=secret).awaiting == awaiting


def test_invitation_follows_the_organisations_settings(engine, server, work, invited):
    with unit_of_work(engine) as session:
        get_organisation(session).team_only = True
    work()
    with unit_of_work(engine) as session:
        get_organisation(session).team_only = False
    assert "nothing about one person" in server.messages[0].get_body(("plain",)).get_content()


@pytest.mark.parametrize(("kind", "path"), [("appeal-opened", "/appeals"), ("appeal-answered", "/me/appeals")])
def test_word_of_an_appeal_leads_to_the_page_and_signs_nobody_in(engine, server, work, kind, path):
    with unit_of_work(engine) as session:
        person = make_user(session, name="Zoë Vale")
        operations.notify(session, kind=kind, user=person)
    assert work() == ["done"]
    (text,) = server.messages
    assert server.recipients == [person.email]
    assert f"{BASE_URL}{path}" in text.get_body(("plain",)).get_content()
    assert links_in(text) == []


def test_no_word_of_an_appeal_to_people_of_the_demonstration(engine, work):
    with unit_of_work(engine) as session:
        person = make_user(session)
        person.is_demonstration = True
        operations.notify(session, kind="appeal-answered", user=person)
    assert work() == []
