"""HubSpot as a source: pages of what was changed, then of what was deleted, from a cursor on.

Changes are read in the order of HubSpot's own time of change, each page by a new search that begins at the last row's time.
No search goes beyond its first page: with an offset, an object that is changed meanwhile would move all later ones forward, and
one would be skipped; and a search ends after 10,000 results. Each run begins an overlap before the newest change seen so far,
because the search index lags behind, and clocks are set back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from server.connections.http import Answer, not_understood
from server.connections.hubspot.api import (
    SEARCH_LIMIT,
    TITLE,
    Api,
    milliseconds,
    moment,
    next_after,
    results,
)
from server.connections.hubspot.streams import OBJECT_STREAMS, ObjectStream, merged_ids
from server.connections.source import Context, Field, Owner, Page, SourceError, SourceRow, Stream
from server.core.clock import now

#: More than the hour by which a clock is set back, and far more than the search index lags behind.
OVERLAP = timedelta(hours=2)


class Cursor(BaseModel):
    """``start``: in ``changes``, the time of change to go on from. ``id``: of the last object read, while there are more than a
    page of objects with this very time. ``newest``: the newest time of change so far. Times are milliseconds since 1970.
    ``after``: in ``deletions``, HubSpot's own cursor. ``is_first``: the first pass, which begins with ``since``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phase: Literal["changes", "deletions"] = "changes"
    start: int = 0
    id: str | None = None
    newest: int = 0
    after: str | None = None
    is_first: bool = True


class HubSpot:
    name: ClassVar[str] = "hubspot"
    title: ClassVar[str] = TITLE
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "key", "Service Key", "Starts with pat-. HubSpot shows it under Development, Keys, Service keys.", is_secret=True
        ),
    )
    streams: ClassVar[tuple[Stream, ...]] = tuple(one.stream for one in OBJECT_STREAMS.values())

    def __init__(self, credentials: Mapping[str, str], context: Context) -> None:
        key = credentials.get("key", "")
        if not key.isascii() or not key.isprintable() or not key or " " in key:
            raise SourceError("credentials", "The Service Key contains characters that no key has. Copy it again.")
        self._zone = context.zone
        self._api = Api(key, context)

    def test(self) -> str:
        account = self._api.account()
        next(self._api.owners(is_archived=False), None)
        for objects in dict.fromkeys(one.objects for one in OBJECT_STREAMS.values()):
            self._api.search(objects, [], sort="hs_lastmodifieddate", properties=[], limit=1)
        name = account.get("portalName")
        number = f"HubSpot account {account.get('portalId', 'without a number')}"
        return f"{name}, {number}" if isinstance(name, str) and name else number

    def owners(self) -> Iterator[Owner]:
        for is_archived in (False, True):
            for found in self._api.owners(is_archived=is_archived):
                names = (str(found.get(part) or "").strip() for part in ("firstName", "lastName"))
                email = str(found.get("email") or "")
                yield Owner(str(found["id"]), email, " ".join(filter(None, names)) or email, is_active=not is_archived)

    def pages(
        self, stream: str, *, since: date, cursor: dict[str, Any] | None, counts_only: bool
    ) -> Iterator[Page]:  # fmt: skip
        try:
            position = Cursor.model_validate(cursor or {})
        except ValidationError:
            # Of another release: everything is read again.
            position = Cursor()
        reader = _Reader(self._api, OBJECT_STREAMS[stream], datetime.combine(since, time(), self._zone), not counts_only)
        while True:
            page, position = reader.read(position)
            yield page
            if page.is_last:
                return

    def close(self) -> None:
        self._api.close()


class _Reader:
    """Reads one page of a stream at a time."""

    def __init__(self, api: Api, stream: ObjectStream, since: datetime, with_texts: bool) -> None:  # noqa: FBT001 (private)
        self._api = api
        self._stream = stream
        self._since = since
        self._with_texts = with_texts

    def read(self, at: Cursor) -> tuple[Page, Cursor]:
        """The page, and the cursor after it."""
        if at.phase == "deletions":
            return self._read_deletions(at)
        answer = self._api.search(
            self._stream.objects,
            self._filters(at),
            sort="hs_object_id" if at.id else "hs_lastmodifieddate",
            properties=self._stream.requested(with_texts=self._with_texts),
        )
        found = results(answer)
        rows = [self._stream.row(one, since=self._since, with_texts=self._with_texts) for one in found]
        rows += [SourceRow(id_, "", None, is_deleted=True) for one in found for id_ in merged_ids(one)]
        following = self._after_changes(at, found, answer)
        total = answer.object.get("total")
        remaining = max(0, total - len(found)) if isinstance(total, int) and not at.id else None
        return Page(tuple(rows), following.model_dump(), is_last=False, remaining=remaining), following

    def _filters(self, at: Cursor) -> list[dict[str, Any]]:
        filters = [_compare("hs_lastmodifieddate", "GTE", at.start)]
        if at.id:
            filters = [_compare("hs_lastmodifieddate", "EQ", at.start), _compare("hs_object_id", "GT", at.id)]
        if at.is_first:
            # Later passes read all changes, to find objects that were moved to a day before.
            filters.append(_compare(self._stream.occurred, "GTE", milliseconds(self._since)))
        return filters

    def _after_changes(self, at: Cursor, found: list[dict[str, Any]], answer: Answer) -> Cursor:
        times = [self._changed_at(one) for one in found]
        newest = max([at.newest, *times])
        is_full = len(found) >= SEARCH_LIMIT
        if at.id is not None:
            if is_full:
                return at.model_copy(update={"id": str(found[-1]["id"])})
            return at.model_copy(update={"id": None, "start": at.start + 1, "newest": newest})
        if not is_full:
            return at.model_copy(update={"phase": "deletions", "start": _overlapping(newest, answer), "newest": newest})
        if times[-1] > at.start:
            return at.model_copy(update={"start": times[-1], "newest": newest})
        # A whole page with one time of change, as after a bulk update: these objects are read by their ids.
        return at.model_copy(update={"start": times[-1], "id": "0", "newest": newest})

    def _changed_at(self, found: dict[str, Any]) -> int:
        at = moment((found.get("properties") or {}).get("hs_lastmodifieddate"))
        if at is None:
            raise not_understood(TITLE)
        return milliseconds(at)

    def _read_deletions(self, at: Cursor) -> tuple[Page, Cursor]:
        answer = self._api.archived(self._stream.objects, after=at.after)
        rows = tuple(
            SourceRow(str(one["id"]), "", None, version=moment(one.get("archivedAt")), is_deleted=True)
            for one in results(answer)
        )
        after = next_after(answer)
        if after is not None and after != at.after:
            following = at.model_copy(update={"after": after})
            return Page(rows, following.model_dump(), is_last=False, remaining=0), following
        following = Cursor(start=at.start, newest=at.newest, is_first=False)
        return Page(rows, following.model_dump(), is_last=True, remaining=0), following


def _compare(name: str, operator: str, value: int | str) -> dict[str, Any]:
    return {"propertyName": name, "operator": operator, "value": str(value)}


def _overlapping(newest: int, answer: Answer) -> int:
    """Where the next run begins: before the newest change, or before now if there was none or a clock was ahead."""
    clock = milliseconds(min(answer.at or now(), now()))
    return max(0, min(newest or clock, clock) - OVERLAP // timedelta(milliseconds=1))
