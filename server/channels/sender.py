"""Sends a message by Apprise. Only workers import it: it takes a while and brings many services, of which two are used.

Apprise says why a message was not sent in its log only, together with addresses, which are secrets. That log is read here and
goes nowhere else."""

from __future__ import annotations

import logging
import re
import threading
from typing import TYPE_CHECKING

from server.channels.addresses import Parts
from server.channels.failures import ChannelFailure

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

_STATUS = re.compile(r"error=(\d{3})\b")
#: The connection was made, and the message may have been read.
_NO_ANSWER = ("Read timed out", "Connection aborted", "RemoteDisconnected", "Connection broken")


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        # Another thread may be sending to the other service.
        own_thread = threading.get_ident()
        self.addFilter(lambda record: record.thread == own_thread)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def send(service: str, parts: Parts, *, title: str, body: str, origin: str) -> None:
    """``body``: Markdown. Raises ``ChannelFailure``."""
    from apprise import NotifyFormat  # noqa: PLC0415 (only workers import it)

    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    handler = _Lines()
    logger.addHandler(handler)
    try:
        is_sent = _plugin(service, parts, origin).notify(body=body, title=title, body_format=NotifyFormat.MARKDOWN)
    finally:
        logger.removeHandler(handler)
    if not is_sent:
        raise ChannelFailure(_reason(handler.lines))


def _plugin(service: str, parts: Parts, origin: str) -> NotifyBase:
    from apprise import AppriseAsset  # noqa: PLC0415
    from apprise.plugins.slack import NotifySlack  # noqa: PLC0415
    from apprise.plugins.workflows import NotifyWorkflows  # noqa: PLC0415

    asset = AppriseAsset(app_id="Repute", app_desc="Repute", app_url=origin, http_redirects=False)
    if service == "slack":
        tokens = {name: parts[name] for name in ("token_a", "token_b", "token_c")}
        return NotifySlack(**tokens, asset=asset, include_image=False, include_footer=False)  # type: ignore[no-untyped-call]
    return NotifyWorkflows(  # type: ignore[no-untyped-call]
        parts["workflow"], parts["signature"], host=parts["host"], asset=asset, include_image=False,
        power_automate=parts.get("pa") == "yes", routing_id=parts.get("route"), version=parts.get("ver"),
    )  # fmt: skip


def _reason(lines: list[str]) -> str:
    log = "\n".join(lines)
    if status := _STATUS.search(log):
        number = int(status[1])
        return "later" if number in (408, 425, 429) or number >= 500 else "refused"
    if any(phrase in log for phrase in _NO_ANSWER):
        return "no-answer"
    return "unreachable" if "Socket Exception" in log else "unexpected"
