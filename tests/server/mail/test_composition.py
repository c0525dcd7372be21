"""What a message looks like on the wire: encoded, in two forms, and with nothing in its headers that does not belong there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest

from server.mail.composition import Action, Envelope, compose
from server.mail.failures import MailFailure

ACTION = Action("Sign in", "https://repute.example.com/link/abc-_1?x=1")
FIRM = SimpleNamespace(name="Quay & Söhne <KG>", team_only=True)


def write(template="sign-in-link", *, action=ACTION, organisation=FIRM, expires="1 Dec 2026, 12:00 (UTC)", **values):
    names = {"recipient_name": "Ann", "recipient": "ann@example.com"}
    names |= {name: values.pop(name) for name in list(values) if name in ("recipient_name", "recipient", "reply_to")}
    envelope = Envelope(
        sender_name=f"Repute at {organisation.name}", sender="repute@example.com", message_id="repute.7",
        at=datetime(2026, 11, 29, 16, tzinfo=UTC), **names,
    )  # fmt: skip
    known = {
        "name": names["recipient_name"],
        "organisation": organisation,
        "expires": expires,
        "origin": "https://repute.example.com",
    }
    return compose(template, envelope, action=action, **(known | values))


def invite(**values):
    known = {"inviter": "Ada Quist", "uses_bands": False, "provider": "", "needs_second_factor": False}
    return write("invitation", **(known | values))


def received(message):
    return message_from_bytes(message.as_bytes(), policy=policy.default)


def plain(message):
    return received(message).get_body(("plain",)).get_content().replace("\r\n", "\n")


def page(message):
    return received(message).get_body(("html",)).get_content()


def test_headers_name_sender_recipient_time_and_that_a_machine_wrote_it():
    message = received(
        write(recipient_name="Zoë Müller-Żak", recipient="zoe@example.com", reply_to=("Ada, Q.", "ada@example.com"))
    )
    assert message["From"].addresses[0].display_name == "Repute at Quay & Söhne <KG>"
    assert message["From"].addresses[0].addr_spec == "repute@example.com"
    assert [(one.display_name, one.addr_spec) for one in message["To"].addresses] == [("Zoë Müller-Żak", "zoe@example.com")]
    assert message["Reply-To"].addresses[0].display_name == "Ada, Q."
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<repute.7@example.com>", "auto-generated")
    assert message["Date"].datetime == datetime(2026, 11, 29, 16, tzinfo=UTC)


def test_every_line_is_ascii_and_short():
    lines = invite(recipient_name="Ольга " * 30).as_bytes().split(b"\r\n")
    assert all(line.isascii() and len(line) <= 998 for line in lines)
    assert max(len(line) for line in lines) <= 78


@pytest.mark.parametrize(
    "bad", ["Eve\r\nBcc: all@example.com", "Eve\nX: 1\n\nbody", "Eve\x00\u2028Bcc: x@y.z", "Eve\x85Bcc: x@y.z"]
)
def test_names_cannot_add_headers(bad):
    message = received(invite(recipient_name=bad, inviter=bad, organisation=SimpleNamespace(name=bad, team_only=False)))
    assert {name.lower() for name in message.keys()} == {  # noqa: SIM118
        "subject", "from", "to", "date", "message-id", "auto-submitted", "content-type", "mime-version",
    }  # fmt: skip
    assert [one.addr_spec for one in message["To"].addresses] == ["ann@example.com"]


@pytest.mark.parametrize("bad", ["a,b@example.com", "ann@example.com\r\nBcc: x@y.z", "<ann@example.com", "ann@@example.com"])
def test_address_that_no_header_can_hold_is_refused(bad):
    with pytest.raises(MailFailure) as refused:
        write(recipient=bad)
    assert refused.value.code == "address"


def test_both_forms_say_the_same_and_the_page_escapes_names():
    message = invite(recipient_name="<b>Ann</b>")
    said = re.sub(r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", " ", page(message), flags=re.DOTALL)
    for paragraph in plain(message).split("\n\n"):
        if not paragraph.startswith(("- ", "http")):
            escaped = paragraph.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            assert " ".join(escaped.split()) in " ".join(said.split())
    assert "<b>Ann" not in page(message)


def test_page_has_no_image_and_loads_nothing():
    assert not re.search(r"<(img|script|link|iframe|object)|url\(|@import|src=", page(invite()))
    links = set(re.findall(r'href="([^"]+)"', page(invite())))
    assert links == {ACTION.url, "https://repute.example.com/me/data", "https://repute.example.com/sign-in/link"}


@pytest.mark.parametrize(
    ("team_only", "uses_bands", "said"),
    [
        (True, False, "weekly totals of teams of at least five people"),
        (False, False, "the posts that you choose to count, with their points"),
        (False, True, "with their band and points"),
    ],
)
def test_invitation_says_what_managers_see_in_each_mode(team_only, uses_bands, said):
    text = plain(invite(organisation=SimpleNamespace(name="Quay", team_only=team_only), uses_bands=uses_bands))
    assert said in text
    assert ("your manager see whether you have signed in" in text) is not team_only
    assert (
        f"/me/data\n\nSign in with this link. It works once, until 1 Dec 2026, 12:00 (UTC):\n\n{ACTION.url}\n\nIf the" in text
    )


def test_invitation_with_single_sign_on_has_no_link_that_expires():
    text = plain(invite(provider="Acme ID", action=Action("Sign in with Acme ID", "https://repute.example.com/sign-in")))
    assert "You sign in with Acme ID" in text
    assert "https://repute.example.com/sign-in\n" in text
    assert "works once" not in text


def test_last_reminder_says_so():
    assert "This is the last reminder" in plain(write("reminder", **REMINDER, is_last=True))
    assert "reminds you once more" in plain(write("reminder", **REMINDER, is_last=False))


REMINDER = {"inviter": "", "uses_bands": False, "provider": "", "needs_second_factor": True, "invited_on": "2 Nov 2026"}
