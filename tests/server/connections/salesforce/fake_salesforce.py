"""A Salesforce organisation on this machine: the token endpoint and the query resources of the REST API, over real HTTP.

It behaves as documented: results come in batches with a locator, deleted and archived records are found by ``queryAll`` only,
every change sets ``SystemModstamp`` to the second, sessions and locators end. ``faults`` are used up by the next requests."""

from __future__ import annotations

import json
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from tests.server.connections.salesforce import soql_interpreter
from tests.server.connections.salesforce.soql_interpreter import Organisation, Record, SoqlError

CLIENT_ID, CLIENT_SECRET = "3MVG9.consumer.key", "a consumer secret / with signs & more"
RUN_AS = "005000000000RUNAAA"
_COMMON = {"Id": str, "OwnerId": str, "IsDeleted": bool, "CreatedDate": datetime, "SystemModstamp": datetime}
FIELDS: dict[str, dict[str, type]] = {
    "Task": _COMMON | {
        "IsClosed": bool, "TaskSubtype": str, "CallType": str, "Type": str, "ActivityDate": date, "CompletedDateTime": datetime,
        "IsArchived": bool, "Subject": str,
    },
    "Event": _COMMON | {
        "IsAllDayEvent": bool, "IsPrivate": bool, "IsChild": bool, "IsRecurrence": bool, "GroupEventType": str, "WhoId": str,
        "WhatId": str, "StartDateTime": datetime, "EndDateTime": datetime, "IsArchived": bool, "Subject": str,
    },
    "Opportunity": _COMMON | {"IsWon": bool, "CloseDate": date, "Amount": Decimal, "CurrencyIsoCode": str, "Name": str},
    "User": {
        "Id": str, "Email": str, "Name": str, "IsActive": bool, "UserType": str, "TimeZoneSidKey": str,
        "DefaultCurrencyIsoCode": str,
    },
    "Organization": {"Name": str, "IsSandbox": bool},
    "CurrencyType": {"IsoCode": str, "IsCorporate": bool},
}  # fmt: skip
PREFIXES = {"Task": "00T", "Event": "00U", "Opportunity": "006", "User": "005", "Organization": "00D", "CurrencyType": "01L"}
DEFAULTS: dict[str, Record] = {
    "Task": {"IsClosed": False, "TaskSubtype": "Task"},
    "Event": {
        "IsAllDayEvent": False, "IsPrivate": False, "IsChild": False, "IsRecurrence": False, "GroupEventType": "0",
        "WhoId": "003000000000001AAA",
    },
    "Opportunity": {"IsWon": False, "CurrencyIsoCode": "EUR"},
    "User": {"IsActive": True, "UserType": "Standard", "TimeZoneSidKey": "Europe/Berlin", "DefaultCurrencyIsoCode": "EUR"},
}  # fmt: skip
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Fault:
    """``kind``: ``error``, with a status and a code of Salesforce's; ``html``, with a status; ``garbage``, half of the JSON;
    ``cut``, half of the answer and then a closed connection; ``redirect``."""

    kind: str
    status: int = 400
    code: str = ""
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class FakeSalesforce:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.zone = "Europe/Berlin"
        self.rates: dict[str, Decimal] = {}
        self.hidden_fields: set[tuple[str, str]] = set()
        self.hidden_objects: set[str] = set()
        self.has_run_as = True
        self.token_error: tuple[int, dict[str, str]] | None = None
        self.instance_url: str | None = None
        self.largest_batch = 2000
        self.used, self.limit = 0, 100_000
        self.slowest_window: timedelta | None = None
        self.faults: deque[Fault | None] = deque()
        self.requests: list[str] = []
        self.tokens_given = 0
        self._tokens: set[str] = set()
        self._locators: dict[str, tuple[list[Record], str]] = {}
        self._records: dict[str, Record] = {}
        self._deletions: list[tuple[str, str, datetime]] = []
        self._numbers = iter(range(1, 10**9))
        self._lock = threading.Lock()
        self.create("Organization", Name="Larkfield GmbH", IsSandbox=False)
        self.create("User", Id=RUN_AS, Email="", Name="Repute")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # What people do in Salesforce.

    def create(self, kind: str, **fields: Any) -> str:
        key = fields.pop("Id", None) or f"{PREFIXES[kind]}{next(self._numbers):012d}AAA"
        stamps = {"IsDeleted": False, "CreatedDate": self.now, "SystemModstamp": self.now}
        record = dict.fromkeys(FIELDS[kind]) | stamps | DEFAULTS.get(kind, {}) | {"Id": key, "kind": kind}
        self._records[key] = record | self._completion(record, fields) | fields
        return key

    def update(self, key: str, **fields: Any) -> None:
        record = self._records[key]
        record.update(self._completion(record, fields) | fields | {"SystemModstamp": self.now})

    def delete(self, key: str) -> None:
        self.update(key, IsDeleted=True)
        self._log_deletion(key)

    def delete_with_account(self, key: str) -> None:
        """It goes with its parent, and does not carry the time of it."""
        self._records[key]["IsDeleted"] = True
        self._log_deletion(key)

    def erase(self, key: str) -> None:
        """Deleted, and removed from the recycle bin."""
        self._log_deletion(key)
        del self._records[key]

    def _log_deletion(self, key: str) -> None:
        self._deletions.append((self._records[key]["kind"], key, self.now))

    def undelete(self, key: str) -> None:
        self.update(key, IsDeleted=False)

    def hide_until(self, key: str, moment: datetime) -> None:
        """The record's transaction ends at ``moment``: it becomes visible then, with its earlier time of change."""
        self._records[key]["visible_at"] = moment

    def _completion(self, record: Record, fields: Record) -> Record:
        """Salesforce sets the time of completion when a task is closed, and clears it when it is opened again."""
        if record["kind"] != "Task" or fields.get("IsClosed", record["IsClosed"]) == (record["CompletedDateTime"] is not None):
            return {}
        return {"CompletedDateTime": self.now if fields.get("IsClosed", record["IsClosed"]) else None}

    def all(self, kind: str) -> list[Record]:
        return [record for record in self._records.values() if record["kind"] == kind]

    # What its machines do.

    def expire_sessions(self) -> None:
        self._tokens.clear()

    def expire_locators(self) -> None:
        self._locators.clear()

    def answer_token(self, form: dict[str, str]) -> tuple[int, Any]:
        if self.token_error is not None:
            return self.token_error
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"}
        if form.get("client_id") != CLIENT_ID:
            return 400, {"error": "invalid_client_id", "error_description": "client identifier invalid"}
        if form.get("client_secret") != CLIENT_SECRET:
            return 400, {"error": "invalid_client", "error_description": "invalid client credentials"}
        if not self.has_run_as:
            return 400, {"error": "invalid_grant", "error_description": "no client credentials user enabled"}
        token = secrets.token_urlsafe()
        self._tokens.add(token)
        self.tokens_given += 1
        return 200, {
            "access_token": token, "instance_url": self.instance_url or self.url, "token_type": "Bearer", "scope": "api",
            "id": f"{self.url}/id/00D000000000001AAA/{RUN_AS}", "signature": "x", "issued_at": "1",
        }  # fmt: skip

    def answer_query(self, path: str, query: dict[str, list[str]], headers: Any) -> tuple[int, Any]:
        if headers["Authorization"].removeprefix("Bearer ") not in self._tokens:
            return _error(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if self.used > self.limit:
            return _error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        version, _, resource = path.removeprefix("/services/data/").partition("/")
        if version != "v66.0":
            return _error(404, "NOT_FOUND", "The requested resource does not exist")
        wanted = int(headers.get("Sforce-Query-Options", "batchSize=2000").split("=")[1])
        batch = min(max(200, wanted), self.largest_batch)
        name, _, locator = resource.partition("/")
        if name == "sobjects":
            return self._deleted(locator.removesuffix("/deleted/"), query)
        if locator:
            return self._more(locator, batch)
        return self._query(query["q"][0], batch, everything=name == "queryAll")

    def _deleted(self, kind: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        """Of whole minutes, as documented."""
        start, end = (datetime.fromisoformat(query[name][0]).replace(second=0) for name in ("start", "end"))
        if start < self.now - timedelta(days=15) or end <= start:
            return _error(400, "INVALID_REPLICATION_DATE", "startDate is out of range")
        found = [{"id": key, "deletedDate": at} for one, key, at in self._deletions if one == kind and start <= at < end]
        return 200, {"deletedRecords": found, "earliestDateAvailable": start, "latestDateCovered": end}

    def _query(self, text: str, batch: int, *, everything: bool) -> tuple[int, Any]:
        self.requests.append(text)
        if self._is_slow(text):
            return _error(400, "QUERY_TIMEOUT", "Your query request was running for too long.")
        try:
            result = soql_interpreter.run(text, lambda kind: self._rows(kind, everything=everything), self._organisation())
        except SoqlError as error:
            return _error(400, error.code, error.message)
        kind = "AggregateResult" if result.is_aggregate else "Record"
        if len(result.records) <= batch or result.is_aggregate:
            return 200, _answer(result.records, kind, len(result.records), None)
        key = f"0r8{secrets.token_hex(8)[:15]}"
        self._locators[key] = (result.records, kind)
        return self._more(f"{key}-0", batch)

    def _more(self, locator: str, batch: int) -> tuple[int, Any]:
        key, _, offset = locator.partition("-")
        if key not in self._locators:
            return _error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        records, kind = self._locators[key]
        end = int(offset) + batch
        more = f"/services/data/v66.0/query/{key}-{end}" if end < len(records) else None
        return 200, _answer(records[int(offset) : end], kind, len(records), more)

    def _is_slow(self, text: str) -> bool:
        """A query over a longer time than ``slowest_window``, by the times and days that it names."""
        if self.slowest_window is None:
            return False
        kinds = soql_interpreter._tokenise(text)
        times = [datetime.fromisoformat(value) for name, value in kinds if name == "datetime"]
        days = [date.fromisoformat(value) for name, value in kinds if name == "date"]
        spans = [max(times) - min(times)] if times else []
        spans += [max(days) - min(days) + timedelta(days=1)] if days else []
        return max(spans, default=timedelta(0)) > self.slowest_window

    def _organisation(self) -> Organisation:
        fields = {
            kind: {name: type_ for name, type_ in columns.items() if (kind, name) not in self.hidden_fields}
            for kind, columns in FIELDS.items()
            if kind not in self.hidden_objects and (kind != "CurrencyType" or self.rates)
        }
        user = self._records[RUN_AS]
        return Organisation(fields, ZoneInfo(user["TimeZoneSidKey"]), self.rates, user["DefaultCurrencyIsoCode"])

    def _rows(self, kind: str, *, everything: bool) -> list[Record]:
        rows = [dict(record) for record in self.all(kind) if record.get("visible_at", self.now) <= self.now]
        for row in rows:
            row["IsArchived"] = self._is_archived(row)
        return rows if everything else [row for row in rows if not row["IsDeleted"] and not row["IsArchived"]]

    def _is_archived(self, row: Record) -> bool:
        if row["kind"] == "Event":
            return bool(row["StartDateTime"] and row["StartDateTime"] <= self.now - YEAR)
        if row["kind"] == "Task" and row["IsClosed"]:
            return bool((row["ActivityDate"] or row["CreatedDate"].date()) <= (self.now - YEAR).date())
        return False


def _error(status: int, code: str, message: str) -> tuple[int, Any]:
    return status, [{"message": message, "errorCode": code}]


def _answer(records: list[Record], kind: str, total: int, more: str | None) -> dict[str, Any]:
    answer = {"totalSize": total, "done": more is None, "records": [{"attributes": {"type": kind}} | row for row in records]}
    return answer if more is None else answer | {"nextRecordsUrl": more}


def _write(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return value.isoformat() if isinstance(value, date) else float(value)


class _Handler(BaseHTTPRequestHandler):
    fake: FakeSalesforce
    protocol_version = "HTTP/1.1"
    # An answer is sent in one piece. Otherwise each one waits 40 ms for the acknowledgement of its headers.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        with self.fake._lock:
            status, answer = self.fake.answer_token(form) if self.path == "/services/oauth2/token" else (404, {})
        self._send(status, json.dumps(answer).encode())

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        fake = self.fake
        with fake._lock:
            fake.used += 1
            fault = fake.faults.popleft() if fake.faults else None
            if fault is not None and fault.kind == "error":
                status, answer = _error(fault.status, fault.code, fault.message)
            else:
                status, answer = fake.answer_query(unquote(parts.path), parse_qs(parts.query), self.headers)
        self._reply(status, json.dumps(answer, default=_write).encode(), fault)

    def _reply(self, status: int, body: bytes, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        if fault is None or kind == "error":
            self._send(status, body, fault.headers if fault else {})
        elif kind == "html":
            self._send(fault.status, b"<html><body>We are down for maintenance.</body></html>", fault.headers)
        elif kind == "garbage":
            self._send(200, body[: len(body) // 2])
        elif kind == "redirect":
            self._send(302, b"", {"Location": "http://127.0.0.1:1/stolen"})
        elif kind == "cut":
            self._send(200, body, cut=True)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Sforce-Limit-Info", f"api-usage={self.fake.used}/{self.fake.limit}")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.fake.now.astimezone(UTC), usegmt=True)

    def log_message(self, *_: Any) -> None:
        pass
