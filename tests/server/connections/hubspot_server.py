"""A HubSpot on this machine, as its documentation describes it, with the faults that a test asks for.

Times are given by ``clock``, so that a test can set it back. Search is done as HubSpot does it: filters that all hold, one
sort, pages of at most 200, and no result beyond 10,000."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "pat-eu1-1a2b3c4d-secret"
VERSION = "2026-09"
MAX_RESULTS = 10_000
SEARCHES_PER_SECOND = 5


class Fault:
    """Answers one request badly. ``matches``: part of the path; ``after``: how many matching requests are answered well first;
    ``times``: how many are answered badly then."""

    def __init__(self, kind: str, *, matches: str = "", after: int = 0, times: int = 1, **values: Any) -> None:
        self.kind = kind
        self.matches = matches
        self.after = after
        self.times = times
        self.values = values


class HubSpotServer:
    """``objects``: by type and id; ``owners`` by id. ``requests``: method and path of what was asked, in order."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, dict[str, Any]]] = {"calls": {}, "meetings": {}, "deals": {}}
        self.owners: dict[str, dict[str, Any]] = {}
        self.key = KEY
        self.missing_scopes: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.search_times: list[float] = []
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.on_request: Callable[[str], None] = lambda _path: None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"crm": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    # --- what people do in HubSpot ------------------------------------------------------------------------------------

    def add_owner(self, id_: str, email: str, *, name: str = "Ann Lund", archived: bool = False) -> None:
        first, _, last = name.partition(" ")
        self.owners[id_] = {"id": id_, "email": email, "firstName": first, "lastName": last, "archived": archived}

    def put(self, kind: str, id_: str, *, at: datetime | None = None, **properties: Any) -> None:
        """Creates or changes an object. ``at``: the time of change; now without it."""
        changed = iso(at or self.clock())
        found = self.objects[kind].setdefault(id_, {"id": id_, "properties": {"hs_object_id": id_}, "archived": False})
        found["properties"] |= {"hs_createdate": changed, "createdate": changed} | found["properties"] | properties
        found["properties"]["hs_lastmodifieddate"] = changed
        found["updatedAt"] = changed
        found["url"] = f"https://app.hubspot.com/contacts/123456/record/0-48/{id_}"

    def delete(self, kind: str, id_: str, *, at: datetime | None = None) -> None:
        self.objects[kind][id_] |= {"archived": True, "archivedAt": iso(at or self.clock())}

    def merge(self, kind: str, winner: str, loser: str) -> None:
        """The loser is in no list any more; the winner names it."""
        del self.objects[kind][loser]
        merged = self.objects[kind][winner]["properties"].get("hs_merged_object_ids")
        self.put(kind, winner, hs_merged_object_ids=f"{merged};{loser}" if merged else loser)

    def count(self, part: str) -> int:
        return sum(part in request for request in self.requests)

    # --- answers ------------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: dict[str, str], body: Any, key: str) -> tuple[int, Any]:
        if key != f"Bearer {self.key}":
            return 401, {"status": "error", "category": "INVALID_AUTHENTICATION", "message": "The Service Key is invalid"}
        scope = next((scope for part, scope in self.missing_scopes.items() if part in path), None)
        if scope:
            errors = [{"message": "...", "context": {"requiredGranularScopes": [scope]}}]
            return 403, {"status": "error", "category": "MISSING_SCOPES", "errors": errors}
        if (method, path) == ("GET", f"/account-info/{VERSION}/details"):
            return 200, {"portalId": 123456, "timeZone": "Europe/Berlin", "accountType": "STANDARD"}
        if (method, path) == ("GET", f"/crm/owners/{VERSION}"):
            return self._list(list(self.owners.values()), query, most=500)
        return self._answer_about_objects(method, path, query, body)

    def _answer_about_objects(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        for kind, objects in self.objects.items():
            if (method, path) == ("POST", f"/crm/objects/{VERSION}/{kind}/search"):
                return self._search(list(objects.values()), body)
            if (method, path) == ("GET", f"/crm/objects/{VERSION}/{kind}"):
                return self._list(list(objects.values()), query, most=100)
        return 404, {"status": "error", "message": "resource not found"}

    def _list(self, found: list[dict[str, Any]], query: dict[str, str], *, most: int) -> tuple[int, Any]:
        limit, start = int(query.get("limit", "10")), int(query.get("after", "0"))
        if limit > most:
            return 400, {"status": "error", "message": f"limit must be at most {most}"}
        wanted = query.get("archived") == "true"
        found = [one for one in found if one["archived"] == wanted]
        page = sorted(found, key=lambda one: int(one["id"]))[start : start + limit]
        following = {"next": {"after": str(start + limit)}} if start + limit < len(found) else None
        return 200, {"results": page} | ({"paging": following} if following else {})

    def _search(self, objects: list[dict[str, Any]], body: dict[str, Any]) -> tuple[int, Any]:
        with self._lock:
            self.search_times.append(time.monotonic())
        limit, start = body.get("limit", 10), int(body.get("after", 0))
        if limit > 200 or start + limit > MAX_RESULTS:
            return 400, {"status": "error", "message": "beyond the limits of search"}
        filters = [one for group in body["filterGroups"] for one in group["filters"]]
        found = [one for one in objects if not one["archived"] and all(_holds(one, test) for test in filters)]
        name = body["sorts"][0]["propertyName"]
        found.sort(key=lambda one: (_number(one, name), int(one["id"])))
        page = [
            one | {"properties": {key: one["properties"].get(key) for key in [*body["properties"], "hs_object_id", name]}}
            for one in found[start : start + limit]
        ]
        return 200, {"total": len(found), "results": page}

    def next_fault(self, path: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.matches in path and fault.times > 0:
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    fault.times -= 1
                    return fault
        return None


class _Handler(BaseHTTPRequestHandler):
    crm: HubSpotServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle(None)

    def do_POST(self) -> None:
        self._handle(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _handle(self, body: Any) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.crm.requests.append(f"{self.command} {self.path}")
        self.crm.bodies.append(body or {})
        self.crm.on_request(parts.path)
        key = self.headers.get("Authorization", "")
        status, answer = self.crm.answer(self.command, parts.path, query, body, key)
        content = json.dumps(answer).encode()
        fault = self.crm.next_fault(parts.path)
        if fault is None:
            self._send(status, content)
        else:
            getattr(self, f"_fault_{fault.kind.replace('-', '_')}")(content, **fault.values)

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None, *, length: int = -1) -> None:
        self.send_response_only(status)
        self.send_header("Date", format_datetime(self.crm.clock(), usegmt=True))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content) if length < 0 else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _fault_burst(self, _content: bytes, retry_after: str | None = None) -> None:
        headers = {"Retry-After": retry_after} if retry_after else None
        self._send(429, b'{"errorType": "RATE_LIMIT", "policyName": "SECONDLY"}', headers)

    def _fault_daily(self, _content: bytes, retry_after: str | None = None) -> None:
        headers = {"Retry-After": retry_after} if retry_after else None
        self._send(429, b'{"errorType": "RATE_LIMIT", "policyName": "DAILY"}', headers)

    def _fault_status(self, _content: bytes, status: int) -> None:
        self._send(status, b"<html>Something went wrong</html>")

    def _fault_malformed(self, content: bytes) -> None:
        self._send(200, content[: len(content) // 2])

    def _fault_reset(self, content: bytes) -> None:
        """Half a page, and then a reset."""
        self._send(200, content[: len(content) // 2], length=len(content))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _fault_truncated(self, content: bytes) -> None:
        """Half a page, and then an orderly end."""
        self._send(200, content[: len(content) // 2], length=len(content))
        self.close_connection = True

    def _fault_slow(self, content: bytes, seconds: float) -> None:
        """Byte by byte, so that no single wait is long."""
        self._send(200, b"", length=len(content))
        end = time.monotonic() + seconds
        try:
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.05)
                if time.monotonic() > end:
                    break
        except OSError:
            pass
        self.close_connection = True

    def _fault_silent(self, _content: bytes, seconds: float) -> None:
        time.sleep(seconds)
        self.close_connection = True

    def _fault_huge(self, _content: bytes, size: int) -> None:
        try:
            self._send(200, b"[" + b" " * size + b"]")
        except OSError:
            self.close_connection = True

    def _fault_redirect(self, _content: bytes, to: str) -> None:
        self._send(302, b"", {"Location": to})

    def _fault_body(self, _content: bytes, text: str) -> None:
        self._send(200, text.encode())

    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def hubspot_server() -> Iterator[HubSpotServer]:
    server = HubSpotServer()
    try:
        yield server
    finally:
        server.close()


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(found: dict[str, Any], name: str) -> int:
    value = found["properties"].get(name)
    if value in (None, ""):
        return -1
    if str(value).isdecimal():
        return int(value)
    return round(datetime.fromisoformat(str(value)).timestamp() * 1000)


def _holds(found: dict[str, Any], test: dict[str, Any]) -> bool:
    number, value = _number(found, test["propertyName"]), int(test["value"])
    return number >= 0 and {"GTE": number >= value, "GT": number > value, "EQ": number == value}[test["operator"]]
