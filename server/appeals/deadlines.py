"""Until when a rep may contest an item, and by when somebody should answer. The first is the credit
policy's, the second a setting of the organisation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.weeks import DAY
from server.credit.models import CreditDecision
from server.credit.queries import current_policy, policies_by_week
from server.people.queries import get_calendar, get_organisation, holidays_between, organisation_region

SATURDAY = 5


def appeal_days(session: Session) -> int:
    """For how many days an item that is recorded now can be contested."""
    return current_policy(session).appeal_days


def contest_until(
    session: Session, activities: Collection[Activity], decisions: Mapping[int, Sequence[CreditDecision]]
) -> dict[int, date]:
    """The last day, by item. The time, of the policy of that week, runs from what happened last: the item was recorded, or
    somebody decided about it."""
    calendar = get_calendar(session)
    since = {
        activity.id: max([activity.recorded_at, *(decision.at for decision in decisions.get(activity.id, ()))])
        for activity in activities
    }
    weeks = {activity_id: calendar.monday_of(moment) for activity_id, moment in since.items()}
    policies = policies_by_week(session, weeks=set(weeks.values()))
    return {
        activity_id: calendar.day_of(moment) + timedelta(days=policies[weeks[activity_id]].appeal_days)
        for activity_id, moment in since.items()
    }


def answer_due(session: Session) -> date:
    """The organisation's number of working days from today; public holidays of its region are none."""
    day, remaining = get_calendar(session).today(), get_organisation(session).answer_days
    region = organisation_region(session)
    holidays = {
        holiday.day
        for holiday in holidays_between(session, day, day + timedelta(days=3 * remaining + 14))
        if holiday.region in ("", region)
    }
    while remaining:
        day += DAY
        remaining -= day.weekday() < SATURDAY and day not in holidays
    return day
