"""Sends queries to Salesforce's REST API with ``simple-salesforce``, and turns what can go wrong into ``SourceError``.

That library's own log-in has no timeout, follows redirects and trusts the address in the answer, so the token is fetched here.
Importing it takes a quarter of a second, as it loads a SOAP client: this module is imported only when something is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession
from simple_salesforce.format import format_soql
from simple_salesforce.util import Usage

from server.connections.salesforce import errors
from server.connections.salesforce.addresses import find_base_url
from server.core.clock import now

#: Spring '26. Salesforce supports a version for at least three years ("API End-of-Life Policy", REST API Developer Guide).
API_VERSION = "66.0"
#: Seconds to connect, and between bytes of the answer: a query may take two minutes ("SOQL and SOSL Limits").
TIMEOUT = (10, 150)
#: Of an organisation's API requests of 24 hours; the rest is left to its other tools.
SHARE_OF_DAILY_LIMIT = 0.8
#: Records in one answer; Salesforce accepts 200 to 2,000, and may send fewer.
ROWS_PER_BATCH = 500

_LOCATOR = re.compile(r"/services/data/v[\d.]+/query(?:All)?/([A-Za-z0-9]{1,40}-\d{1,10})")
_IDENTITY = re.compile(r"/id/[A-Za-z0-9]{15,18}/(005[A-Za-z0-9]{12,15})$")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of an answer. ``locator``: where the next ones are; None if there are none."""

    records: list[dict[str, Any]]
    locator: str | None


class Client:
    """One session with one organisation. ``base_url`` has been checked."""

    def __init__(self, base_url: str, client_id: str, client_secret: str, *, allows_loopback: bool) -> None:
        self._base_url = base_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._allows_loopback = allows_loopback
        self._http = requests.Session()
        # Without this, requests replaces the token by what a .netrc file of this machine says.
        self._http.auth = lambda request: request
        self._http.hooks["response"].append(self._read_clock)
        #: Of this organisation, from the latest answer.
        self._server_time: datetime | None = None
        self._headers: Mapping[str, str] = {}
        self._salesforce: Salesforce | None = None
        self.instance_url = base_url
        self.user_id = ""

    def now(self) -> datetime:
        """Salesforce's clock, or ours if it is behind: records carry Salesforce's time."""
        self._connect()
        return min(now(), self._server_time or now())

    def query(self, soql: str, *, with_deleted: bool = False, **values: Any) -> Batch:
        """The first records that ``soql`` finds, with the values quoted for SOQL. ``with_deleted``: deleted and archived ones,
        too. Raises ``Refused`` and ``SourceError``."""
        text = format_soql(" ".join(soql.split()), **values)
        return _read_batch(
            self._call(lambda salesforce: salesforce.query(text, include_deleted=with_deleted, **self._options()))
        )

    def query_more(self, locator: str) -> Batch:
        """The next records of a query. Raises as ``query``, which includes ``INVALID_QUERY_LOCATOR``."""
        return _read_batch(self._call(lambda salesforce: salesforce.query_more(locator, **self._options())))

    def query_all(self, soql: str, *, with_deleted: bool = False, **values: Any) -> Iterator[dict[str, Any]]:
        batch = self.query(soql, with_deleted=with_deleted, **values)
        yield from batch.records
        while batch.locator is not None:
            batch = self.query_more(batch.locator)
            yield from batch.records

    def deleted_ids(self, kind: str, start: datetime, end: datetime) -> list[str]:
        """Of the records of the object ``kind`` that were deleted in that time, erased ones included. Of the last 15 days."""
        times = {"start": start.isoformat(timespec="seconds"), "end": end.isoformat(timespec="seconds")}
        answer = self._call(lambda salesforce: salesforce.restful(f"sobjects/{kind}/deleted/", params=times, **self._options()))
        return [str(record["id"]) for record in answer["deletedRecords"]]

    def close(self) -> None:
        self._http.close()

    def _call(self, send: Callable[[Salesforce], Any]) -> Any:
        salesforce = self._connect()
        self._check_usage(salesforce)
        try:
            try:
                return send(salesforce)
            except SalesforceExpiredSession:
                self._salesforce = None
                return send(self._connect())
        except SalesforceError as error:
            raise errors.answer_refused(error.status, error.content, self._headers) from None
        except ValueError:  # of requests, too, for an answer that is not JSON
            raise errors.not_understood() from None
        except requests.RequestException:
            raise errors.unreachable() from None

    def _connect(self) -> Salesforce:
        if self._salesforce is None:
            token = self._fetch_token()
            self._salesforce = Salesforce(
                instance_url=self.instance_url, session_id=token, session=self._http, version=API_VERSION,
                parse_float=Decimal, object_pairs_hook=None,
            )  # fmt: skip
            # Only tests differ from what the library makes of the address: http, on this machine.
            self._salesforce.base_url = f"{self.instance_url}/services/data/v{API_VERSION}/"
            del self._salesforce.headers["X-PrettyPrint"]
        return self._salesforce

    def _fetch_token(self) -> str:
        try:
            response = self._http.post(
                f"{self._base_url}/services/oauth2/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": self._client_id,
                    "client_secret": self._client_secret,
                },
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException:
            raise errors.unreachable() from None
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if response.status_code != 200:
            raise errors.token_refused(response.status_code, answer, response.headers)
        try:
            self.instance_url = find_base_url(answer["instance_url"], allows_loopback=self._allows_loopback)
            identity = _IDENTITY.search(answer["id"])
            self.user_id = identity[1] if identity else ""
            return str(answer["access_token"])
        except (KeyError, TypeError, AttributeError):
            raise errors.not_understood() from None

    def _check_usage(self, salesforce: Salesforce) -> None:
        usage = salesforce.api_usage.get("api-usage")
        if isinstance(usage, Usage) and usage.used >= usage.total * SHARE_OF_DAILY_LIMIT:
            raise errors.share_used(usage.used, usage.total)

    def _options(self) -> dict[str, Any]:
        return {
            "timeout": TIMEOUT,
            "allow_redirects": False,
            "headers": {"Sforce-Query-Options": f"batchSize={ROWS_PER_BATCH}"},
        }

    def _read_clock(self, response: requests.Response, **_: Any) -> None:
        self._headers = response.headers
        try:
            self._server_time = parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            self._server_time = None


def _read_batch(answer: Any) -> Batch:
    records = answer["records"]
    if answer["done"]:
        return Batch(records, None)
    locator = _LOCATOR.fullmatch(answer["nextRecordsUrl"])
    if locator is None:
        raise errors.not_understood()
    return Batch(records, locator[1])
