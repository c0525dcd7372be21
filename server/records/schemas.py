"""The body and the answer of ``POST /api/v1/activities``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import Field, ValidationError, WrapValidator

from server.core.characters import is_storable
from server.core.json_bodies import describe_errors
from server.core.schemas import PlainText, RequestBody, ResponseBody, Timestamp, WebAddress
from server.people.standard_metrics import STANDARD_METRICS
from server.records.rows import InvalidRow, Outcome, Result, Row, RowError

#: Of the metrics that come with the product.
STANDARD_KINDS = ", ".join(metric.key for metric in STANDARD_METRICS if metric.record_kind == metric.key)
MAX_BATCH = 500
MAX_ID_LENGTH = 200
#: Per record; far more than a whole team's calls of a day.
MAX_COUNT = 100_000
MAX_VALUE = 2_000_000_000
MAX_SUBJECT_LENGTH = 300


class RecordIn(RequestBody):
    """One row of another system. A row with a ``record_id`` that is known corrects that record; with ``deleted`` it removes it,
    and needs no other field."""

    record_id: PlainText = Field(min_length=1, max_length=MAX_ID_LENGTH, description="The row's id in its source")
    rep: PlainText | None = Field(
        default=None, min_length=3, max_length=254, description="The owner's e-mail address; required unless deleted"
    )
    kind: PlainText | None = Field(
        default=None,
        max_length=64,
        description=f"The metric's key: {STANDARD_KINDS}, or one that the organisation added; required unless deleted",
    )
    occurred_at: Timestamp | None = Field(
        default=None,
        description="When it was done, for a meeting when it was booked: decides about week and team; required unless deleted",
    )
    count: int = Field(default=1, ge=1, le=MAX_COUNT)
    value: int | None = Field(
        default=None, ge=0, le=MAX_VALUE, description="In whole units of the organisation's currency, where money is counted"
    )
    booked_for: Timestamp | None = Field(default=None, description="For what time a meeting was booked")
    subject: PlainText | None = Field(
        default=None, max_length=MAX_SUBJECT_LENGTH, description="Kept only if the organisation allows it"
    )
    url: WebAddress | None = Field(default=None, description="Where the row can be opened in its source")
    social_source: WebAddress | None = Field(
        default=None,
        description="A link to the LinkedIn or X post that the row came of, if the source says so. If the owner shared this"
        " post, a person is asked to approve it; it never adds to anybody's points",
    )
    updated_at: Timestamp | None = Field(
        default=None, description="When the source last changed the row. An older version never replaces a newer one"
    )
    deleted: bool = False

    def to_row(self) -> Row | InvalidRow:
        if self.deleted:
            return Row(self.record_id, version=self.updated_at, is_deleted=True)
        required = {"rep": self.rep, "kind": self.kind, "occurred_at": self.occurred_at}
        missing = tuple(RowError(name, "is required") for name, value in required.items() if value is None)
        if missing:
            return InvalidRow(self.record_id, missing)
        return Row(
            source_id=self.record_id,
            owner=self.rep or "",
            kind=self.kind or "",
            occurred_at=self.occurred_at,
            count=self.count,
            value=self.value,
            booked_for=self.booked_for,
            subject=self.subject,
            url=self.url,
            social_source=self.social_source,
            version=self.updated_at,
        )


def _read_row(value: Any, read: Callable[[Any], RecordIn]) -> RecordIn | InvalidRow:
    """A row that is not valid must not refuse the others."""
    try:
        return read(value)
    except ValidationError as error:
        record_id = value.get("record_id") if isinstance(value, dict) else None
        errors = tuple(RowError(entry["field"], entry["message"]) for entry in describe_errors(error))
        is_id = isinstance(record_id, str) and 1 <= len(record_id) <= MAX_ID_LENGTH and is_storable(record_id)
        return InvalidRow(record_id if is_id else None, errors)


class RecordsIn(RequestBody):
    source: PlainText = Field(
        pattern=r"^[a-z][a-z0-9-]{0,31}$", description="The system that the rows are from, such as crm: ids are unique in it"
    )
    activities: list[Annotated[RecordIn, WrapValidator(_read_row)]] = Field(min_length=1, max_length=MAX_BATCH)

    def rows(self) -> list[Row | InvalidRow]:
        return [row if isinstance(row, InvalidRow) else row.to_row() for row in self.activities]


class RowErrorOut(ResponseBody):
    row: int = Field(description="Position in the request, from 0")
    record_id: str | None
    field: str
    message: str


class RecordsOut(ResponseBody):
    """Each row of the request is in exactly one of the five numbers."""

    accepted: int = Field(description="New records")
    already_known: int = Field(description="Rows that changed nothing: known as they are, or older than what is known")
    corrected: int = Field(description="Known records that changed, those given to another person included")
    deleted: int
    refused: int
    errors: list[RowErrorOut] = Field(description="Why rows were refused; the other rows were stored")


COUNTED_AS: dict[Result, str] = {
    "new": "accepted",
    "unchanged": "already_known",
    "corrected": "corrected",
    "deleted": "deleted",
    "refused": "refused",
}


def records_out(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    counts: dict[str, Any] = dict.fromkeys(COUNTED_AS.values(), 0)
    for outcome in outcomes:
        counts[COUNTED_AS[outcome.result]] += 1
    errors = [
        {"row": outcome.index, "record_id": outcome.source_id, "field": error.field, "message": error.message}
        for outcome in outcomes
        for error in outcome.errors
    ]
    return {**counts, "errors": errors}
