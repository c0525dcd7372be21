"""Hours in which a person gets no digest, by the clock on their wall: they follow its changes in spring and autumn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from server.core.weeks import DAY

SATURDAY = 5
#: Two days of a weekend, the night after them, and the day on which one asks.
LONGEST_DAYS = 4


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``starts`` until before ``ends``, over midnight if it is not later; never if both are the same. With ``weekends``,
    all of Saturday and Sunday too."""

    zone: ZoneInfo
    starts: time
    ends: time
    weekends: bool

    def include(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        if self.weekends and local.weekday() >= SATURDAY:
            return True
        if self.starts < self.ends:
            return self.starts <= local.time() < self.ends
        return self.starts != self.ends and not self.ends <= local.time() < self.starts

    def end(self, moment: datetime) -> datetime:
        """The first moment from ``moment`` on that is not quiet, in UTC."""
        if not self.include(moment):
            return moment.astimezone(UTC)
        today = moment.astimezone(self.zone).date()
        candidates = sorted(
            datetime.combine(today + DAY * days, at, self.zone).astimezone(UTC)
            for days in range(LONGEST_DAYS + 1)
            for at in {time(), self.ends}
        )
        return next(end for end in candidates if end > moment and not self.include(end))
