"""One request to an endpoint with the interface of OpenAI's chat completions: bounded in size and time, to the checked address
only, without redirects. Texts and answers pass through and are kept nowhere, in no log and in no message of an error."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from server.wording_help import addresses
from server.wording_help.addresses import Target
from server.wording_help.failures import WordingFailure

CONNECT_SECONDS = 5.0
#: From the look-up of the host to the end of the answer. The extension waits for 20 seconds.
MAX_SECONDS = 16.0
MAX_BYTES = 200_000
#: Requests at a time of one process: people who wait must not occupy all of its threads.
MAX_AT_ONCE = 4

_slots = threading.BoundedSemaphore(MAX_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    allowed_hosts: frozenset[str] = frozenset()


def complete(endpoint: Endpoint, *, system: str, user: str) -> str:
    """The answer's text. Raises ``WordingFailure``."""
    if not _slots.acquire(blocking=False):
        raise WordingFailure("busy")
    deadline = time.monotonic() + MAX_SECONDS
    try:
        target = addresses.resolve(endpoint.base_url, allowed_hosts=endpoint.allowed_hosts)
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        # No limit of tokens and no temperature: models differ in what they accept.
        body = {"model": endpoint.model, "messages": messages, "stream": False}
        status, content = _post(target, endpoint.api_key, body, deadline)
    finally:
        _slots.release()
    answer = _parse(content)
    if status != 200:
        raise WordingFailure(_reason(status, answer))
    return _text(answer)


def _post(target: Target, api_key: str, body: dict[str, Any], deadline: float) -> tuple[int, bytes]:
    headers = {
        "Host": _host_header(target), "Content-Type": "application/json", "Accept": "application/json",
        # Or the answer could be larger than what is read.
        "Accept-Encoding": "identity", "User-Agent": "Repute",
    }  # fmt: skip
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    seconds_left = deadline - time.monotonic()
    if seconds_left <= 0:
        raise WordingFailure("slow")
    connection = _connection(target, timeout=min(CONNECT_SECONDS, seconds_left))
    watchdog = None
    try:
        connection.connect()
        watchdog = _Watchdog(connection.sock, deadline)
        connection.timeout = MAX_SECONDS
        connection.request(
            "POST", target.path, body=json.dumps(body).encode(), headers=headers, preload_content=False, decode_content=False
        )
        with closing(connection.getresponse()) as response:
            answer = response.status, _read(response)
    except (ssl.SSLError, urllib3.exceptions.SSLError):
        raise WordingFailure("slow" if watchdog and watchdog.has_ended_it else "certificate") from None
    except (TimeoutError, urllib3.exceptions.ReadTimeoutError):
        raise WordingFailure("slow") from None
    except (HTTPException, urllib3.exceptions.HTTPError, OSError):
        raise WordingFailure("slow" if watchdog and watchdog.has_ended_it else "unreachable") from None
    finally:
        connection.close()
        if watchdog:
            watchdog.stop()
    # A connection that is shut down looks like an answer that ends early.
    if watchdog.has_ended_it:
        raise WordingFailure("slow")
    return answer


def _connection(target: Target, timeout: float) -> HTTPConnection:
    """To the checked address; the certificate is checked for the host's name."""
    if target.scheme == "http":
        return HTTPConnection(target.address, target.port, timeout=timeout)
    return HTTPSConnection(target.address, target.port, timeout=timeout, ssl_context=_tls(), server_hostname=target.host)


class _Watchdog:
    """Shuts a connection down at the deadline, whatever is being read: the timeout of a socket starts again with each byte."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        # A descriptor of its own, which no other connection gets when the first is closed.
        self._socket = socket.socket(fileno=os.dup(connected.fileno()))
        self._timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._shut_down)
        self._timer.daemon = True
        self.has_ended_it = False
        self._timer.start()

    def _shut_down(self) -> None:
        self.has_ended_it = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._timer.cancel()
        self._timer.join()
        self._socket.close()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == {"https": 443, "http": 80}[target.scheme] else f"{host}:{target.port}"


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    body = bytearray()
    while part := response.read1(16 * 1024):
        body += part
        if len(body) > MAX_BYTES:
            raise WordingFailure("not-understood")
    return bytes(body)


def _parse(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _reason(status: int, body: dict[str, Any]) -> str:
    error = body.get("error")
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    if 300 <= status < 400:
        return "address"
    if status in (401, 403):
        return "key"
    if status == 404 or "model" in code:
        return "model"
    if status == 429:
        return "limited"
    if status in (408, 504):
        return "slow"
    return "unavailable" if status >= 500 else "refused"


def _text(body: dict[str, Any]) -> str:
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    if choice.get("finish_reason") == "content_filter" or message.get("refusal"):
        raise WordingFailure("refused")
    content = message.get("content")
    if not isinstance(content, str):
        raise WordingFailure("not-understood")
    # Some servers put what a model thought before its answer.
    text = content.rpartition("</think>")[2].strip()
    if not text:
        raise WordingFailure("not-understood")
    return text
