"""What another policy would have done to past weeks: every entry of the ledger is credited again, and nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.core.weeks import WEEK, Calendar, weeks_until
from server.credit.formula import Policy
from server.people.queries import get_calendar
from server.policies import queries
from server.policies.replay import Entry, replay

#: How many complete weeks an administrator may choose.
WEEK_CHOICES = (4, 8, 12)


@dataclass(slots=True)
class PersonEffect:
    """Points of one person: ``credited`` in the ledger, ``before`` under the policy that is replaced, ``after`` under the new
    one. ``items``: those that were not withdrawn. ``kinds``: items, before and after of each kind; ``weeks``: before and after
    of each week; ``modes``: items credited in each mode."""

    items: int = 0
    credited: int = 0
    before: int = 0
    after: int = 0
    kinds: dict[str, list[int]] = field(default_factory=dict)
    weeks: list[list[int]] = field(default_factory=list)
    modes: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def past_weeks(calendar: Calendar, count: int) -> tuple[date, ...]:
    """The Mondays of the last ``count`` complete weeks, oldest first."""
    return weeks_until(calendar.this_monday() - WEEK, count)


def measure(
    session: Session,
    weeks: tuple[date, ...],
    *,
    before: Policy,
    after: Policy,
    accounts: tuple[int, int] | None = None,
) -> dict[int, PersonEffect]:
    """Effects by person. ``accounts``: the first and the last id; None for everybody with an entry in ``weeks``."""
    entries = queries.load_entries(session, get_calendar(session), weeks, accounts=accounts)
    return _effects(entries, weeks, replay(entries, lambda _entry: before), replay(entries, lambda _entry: after))


def _effects(
    entries: Sequence[Entry], weeks: tuple[date, ...], points_before: dict[int, int], points_after: dict[int, int]
) -> dict[int, PersonEffect]:
    positions = {monday: index for index, monday in enumerate(weeks)}
    effects: dict[int, PersonEffect] = {}
    for entry in entries:
        effect = effects.setdefault(entry.account_id, PersonEffect(weeks=[[0, 0] for _ in weeks]))
        kind = effect.kinds.setdefault(entry.kind, [0, 0, 0])
        week = effect.weeks[positions[entry.week]]
        # A reversal takes its item back. A correction without a formula is about an item that is counted already.
        items = -1 if entry.reverses_id is not None else int(entry.quality is not None)
        before, after = points_before[entry.id], points_after[entry.id]
        if entry.quality is not None:
            effect.modes[entry.quality.mode] = effect.modes.get(entry.quality.mode, 0) + 1
        effect.items += items
        effect.credited += entry.amount
        effect.before += before
        effect.after += after
        for position, number in enumerate((items, before, after)):
            kind[position] += number
        week[0] += before
        week[1] += after
    return effects


def total(effects: dict[int, PersonEffect]) -> Counter[str]:
    """Sums of ``items``, ``credited``, ``before`` and ``after``."""
    sums: Counter[str] = Counter(items=0, credited=0, before=0, after=0)
    for effect in effects.values():
        sums.update(items=effect.items, credited=effect.credited, before=effect.before, after=effect.after)
    return sums
