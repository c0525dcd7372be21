"""Credit that would have differed under a change: recent entries are credited again under the policy in force, with the bands
that the items have now and with those that they would have. Nothing is written, and past credit never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from nlp.model import BANDS
from server.core.small_groups import MIN_GROUP_SIZE
from server.credit.formula import Policy
from server.credit.modes import OrganisationMode, mode_in_effect
from server.credit.queries import current_policy
from server.effects import queries
from server.effects.change import Change
from server.effects.items import SharedItems
from server.effects.shared import in_fives
from server.people.queries import get_calendar, get_organisation
from server.policies.preview import past_weeks
from server.policies.queries import load_entries
from server.policies.replay import Entry, replay

WEEKS = 8
#: Entries are credited again while somebody moves a slider; with more of them, fewer weeks are.
MAX_ENTRIES = 5_000
#: Sums of points are rounded to a multiple of this.
ROUNDING = 10


@dataclass(frozen=True, slots=True)
class CreditEffect:
    """``mode``: of the organisation; everything else is 0 unless it is ``bands``. ``weeks``: complete weeks. ``before``: points
    of everybody, and ``difference`` from them after the change, rounded. ``people`` and ``items`` whose points would differ, in
    fives. ``is_hidden``: that the points of fewer than five people would differ. ``has_too_few``: fewer than five earned
    anything."""

    mode: OrganisationMode
    weeks: int = 0
    before: int = 0
    difference: int = 0
    people: int = 0
    items: int = 0
    is_hidden: bool = True
    has_too_few: bool = False


#: Of this process: the entries of the weeks, by which they are.
_entries: dict[tuple[tuple[date, ...], queries.EntriesState], list[Entry]] = {}


def credit_effect(session: Session, change: Change, items: SharedItems) -> CreditEffect:
    mode = mode_in_effect(get_organisation(session))
    if mode != "bands":
        return CreditEffect(mode)
    weeks, entries = _recent_entries(session)
    scored = change.score(items.table)
    policy = current_policy(session)
    before = _credit(entries, policy, dict(zip(items.ids, scored.bands_before.tolist(), strict=True)))
    after = _credit(entries, policy, dict(zip(items.ids, scored.bands_after.tolist(), strict=True)))
    changed = [entry for entry in entries if before[entry.id] != after[entry.id]]
    people = {entry.account_id for entry in changed}
    has_too_few = len({entry.account_id for entry in entries}) < MIN_GROUP_SIZE
    effect = CreditEffect(
        mode, weeks=len(weeks), before=0 if has_too_few else _rounded(sum(before.values())), has_too_few=has_too_few
    )
    if len(people) < MIN_GROUP_SIZE:
        return effect
    return replace(
        effect,
        difference=_rounded(sum(after.values()) - sum(before.values())),
        people=in_fives(len(people)),
        items=in_fives(len({entry.activity_id for entry in changed})),
        is_hidden=False,
    )


def _credit(entries: list[Entry], policy: Policy, bands: Mapping[int, int]) -> dict[int, int]:
    """Points by entry. Items without a band in ``bands`` keep the one that they were credited with."""
    return replay((_with_band(entry, bands) for entry in entries), lambda _entry: policy)


def _with_band(entry: Entry, bands: Mapping[int, int]) -> Entry:
    band = bands.get(entry.activity_id) if entry.activity_id is not None else None
    if band is None or entry.quality is None or entry.quality.mode != "bands" or entry.quality.band == BANDS[band]:
        return entry
    return replace(entry, quality=replace(entry.quality, band=BANDS[band]))


def _recent_entries(session: Session) -> tuple[tuple[date, ...], list[Entry]]:
    """Of the last complete weeks: all of them, or as many as have ``MAX_ENTRIES``, at least one."""
    calendar = get_calendar(session)
    weeks = past_weeks(calendar, WEEKS)
    state = queries.entries_state(session, calendar.start_of(weeks[0]), calendar.end_of(weeks[-1]))
    while state.number > MAX_ENTRIES and len(weeks) > 1:
        weeks = weeks[1:]
        state = queries.entries_state(session, calendar.start_of(weeks[0]), calendar.end_of(weeks[-1]))
    key = (weeks, state)
    if key not in _entries:
        _entries.clear()
        _entries[key] = load_entries(session, calendar, weeks)
    return weeks, _entries[key]


def _rounded(points: int) -> int:
    return round(points / ROUNDING) * ROUNDING
