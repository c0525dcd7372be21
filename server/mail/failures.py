"""Why a message could not be sent, as codes, and in words for administrators."""

from __future__ import annotations

import re
import smtplib
import ssl

from server.jobs.queue import TryLater

SENTENCES = {
    "off": "Mail is not configured on the server.",
    "unreachable": "The mail server cannot be reached. Check its name and port, and whether this server may connect to it.",
    "timeout": "The mail server does not answer. Check its port, and whether it expects smtp:// or smtps://.",
    "closed": "The mail server closed the connection. Check its port, and whether it expects smtp:// or smtps://.",
    "certificate": "The mail server's certificate is not trusted, or not for this name.",
    "encryption": "The mail server does not offer STARTTLS. Use smtps://, or another port.",
    "login": "The mail server refused the user name or the password.",
    "sender": "The mail server does not accept REPUTE_MAIL_FROM as sender.",
    "recipient": "The mail server does not accept the person's address.",
    "address": "The person's address is not one that mail can be sent to.",
    "content": "The mail server refused the message.",
    "later": "The mail server asks to try again later.",
    "unexpected": "The mail server answered in a way that Repute does not understand.",
}
#: Those which no further attempt changes.
PERMANENT = frozenset({"off", "recipient", "address", "content"})
_REFUSALS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPSenderRefused, "sender"),
    (smtplib.SMTPDataError, "content"),
    (smtplib.SMTPAuthenticationError, "login"),
)
#: In this order: the first ones are kinds of OSError too.
_CONNECTION_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "timeout"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "closed"),
    (ConnectionResetError, "closed"),
    (BrokenPipeError, "closed"),
    (smtplib.SMTPServerDisconnected, "closed"),
    (smtplib.SMTPException, "unexpected"),
    (OSError, "unreachable"),
)
#: An enhanced status code (RFC 3463) at the beginning of a reply.
STATUS = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class MailFailure(Exception):
    """``code``: of ``SENTENCES``. ``reply``: the server's, in numbers."""

    def __init__(self, code: str, reply: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reply = reply


class MailNotSentYet(TryLater):
    """The name that ``python -m server jobs`` shows."""


def sentence(code: str) -> str:
    """Also for a code of another release."""
    return SENTENCES.get(code, SENTENCES["unexpected"])


def describe(error: Exception) -> MailFailure:
    """What an error of ``smtplib`` or of the connection means."""
    if isinstance(error, MailFailure):
        return error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        (number, text), *_ = error.recipients.values()
        return _refusal("recipient", number, text)
    if isinstance(error, smtplib.SMTPResponseException):
        code = next((code for kind, code in _REFUSALS if isinstance(error, kind)), "unexpected")
        return _refusal(code, error.smtp_code, error.smtp_error)
    # smtplib reports a timeout while it waits for an answer as a lost connection.
    cause = error.__context__ if isinstance(error.__context__, TimeoutError) else error
    return MailFailure(next((code for kind, code in _CONNECTION_ERRORS if isinstance(cause, kind)), "unexpected"))


def _refusal(code: str, number: int, text: bytes | str) -> MailFailure:
    """A reply of 400 to 499 may change by itself."""
    match = STATUS.match(text if isinstance(text, bytes) else text.encode(errors="replace"))
    reply = f"{number} {match[1].decode()}" if match else str(number)
    return MailFailure("later" if 400 <= number < 500 else code, reply)
