"""Salesforce as a source. See README.md for what is counted and for what happens when something goes wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from server.connections.salesforce import errors, soql
from server.connections.salesforce.addresses import find_base_url
from server.connections.salesforce.queries import BY_STREAM, QUERIES, Moment, Query
from server.connections.source import Context, Field, Owner, Page, SourceError, Stream

if TYPE_CHECKING:
    from server.connections.salesforce.client import Client

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user as whom Salesforce answers. ``zone`` None: one that this machine does not know."""

    zone_name: str
    zone: ZoneInfo | None
    currency: str | None


class SalesforceSource:
    name: ClassVar[str] = "salesforce"
    title: ClassVar[str] = "Salesforce"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("domain", "My Domain", "Such as acme.my.salesforce.com; in Salesforce under Setup, My Domain", max_length=255),
        Field("client_id", "Consumer key", "Of an External Client App with the client credentials flow"),
        Field("client_secret", "Consumer secret", "Shown beside the consumer key", is_secret=True),
    )
    streams: ClassVar[tuple[Stream, ...]] = tuple(query.stream for query in QUERIES)

    def __init__(self, credentials: Mapping[str, str], context: Context) -> None:
        self._credentials = credentials
        self._context = context
        self._base_url = find_base_url(credentials["domain"], allows_loopback=context.allows_loopback)
        self._client: Client | None = None

    def test(self) -> str:
        """Reads one record of each kind, so that a missing permission is found before the first run."""
        with _Reading():
            client = self._connect()
            organisation = client.query(soql.ORGANISATION).records[0]
            moment = Moment(client.now(), self._context.zone)
            for query in QUERIES:
                client.query(self._records_of(client, query) + soql.ONE, with_deleted=True, **_no_time(moment))
            host = client.instance_url.split("://")[1]
            return f"{organisation['Name']}, {host}{' (sandbox)' if organisation['IsSandbox'] else ''}"

    def owners(self) -> Iterator[Owner]:
        with _Reading():
            for user in self._connect().query_all(soql.OWNERS):
                yield Owner(user["Id"], user["Email"] or "", user["Name"] or "", user["IsActive"])

    def pages(
        self, stream: str, *, since: date, cursor: dict[str, Any] | None, counts_only: bool
    ) -> Iterator[Page]:  # fmt: skip
        """A cursor of the other mode starts again."""
        # With them comes the client.
        from server.connections.salesforce import counts, records  # noqa: PLC0415

        query = BY_STREAM[stream]
        mode = counts.MODE if counts_only else records.MODE
        own_cursor = cursor if cursor and cursor.get("mode") == mode else None
        with _Reading():
            client = self._connect()
            moment = Moment(client.now(), self._context.zone)
            if counts_only:
                if query.needs_time_zone:
                    self._check_time_zone(client, since, moment)
                yield from counts.read_counts(client, query, moment, since=since, cursor=own_cursor)
            else:
                text = self._records_of(client, query)
                yield from records.read_records(client, query, moment, text=text, since=since, cursor=own_cursor)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _connect(self) -> Client:
        if self._client is None:
            # The library takes 0.3 s and 17 MB, which only the job that reads should pay for.
            from server.connections.salesforce.client import Client  # noqa: PLC0415

            self._client = Client(
                self._base_url, self._credentials["client_id"], self._credentials["client_secret"],
                allows_loopback=self._context.allows_loopback,
            )  # fmt: skip
        return self._client

    def _run_as(self, client: Client) -> RunAs:
        user = client.query(soql.RUN_AS, user_id=client.user_id).records[0]
        name = str(user["TimeZoneSidKey"])
        try:
            zone = ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            zone = None
        return RunAs(name, zone, user.get("DefaultCurrencyIsoCode"))

    def _check_time_zone(self, client: Client, since: date, moment: Moment) -> None:
        """In counts, Salesforce groups times by days of the run-as user. They must be the organisation's, that is, begin at the
        same moments."""
        run_as, day, today = self._run_as(client), since, moment.day_of(moment.now)
        while day <= today:
            begins = moment.start_of(day)
            if run_as.zone is None or begins.astimezone(run_as.zone).utcoffset() != begins.astimezone(moment.zone).utcoffset():
                raise SourceError(
                    "field",
                    f"Salesforce counts days in the time zone of the run-as user, {run_as.zone_name}. Set that user's time "
                    f"zone in Salesforce to the one of Repute, {moment.zone.key}, or read single records instead of counts.",
                )
            day += DAY

    def _records_of(self, client: Client, query: Query) -> str:
        """With several currencies, Salesforce converts amounts to the run-as user's, and sums to its corporate one."""
        if not query.stream.has_values:
            return query.records
        try:
            corporate = client.query(soql.CORPORATE_CURRENCY).records
        except errors.Refused as refused:
            if refused.code == "INVALID_TYPE":
                return query.records
            raise
        currency = self._run_as(client).currency
        if not corporate or corporate[0]["IsoCode"] != currency:
            raise SourceError(
                "field",
                f"Amounts are read in the currency of the run-as user, {currency}. Set that user's currency in Salesforce to "
                "the organisation's corporate currency.",
            )
        return query.records.replace(*soql.CONVERTED_AMOUNT)


class _Reading:
    """Turns what is left of Salesforce's errors, and answers that lack something, into ``SourceError``."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: object) -> None:
        if isinstance(error, errors.Refused):
            raise error.error from None
        if isinstance(error, (KeyError, IndexError, TypeError, AttributeError, ValueError)):
            raise errors.not_understood() from None


def _no_time(moment: Moment) -> dict[str, Any]:
    """Values for a query of records that finds nothing, to learn whether it is allowed."""
    today = moment.day_of(moment.now)
    return {
        "changed_from": moment.now, "until": moment.now, "due_from": moment.now, "due_first": today, "due_last": today - DAY,
    }  # fmt: skip
