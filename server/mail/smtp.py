"""Hands one message to the mail server."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from email.message import EmailMessage

from server.core.mail_settings import MailSettings
from server.mail.failures import MailFailure, describe

#: For connecting, and for each answer.
TIMEOUT_SECONDS = 15.0
#: After the server could not be reached, further messages fail at once for so long: a hundred that wait for the same timeout
#: would keep other jobs waiting for half an hour.
UNREACHABLE_SECONDS = 60.0
_UNREACHABLE = frozenset({"unreachable", "timeout"})
_failures: dict[tuple[str, int], tuple[float, MailFailure]] = {}


def send(mail: MailSettings, message: EmailMessage, *, insist: bool = False) -> None:
    """Raises ``MailFailure`` unless the server accepted the message. ``insist``: try also just after the server could not be
    reached."""
    server = (mail.host, mail.port)
    until, earlier = _failures.pop(server, (0.0, None))
    if earlier is not None and time.monotonic() < until and not insist:
        _failures[server] = (until, earlier)
        raise MailFailure(earlier.code)
    try:
        _send(mail, message)
    except (OSError, ValueError, smtplib.SMTPException, MailFailure) as error:
        failure = describe(error)
        if failure.code in _UNREACHABLE:
            _failures[server] = (time.monotonic() + UNREACHABLE_SECONDS, failure)
        raise failure from None


def _send(mail: MailSettings, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if mail.encryption == "tls":
        connection = smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
    try:
        if mail.encryption == "starttls":
            _upgrade(connection, context)
        if mail.username:
            _log_in(connection, mail)
        try:
            connection.send_message(message, from_addr=mail.sender)
        except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError):
            # Letters beyond ASCII before the @ need a server that supports them (SMTPUTF8).
            raise MailFailure("address") from None
        # The server has accepted the message, whatever it answers now.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.quit()
    finally:
        connection.close()


def _upgrade(connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
    try:
        connection.starttls(context=context)
    except smtplib.SMTPNotSupportedError:
        raise MailFailure("encryption") from None


def _log_in(connection: smtplib.SMTP, mail: MailSettings) -> None:
    try:
        connection.login(mail.username, mail.password)
    except smtplib.SMTPNotSupportedError:
        raise MailFailure("login") from None
