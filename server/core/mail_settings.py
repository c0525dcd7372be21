"""The mail server, read from ``REPUTE_SMTP_URL``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

Encryption = Literal["tls", "starttls", "none"]

SUBMISSION_PORT, TLS_PORT = 587, 465
#: On this machine nobody listens between Repute and the mail server.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: One address without a name. It ends up in a header and in SMTP's MAIL command.
SENDER = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """``tls``: from the first byte; ``starttls``: the connection is upgraded, or the attempt fails."""

    host: str
    port: int
    encryption: Encryption
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)


def parse_smtp_url(url: str, *, sender: str) -> MailSettings:
    """``smtp://[user:password@]host[:port][?starttls=on|off]`` or ``smtps://...``. STARTTLS is on unless the server is on this
    machine. Raises ``ValueError`` with what is wrong, which never quotes the URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("must be smtp://user:password@host:port, with special characters percent-encoded") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise ValueError("must start with smtp:// or smtps:// and name the mail server, such as smtps://mail.example.com")
    options = parse_qs(parts.query, keep_blank_values=True)
    starttls = options.pop("starttls", ["off" if parts.hostname in LOOPBACK else "on"])
    if options or starttls not in (["on"], ["off"]):
        raise ValueError("knows one option: starttls=on or starttls=off")
    encryption: Encryption = "tls" if parts.scheme == "smtps" else "starttls" if starttls == ["on"] else "none"
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and not username:
        raise ValueError("has a password without a user name")
    if username and encryption == "none" and parts.hostname not in LOOPBACK:
        raise ValueError("would send the password unencrypted: remove starttls=off")
    return MailSettings(
        host=parts.hostname,
        port=port or (TLS_PORT if encryption == "tls" else SUBMISSION_PORT),
        encryption=encryption,
        sender=sender,
        username=username,
        password=password,
    )
