"""What makes a row unacceptable: its person, its metric, its dates. Found for a whole batch with few queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from server.core.clock import now
from server.people.models import Membership, User
from server.people.queries import active_metrics, get_calendar, memberships_of, users_by_email
from server.records.rows import Row, RowError

#: Another system's clock may be in a time zone ahead of ours.
MAX_AHEAD = timedelta(days=1)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST_BOOKING = datetime(2100, 1, 1, tzinfo=UTC)


class RowChecks:
    """``users``: the owners of the rows, by lower-case e-mail address, with those who have left."""

    def __init__(self, session: Session, rows: Iterable[Row]) -> None:
        self.users = users_by_email(session, (row.owner for row in rows if not row.is_deleted))
        metrics = active_metrics(session)
        self._kinds = [metric.key for metric in metrics if metric.record_kind == metric.key]
        self._kinds_with_value = [metric.record_kind for metric in metrics if metric.unit == "money"]
        self._calendar = get_calendar(session)
        self._memberships: dict[int, list[Membership]] = {
            user.id: list(memberships_of(session, user_id=user.id)) for user in self.users.values() if not user.is_active
        }

    def errors(self, row: Row) -> tuple[RowError, ...]:
        """Empty if the row can be stored."""
        if row.is_deleted:
            return ()
        found = [self._person(row), self._kind(row), self._value(row), self._occurred(row), self._booked(row)]
        return tuple(error for error in found if error)

    def _person(self, row: Row) -> RowError | None:
        user = self.users.get(row.owner.lower())
        if user is None:
            return RowError("rep", "no active user has this e-mail address")
        if user.is_active or row.occurred_at is None:
            return None
        return self._departed(user, row.occurred_at)

    def _departed(self, user: User, occurred_at: datetime) -> RowError | None:
        """Somebody who left keeps what they did while they were there."""
        day = self._calendar.day_of(occurred_at)
        memberships = self._memberships[user.id]
        if any(one.starts_on <= day and (one.ends_on is None or day <= one.ends_on) for one in memberships):
            return None
        if memberships and day < memberships[0].starts_on:
            return RowError("rep", f"was not here yet on {day.isoformat()}: their first day was {memberships[0].starts_on}")
        earlier = [one.ends_on for one in memberships if one.ends_on is not None and one.ends_on < day]
        last_day = f": their last day was {max(earlier)}" if earlier else ""
        return RowError("rep", f"had left by {day.isoformat()}{last_day}")

    def _kind(self, row: Row) -> RowError | None:
        if row.kind in self._kinds:
            return None
        return RowError("kind", f"must be one of {', '.join(self._kinds)}")

    def _value(self, row: Row) -> RowError | None:
        if row.value is None or row.kind in self._kinds_with_value:
            return None
        return RowError("value", f"is only allowed for {', '.join(dict.fromkeys(map(str, self._kinds_with_value)))}")

    def _occurred(self, row: Row) -> RowError | None:
        if row.occurred_at is not None and EARLIEST <= row.occurred_at <= now() + MAX_AHEAD:
            return None
        return RowError("occurred_at", "must be between the year 2000 and now; the time of a future meeting is booked_for")

    def _booked(self, row: Row) -> RowError | None:
        if row.booked_for is None or EARLIEST <= row.booked_for <= LATEST_BOOKING:
            return None
        return RowError("booked_for", "must be between the years 2000 and 2100")
