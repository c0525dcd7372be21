"""Handing a message to a real SMTP server, and what its refusals are called."""

from __future__ import annotations

import ssl
from email.message import EmailMessage

import pytest
import trustme

from server.mail import smtp
from server.mail.failures import PERMANENT, SENTENCES, MailFailure
from tests.live import free_port
from tests.mail_server import mail_server, silent_server

RECIPIENT = "ann@example.com"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def certificate(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """The server's certificate is trusted, as an operator with an authority of their own arranges it."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def send(settings, *, recipient=RECIPIENT, insist=False):
    message = EmailMessage()
    message["Subject"] = "Hello"
    message["From"], message["To"] = "repute@example.com", recipient
    message.set_content("Good morning\n")
    smtp.send(settings, message, insist=insist)


def failure_of(settings, **values):
    with pytest.raises(MailFailure) as caught:
        send(settings, **values)
    return caught.value


def test_message_is_accepted():
    with mail_server() as server:
        send(server.mail_settings())
    assert server.recipients == [RECIPIENT]
    assert server.messages[0].get_content().strip() == "Good morning"


@pytest.mark.usefixtures("trusted")
def test_starttls_and_login(certificate):
    with mail_server(starttls=certificate, password="sesame") as server:
        send(server.mail_settings(encryption="starttls", username="repute", password="sesame"))
        wrong = failure_of(server.mail_settings(encryption="starttls", username="repute", password="wrong"))
    assert len(server.messages) == 1
    assert (wrong.code, wrong.reply) == ("login", "535 5.7.8")
    assert "wrong" not in str(wrong)


@pytest.mark.usefixtures("trusted")
def test_tls_from_the_first_byte(certificate):
    with mail_server(tls=certificate) as server:
        send(server.mail_settings(encryption="tls"))
    assert len(server.messages) == 1


def test_certificate_of_an_unknown_authority_is_refused(certificate):
    with mail_server(starttls=certificate) as server:
        assert failure_of(server.mail_settings(encryption="starttls")).code == "certificate"
    assert server.messages == []


def test_server_without_starttls_gets_neither_password_nor_message():
    with mail_server() as server:
        refused = failure_of(server.mail_settings(encryption="starttls", username="repute", password="sesame"))
    assert refused.code == "encryption"
    assert server.messages == []


def test_password_for_a_server_that_asks_for_none_is_a_wrong_setting():
    with mail_server() as server:
        assert failure_of(server.mail_settings(username="repute", password="sesame")).code == "login"


@pytest.mark.parametrize(
    ("replies", "code", "reply"),
    [
        ({RECIPIENT: "550 5.1.1 No such user ann@example.com"}, "recipient", "550 5.1.1"),
        ({RECIPIENT: "450 4.2.0 Greylisted"}, "later", "450 4.2.0"),
        ({"MAIL": "553 5.7.1 Not your address"}, "sender", "553 5.7.1"),
        ({"DATA": "554 Spam"}, "content", "554"),
        ({"DATA": "421 4.3.2 Shutting down"}, "later", "421 4.3.2"),
    ],
)
def test_refusals_are_told_apart_and_keep_only_their_numbers(replies, code, reply):
    with mail_server() as server:
        server.replies = replies
        failure = failure_of(server.mail_settings())
    assert (failure.code, failure.reply) == (code, reply)
    assert server.messages == []


@pytest.mark.parametrize("supports", [True, False])
def test_letters_beyond_ascii_need_a_server_that_supports_them(supports):
    with mail_server(enable_SMTPUTF8=supports) as server:
        if supports:
            send(server.mail_settings(), recipient="zoë@example.com")
        else:
            assert failure_of(server.mail_settings(), recipient="zoë@example.com").code == "address"
    assert server.recipients == (["zoë@example.com"] if supports else [])


def test_server_that_is_down_is_not_asked_again_for_each_message(monkeypatch):
    with mail_server() as server:
        settings = server.mail_settings()
    assert failure_of(settings).code == "unreachable"
    monkeypatch.setattr(smtp, "_send", lambda *_args, **_values: pytest.fail("asked again"))
    assert failure_of(settings).code == "unreachable"
    asked = []
    monkeypatch.setattr(smtp, "_send", lambda *_args, **_values: asked.append(1))
    send(settings, insist=True)
    send(settings)
    assert len(asked) == 2


def test_server_that_says_nothing_ends_in_a_timeout(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    with silent_server() as port, mail_server() as server:
        assert failure_of(server.mail_settings(port=port)).code == "timeout"


def test_unknown_name_is_unreachable():
    with mail_server() as server:
        assert failure_of(server.mail_settings(host="mail.invalid", port=free_port())).code == "unreachable"


def test_every_permanent_failure_has_words():
    assert set(SENTENCES) >= PERMANENT
