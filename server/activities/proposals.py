"""Records of other systems that name a shared item as their source. Nothing is stored about a proposal: it is found as long
as the record names the item and nobody has decided, so a corrected record, or an item that is shared later, is no special
case."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.models import Activity
from server.core.weeks import Calendar
from server.outcomes.operations import Statement
from server.people.queries import get_calendar
from server.people.standard_metrics import OUTCOME_KINDS, STANDARD_KEYS
from server.records.models import Record


@dataclass(frozen=True, slots=True)
class Proposal:
    """``record`` names ``item``, both of the same person; ``day`` is the record's."""

    record: Record
    item: Activity
    day: date

    @property
    def statement(self) -> Statement:
        return Statement(
            kind=outcome_kind(self.record.kind) or "other", occurred_on=self.day, grade="crm", record_id=self.record.id
        )

    @property
    def key(self) -> str:
        """Decided once."""
        return f"record:{self.record.id}:{self.item.id}"


def outcome_kind(record_kind: str | None) -> str | None:
    """What a record is as an outcome; None for what cannot be one, such as a call."""
    if record_kind is None or (record_kind in STANDARD_KEYS and record_kind not in OUTCOME_KINDS):
        return None
    return OUTCOME_KINDS.get(record_kind, "other")


def find_proposals(
    session: Session, *, user_ids: Collection[int] | None = None, record_id: int | None = None, not_of: int | None = None
) -> list[Proposal]:
    """Oldest record first: of active people, of ``user_ids`` if given, without ``not_of``."""
    rows = queries.records_naming_items(session, user_ids=user_ids, record_id=record_id, not_of=not_of)
    return list(_newest_items(rows, get_calendar(session)))


def _newest_items(rows: Iterator[tuple[Record, Activity]], calendar: Calendar) -> Iterator[Proposal]:
    """Where several items have the link, the last one that was published by the day of the record; nothing can come of an item
    that was published later. A record that counts several is none of them in particular."""
    found: dict[int, Proposal] = {}
    for record, item in rows:
        if record.occurred_at is None or outcome_kind(record.kind) is None:
            continue
        day = calendar.day_of(record.occurred_at)
        if calendar.day_of(item.occurred_at) <= day:
            # Rows are ordered by the items' dates.
            found[record.id] = Proposal(record, item, day)
    yield from found.values()
