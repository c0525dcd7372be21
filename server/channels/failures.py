"""Why a message could not be sent to a channel, as codes, and in words for administrators."""

from __future__ import annotations

from server.jobs.queue import TryLater

SENTENCES = {
    "refused": "The service refused the message. The webhook or workflow may have been removed: create a new one and enter its "
    "address.",
    "later": "The service asks to try again later.",
    "unreachable": "The service cannot be reached. Check whether this server may connect to it.",
    "no-answer": "The service did not answer. The message may have arrived, so it is not sent again.",
    "interrupted": "Repute stopped while it was sending. The message may have arrived, so it is not sent again.",
    "key": "The key that the address was encrypted with is not on this server, as after a restore without it. Enter the "
    "address again.",
    "nothing": "No team had five active people in that week, so there was nothing to send.",
    "unexpected": "The message was not sent, for a reason that Repute does not understand.",
}
#: Those after which the same message is tried again.
TEMPORARY = frozenset({"later", "unreachable"})
#: Those after which the channel certainly has no message.
DID_NOT_ARRIVE = frozenset({"refused", "key"}) | TEMPORARY


class ChannelFailure(Exception):
    """``code``: of ``SENTENCES``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ChannelMessageNotSentYet(TryLater):
    """The name that ``python -m server jobs`` shows."""


def sentence(code: str) -> str:
    """Also for a code of another release."""
    return SENTENCES.get(code, SENTENCES["unexpected"])
