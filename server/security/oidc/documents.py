"""JSON documents of the identity provider, fetched with limits and kept for a while."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import requests

from server.security.oidc.refusals import Refused

#: To connect, and between two parts of the answer.
TIMEOUT_SECONDS = (3.0, 5.0)
MAX_BYTES = 1024 * 1024
KEPT_SECONDS = 3600


def fetch(url: str, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The JSON object at ``url``. Follows no redirect, because only the configured provider is trusted."""
    try:
        with requests.get(
            url,
            headers={"Accept": "application/json"} | (headers or {}),
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code != 200:
                raise Refused("provider-down")
            document = json.loads(_read(response))
    except requests.RequestException:
        raise Refused("provider-down") from None
    except ValueError:
        raise Refused("metadata") from None
    if not isinstance(document, dict):
        raise Refused("metadata")
    return document


def _read(response: requests.Response) -> bytes:
    body = b""
    for part in response.iter_content(16 * 1024):
        body += part
        if len(body) > MAX_BYTES:
            raise Refused("metadata")
    return body


class CachedDocument:
    """``address`` is called for each fetch. Threads that need the document at the same time wait for one to fetch it."""

    def __init__(self, address: Callable[[], str], check: Callable[[dict[str, Any]], None]) -> None:
        self._address = address
        self._check = check
        self._lock = threading.Lock()
        self._document: dict[str, Any] | None = None
        self._fetched_at = 0.0

    def get(self) -> dict[str, Any]:
        with self._lock:
            if self._document is None or time.monotonic() - self._fetched_at > KEPT_SECONDS:
                return self._fetch()
            return self._document

    def fetch_again(self) -> dict[str, Any]:
        with self._lock:
            return self._fetch()

    def _fetch(self) -> dict[str, Any]:
        document = fetch(self._address())
        self._check(document)
        self._document, self._fetched_at = document, time.monotonic()
        return document
