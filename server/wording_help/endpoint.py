"""One request to an endpoint with the interface of OpenAI's chat completions: bounded in size and time, to the checked address
only, without redirects. Texts and answers pass through and are kept nowhere, in no log and in no message of an error."""

from __future__ import annotations

import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import urllib3

from server.wording_help import addresses
from server.wording_help.addresses import Target
from server.wording_help.failures import WordingFailure

CONNECT_SECONDS = 5.0
#: For the whole answer. The extension waits for 20 seconds.
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
    try:
        target = addresses.resolve(endpoint.base_url, allowed_hosts=endpoint.allowed_hosts)
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        # No limit of tokens and no temperature: models differ in what they accept.
        status, content = _post(target, endpoint.api_key, {"model": endpoint.model, "messages": messages, "stream": False})
    finally:
        _slots.release()
    body = _parse(content)
    if status != 200:
        raise WordingFailure(_reason(status, body))
    return _text(body)


def _post(target: Target, api_key: str, body: dict[str, Any]) -> tuple[int, bytes]:
    headers = {
        "Host": _host_header(target), "Content-Type": "application/json", "Accept": "application/json",
        # Or the answer could be larger than what is read.
        "Accept-Encoding": "identity", "User-Agent": "Repute",
    }  # fmt: skip
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    deadline = time.monotonic() + MAX_SECONDS
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=MAX_SECONDS)
    try:
        with _pool(target, timeout) as pool:
            response = pool.urlopen(
                "POST", target.path, body=json.dumps(body).encode(), headers=headers,
                redirect=False, retries=False, preload_content=False, decode_content=False,
            )  # fmt: skip
            try:
                return response.status, _read(response, deadline)
            finally:
                response.close()
    except urllib3.exceptions.SSLError:
        raise WordingFailure("certificate") from None
    except urllib3.exceptions.ReadTimeoutError:
        raise WordingFailure("slow") from None
    except (urllib3.exceptions.HTTPError, OSError):
        raise WordingFailure("unreachable") from None


def _pool(target: Target, timeout: urllib3.Timeout) -> urllib3.HTTPConnectionPool:
    """Connects to the checked address, and checks the certificate for the host's name."""
    if target.scheme == "http":
        return urllib3.HTTPConnectionPool(target.address, target.port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        target.address, target.port, timeout=timeout, maxsize=1, ssl_context=_tls(),
        server_hostname=target.host, assert_hostname=target.host,
    )  # fmt: skip


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == {"https": 443, "http": 80}[target.scheme] else f"{host}:{target.port}"


def _read(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    body = bytearray()
    # Returns what has arrived, so that an answer that comes byte by byte meets the deadline.
    while part := response.read1(16 * 1024):
        body += part
        if len(body) > MAX_BYTES:
            raise WordingFailure("not-understood")
        if time.monotonic() > deadline:
            raise WordingFailure("slow")
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
