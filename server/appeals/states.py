"""What a rep can do about each of their items: contest its credit, ask about its score, or wait for an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.activities.queries import items_by_id
from server.appeals import deadlines, queries
from server.appeals.models import Appeal
from server.people.queries import get_calendar

CONTESTABLE_STATES = ("counted", "held", "duplicate", "refused")


@dataclass(frozen=True, slots=True)
class ContestState:
    """``until``: the last day on which the rep can contest the item, or could. ``why_not``: in words, empty if they can.
    ``can_ask``: whether there is a score to explain. ``open``: what waits for an answer."""

    until: date
    why_not: str
    can_ask: bool
    open: tuple[Appeal, ...]

    @property
    def can_contest(self) -> bool:
        return not self.why_not


def contest_state(session: Session, activity: Activity) -> ContestState:
    return contest_states(session, [activity])[activity.id]


def contest_states(session: Session, activities: Sequence[Activity]) -> dict[int, ContestState]:
    """By item."""
    ids = [activity.id for activity in activities]
    decisions = queries.decisions_about(session, activity_ids=ids)
    appeals = queries.appeals_about(session, activity_ids=ids)
    closings = queries.closings(session, appeal_ids=[appeal.id for appeal in appeals])
    last_days = deadlines.contest_until(session, activities, decisions)
    today = get_calendar(session).today()
    states = {}
    for activity in activities:
        about = [appeal for appeal in appeals if appeal.activity_id == activity.id]
        is_open = tuple(appeal for appeal in about if appeal.id not in closings and activity.state != "withdrawn")
        made = decisions.get(activity.id, [])
        until = last_days[activity.id]
        is_final = any(
            appeal.kind == "credit"
            and appeal.id in closings
            and closings[appeal.id].outcome == "stands"
            and appeal.decisions_before == len(made)
            for appeal in about
        )
        why_not = ""
        if activity.state not in CONTESTABLE_STATES:
            why_not = "You withdrew it."
        elif any(appeal.kind == "credit" for appeal in is_open):
            why_not = "You contested it already, and the answer is still to come."
        elif is_final:
            why_not = "You contested it, and the answer was that it stands."
        elif today > until:
            why_not = f"The time for that ended on {until.day} {until:%b %Y}."
        asked = any(appeal.kind == "explanation" for appeal in is_open)
        can_ask = activity.score is not None and activity.state != "withdrawn" and not asked
        states[activity.id] = ContestState(until, why_not, can_ask, is_open)
    return states


def contest_states_of(session: Session, *, activity_ids: Collection[int]) -> dict[int, ContestState]:
    """By item."""
    return contest_states(session, list(items_by_id(session, activity_ids=activity_ids).values()))
