"""What a CRM must offer to be read: users, and pages of calls, meetings, deals and the like, from a cursor on.

A source knows one vendor's API and nothing about the database: the server stores its pages, decides when it runs, and maps its
users to people. See README.md for how to add one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Field:
    """One part of the credentials, as a field of the form. ``hint``: where to find it, or what it looks like."""

    key: str
    label: str
    hint: str = ""
    is_secret: bool = False
    max_length: int = 500


@dataclass(frozen=True, slots=True)
class Context:
    """What a source may know about the server. ``zone``: the organisation's time zone, in which its days begin.
    ``allows_loopback``: whether addresses of this machine may be used, over http too; only in tests and development.
    ``base_url``: in tests, where to send requests instead of the vendor's fixed address."""

    zone: ZoneInfo
    allows_loopback: bool = False
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """A user of the CRM. ``email``: empty if the CRM does not know it."""

    id: str
    email: str
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of thing that the CRM holds. ``metric``: the key of the metric that it feeds unless the administrator chooses
    another; one of the constants of ``standard_metrics``, and a different one for each stream of a source, since a record's id
    is ``<metric>:<source_id>`` as in imported files. ``has_counts``: can be read as counts by owner and day, without single
    records."""

    key: str
    label: str
    metric: str
    has_counts: bool = False
    #: What is counted, on which day, in one sentence for the administrator.
    description: str = ""
    #: Rows have amounts of money in ``value``, which only metrics of deals accept.
    has_values: bool = False


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Like ``records.rows.Row``, but with the CRM's id of the owner, which the connection maps to a person.

    Of a row with ``is_deleted`` only ``source_id`` and ``version`` matter. It may be one that never counted, such as a
    cancelled meeting. In counts, ``source_id`` is ``<owner id>:<day as YYYY-MM-DD>`` and ``occurred_at`` noon of that day in
    ``Context.zone``. ``occurred_at``, ``booked_for`` and ``version`` have a time zone."""

    source_id: str
    owner_id: str
    occurred_at: datetime | None
    count: int = 1
    value: int | None = None
    booked_for: datetime | None = None
    subject: str | None = None
    url: str | None = None
    version: datetime | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """``cursor`` is JSON; ``pages`` continues after this page if it is given. The server stores it in the transaction that
    stores the rows. ``is_last``: the run has reached the present; given this page's cursor, ``pages`` then reads what has
    changed since, late edits and deletions included.

    ``counted_days``: only in counts: the first and the last day that the rows are complete for. What was counted earlier for
    other owners on these days is removed. ``remaining``: about how many rows of this run are left, if the CRM says so."""

    rows: tuple[SourceRow, ...]
    cursor: dict[str, Any]
    is_last: bool
    counted_days: tuple[date, date] | None = None
    remaining: int | None = None


class Source(Protocol):
    """Made with the values of ``fields`` by key, and a ``Context``. Making it sends nothing; an address that is not the
    vendor's raises ``SourceError`` with the code ``address``. Every method may raise ``SourceError``, and no other error of
    the network or of the vendor's answers. Nothing waits for a rate limit: the server tries again after ``retry_after``."""

    #: The source of the records, as in ``POST /api/v1/activities``.
    name: ClassVar[str]
    #: The vendor's name for people.
    title: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    streams: ClassVar[tuple[Stream, ...]]

    def __init__(self, credentials: Mapping[str, str], context: Context) -> None: ...

    def test(self) -> str:
        """What it is connected to, in words: ``Larkfield GmbH, acme.my.salesforce.com``."""
        ...

    def owners(self) -> Iterator[Owner]:
        """All users, former ones included."""
        ...

    def pages(
        self, stream: str, *, since: date, cursor: dict[str, Any] | None, counts_only: bool
    ) -> Iterator[Page]:  # fmt: skip
        """Pages of at most some hundred rows, each fetched when it is asked for. ``cursor`` None starts with what was done on
        ``since``. With ``counts_only``, a stream with ``has_counts`` gives counts, and another one rows without ``subject`` and
        ``url``, which are then not even requested."""
        ...

    def close(self) -> None:
        """Closes its network connections."""
        ...


#: ``credentials``: refused. ``permission``: accepted, but not allowed to read this. ``address``: not the vendor's.
#: ``unreachable``: no answer, or an interrupted one. ``rate-limit``: too many requests. ``unavailable``: the vendor's error,
#: 5xx. ``changed``: an answer that cannot be understood. ``field``: a field or object of the CRM that does not exist there.
ErrorCode = Literal[
    "credentials", "permission", "address", "unreachable", "rate-limit", "unavailable", "changed", "field"
]  # fmt: skip


class SourceError(Exception):
    """``message``: what happened and what to do, in words for the administrator; never a secret nor a row's content.
    ``retry_after``: when another attempt makes sense; None if the administrator must act first."""

    def __init__(self, code: ErrorCode, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.retry_after = retry_after
