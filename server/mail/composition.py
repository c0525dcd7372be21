"""Writes a message: plain text from a template, and the same as simple HTML.

A template's first line is the subject. Paragraphs are separated by empty lines; lines that begin with ``- `` are a list, and
the action's address alone becomes a button. There are no images, and nothing tells when a message is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from server.mail.failures import MailFailure

TEMPLATES = Path(__file__).parent / "messages"
#: Seven bits and short lines pass every mail server.
POLICY = policy.SMTP.clone(cte_type="7bit", raise_on_defect=False)
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
#: Without quotation: what SMTP's commands and the headers take as it is. Letters beyond ASCII are allowed.
ADDRESS = re.compile(r'[^\s<>()\[\],;:\\"@\x00-\x1f\x7f]{1,64}@[^\s<>()\[\],;:\\"@\x00-\x1f\x7f]+')
URL = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?]")

_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Action:
    """What the reader is asked to do: a button in HTML, an address in plain text."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """``message_id``: the part before the @, the same for each attempt at a message, by which servers recognise a copy."""

    sender_name: str
    sender: str
    recipient_name: str
    recipient: str
    message_id: str
    at: datetime
    reply_to: tuple[str, str] | None = None


def compose(template: str, envelope: Envelope, *, action: Action | None = None, **values: Any) -> EmailMessage:
    """Raises ``MailFailure`` if a header cannot hold the recipient's address."""
    subject, _, body = _environment.get_template(f"{template}.txt").render(action=action, **values).partition("\n")
    body = tidy(body)
    page = _environment.get_template("message.html").render(
        subject=one_line(subject), blocks=_blocks(body, action), action=action
    )
    return build(envelope, subject=subject, text=body, page=page)


def build(envelope: Envelope, *, subject: str, text: str, page: str, headers: Mapping[str, str] | None = None) -> EmailMessage:
    """A message with the same content as plain text and as an HTML ``page``. Raises ``MailFailure`` like ``compose``."""
    message = EmailMessage(policy=POLICY)
    message["Subject"] = one_line(subject)
    message["From"] = _address(envelope.sender_name, envelope.sender)
    message["To"] = _address(envelope.recipient_name, envelope.recipient)
    if envelope.reply_to is not None:
        message["Reply-To"] = _address(*envelope.reply_to)
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = f"<{envelope.message_id}@{envelope.sender.rpartition('@')[2]}>"
    # Asks out-of-office replies to stay away (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    return message


def tidy(text: str) -> str:
    """Without the empty lines that conditions in a template leave."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def one_line(text: str) -> str:
    """For headers: without control characters and line breaks."""
    return " ".join(CONTROL.sub(" ", text).split())


def _address(name: str, address: str) -> Address:
    if not ADDRESS.fullmatch(address):
        raise MailFailure("address")
    try:
        return Address(one_line(name), addr_spec=address)
    except (ValueError, IndexError):
        raise MailFailure("address") from None


def _blocks(body: str, action: Action | None) -> list[tuple[str, list[Markup]]]:
    """The paragraphs with their kinds: ``action``, ``list`` or ``text``."""
    blocks = []
    for paragraph in body.strip().split("\n\n"):
        lines = paragraph.splitlines()
        if action is not None and paragraph == action.url:
            blocks.append(("action", [escape(paragraph)]))
        elif all(line.startswith("- ") for line in lines):
            blocks.append(("list", [_with_links(line[2:]) for line in lines]))
        else:
            blocks.append(("text", [_with_links(" ".join(lines))]))
    return blocks


def _with_links(text: str) -> Markup:
    parts, end = [], 0
    for match in URL.finditer(text):
        link = Markup('<a href="{0}">{0}</a>').format(match[0])
        parts += [escape(text[end : match.start()]), link]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])
