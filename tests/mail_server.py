"""A real SMTP server on this machine, which keeps what it accepts and refuses what it is told to."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from server.core.mail_settings import MailSettings
from server.core.settings import Settings
from tests.databases import SECRET
from tests.live import free_port

BASE_URL = "https://repute.example.com"
SENDER = "repute@example.com"


@dataclass
class MailServer:
    """``replies``: what it answers instead of accepting, by command (``MAIL``, ``DATA``) or recipient."""

    port: int
    replies: dict[str, str] = field(default_factory=dict)
    password: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.replies:
            return self.replies["DATA"]
        self.recipients += envelope.rcpt_tos
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object) -> AuthResult:
        return AuthResult(success=login.password == self.password.encode(), handled=False)

    def mail_settings(self, **values: object) -> MailSettings:
        return MailSettings(**({"host": "127.0.0.1", "port": self.port, "encryption": "none", "sender": SENDER} | values))

    def settings(self, **values: object) -> Settings:
        """Of a Repute that sends through this server."""
        known = {"smtp_url": f"smtp://127.0.0.1:{self.port}", "mail_from": SENDER, "base_url": BASE_URL}
        return Settings(secret_key=SECRET, **(known | values))


@contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, password: str = "", **options: object
) -> Iterator[MailServer]:
    """With a password, it offers STARTTLS and takes messages only from those who signed in."""
    handler = MailServer(free_port(), password=password)
    options |= {"tls_context": starttls, "require_starttls": starttls is not None}
    if password:
        options |= {"authenticator": handler.authenticate, "auth_required": True}
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port, ssl_context=tls, **options)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that accepts connections and never says anything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def links_in(message: EmailMessage) -> list[str]:
    """The one-time links, as paths, in the plain text and in the HTML."""
    parts = [message.get_body((kind,)).get_content() for kind in ("plain", "html")]
    return [path for part in parts for path in re.findall(r"/link/[\w-]+", part)]
