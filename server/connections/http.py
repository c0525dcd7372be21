"""Requests to a CRM: bounded in size and time, to the vendor's host only, with what went wrong in words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from server.connections.source import Context, SourceError
from server.core.clock import now
from server.core.oidc_settings import LOOPBACK_HOSTS

#: To connect, and between two parts of the answer.
TIMEOUT_SECONDS = (5.0, 20.0)
#: For the whole answer.
MAX_SECONDS = 60.0
MAX_BYTES = 20_000_000
#: When to try again after an error that should pass. The server doubles it with each failure.
RETRY = timedelta(minutes=1)
#: A vendor cannot make the server wait for longer.
MAX_RETRY_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is the JSON value, or None if it is none. ``at``: the vendor's clock, if it said so."""

    status: int
    body: Any
    headers: requests.structures.CaseInsensitiveDict[str]
    at: datetime | None

    @property
    def object(self) -> dict[str, Any]:
        return self.body if isinstance(self.body, dict) else {}


class Client:
    """Sends requests to ``origin``, such as ``https://api.hubapi.com``. ``title``: the vendor's name. ``token``: called for
    each request; its value is the bearer token. Raises ``SourceError`` for an address that may not be used."""

    def __init__(self, title: str, origin: str, context: Context, token: Callable[[], str]) -> None:
        check_address(origin, context)
        self._title = title
        self._origin = origin
        self._session = requests.Session()
        # Set here and not as a header, which an entry in the machine's .netrc would replace.
        self._session.auth = _BearerAuth(token)

    def send(self, method: str, path: str, *, params: dict[str, Any] | None = None, body: Any = None) -> Answer:
        """Whatever the status. Raises ``SourceError`` if there is no whole answer."""
        try:
            with self._session.request(
                method, f"{self._origin}{path}", params=params, json=body,
                headers={"Accept": "application/json"}, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True,
            ) as response:  # fmt: skip
                content = _read(response, self._title)
        except requests.exceptions.SSLError:
            raise SourceError("unreachable", f"The certificate of {self._title} is not valid.", retry_after=RETRY) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            raise SourceError(
                "unreachable",
                f"{self._title} did not answer, or its answer was cut off. If this lasts, check the server's network.",
                retry_after=RETRY,
            ) from None
        if 300 <= response.status_code < 400:
            raise SourceError("address", f"{self._title} sent us to another address. Check that this one is right.")
        return Answer(response.status_code, _parse(content), response.headers, _date(response))

    def close(self) -> None:
        self._session.close()


class _BearerAuth(requests.auth.AuthBase):
    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token()}"
        return request


def check_address(origin: str, context: Context) -> None:
    """HTTPS; or this machine, if ``context`` allows it. Raises ``SourceError``."""
    parts = urlsplit(origin)
    is_loopback = context.allows_loopback and parts.scheme in ("http", "https") and parts.hostname in LOOPBACK_HOSTS
    if "@" in parts.netloc or not parts.hostname or not (parts.scheme == "https" or is_loopback):
        raise SourceError("address", "The address must start with https://.")


def retry_after(answer: Answer, default: timedelta) -> timedelta:
    """What ``Retry-After`` says, in seconds or as a date; ``default`` if it says nothing that can be understood."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        wait = timedelta(seconds=int(text[:9]))
    else:
        try:
            wait = parsedate_to_datetime(text) - (answer.at or now())
        except (TypeError, ValueError):
            return default
    return min(max(wait, timedelta(seconds=1)), MAX_RETRY_AFTER)


def unavailable(title: str, answer: Answer) -> SourceError:
    """For a status of 500 and above."""
    message = f"{title} reports an error of its own ({answer.status})."
    return SourceError("unavailable", message, retry_after=retry_after(answer, RETRY))


def not_understood(title: str) -> SourceError:
    """For an answer that is not what the documentation says. It may be passing, so it is tried again."""
    message = f"{title} answered something that cannot be understood. If this lasts, its interface has changed."
    return SourceError("changed", message, retry_after=RETRY)


def _read(response: requests.Response, title: str) -> bytes:
    body = bytearray()
    deadline = time.monotonic() + MAX_SECONDS
    # Returns what has arrived, so that an answer that comes byte by byte meets the deadline.
    while part := response.raw.read1(64 * 1024, decode_content=True):
        body += part
        if len(body) > MAX_BYTES:
            raise SourceError(
                "changed", f"An answer of {title} was larger than {MAX_BYTES // 1_000_000} MB.", retry_after=RETRY
            )
        if time.monotonic() > deadline:
            raise SourceError("unreachable", f"{title} answered too slowly.", retry_after=RETRY)
    return bytes(body)


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _date(response: requests.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return None
