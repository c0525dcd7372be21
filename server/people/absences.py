"""Leave of people and public holidays. Whoever is away on all workdays of a week is absent in that week, and not idle."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.database.upsert import insert_if_absent
from server.core.problems import field_problem, not_found
from server.people import queries
from server.people.memberships import EARLIEST
from server.people.models import LEAVE_KINDS, Holiday, Leave
from server.people.operations import check_name
from server.people.places import Place, public_holidays
from server.people.teams import check_region

LATEST = date(2100, 12, 31)


def add_leave(session: Session, *, user_id: int, starts_on: date, ends_on: date | None, kind: str) -> bool:
    """Returns whether it is new: adding the same leave again changes nothing. 422 if it overlaps with other leave of the
    person."""
    if queries.lock_user(session, user_id=user_id) is None:
        raise not_found()
    if kind not in LEAVE_KINDS:
        raise field_problem("kind", f"must be one of {', '.join(LEAVE_KINDS)}")
    _check_day("starts_on", starts_on)
    if ends_on is not None:
        _check_day("ends_on", ends_on)
        if ends_on < starts_on:
            raise field_problem("ends_on", "must not be before the first day")
    overlapping = queries.leaves_between(session, starts_on, ends_on or LATEST, user_ids=[user_id])
    if [(one.starts_on, one.ends_on, one.kind) for one in overlapping] == [(starts_on, ends_on, kind)]:
        return False
    if overlapping:
        raise field_problem("starts_on", "overlaps with other leave of this person; delete that first")
    session.add(Leave(user_id=user_id, starts_on=starts_on, ends_on=ends_on, kind=kind))
    session.flush()
    # Why somebody is away is private, so the log does not repeat it.
    _record_leave(session, user_id, None, _interval(starts_on, ends_on))
    return True


def delete_leave(session: Session, *, user_id: int, leave_id: int) -> None:
    leave = session.get(Leave, leave_id)
    if leave is None or leave.user_id != user_id:
        raise not_found()
    session.delete(leave)
    session.flush()
    _record_leave(session, user_id, _interval(leave.starts_on, leave.ends_on), None)


def add_holiday(session: Session, *, day: date, name: str, region: str = "") -> bool:
    """Adds a public holiday, restores a deleted one, or renames the one of that day and region. Returns whether anything
    changed."""
    name, region = check_name(name), check_region(region)
    _check_day("day", day)
    holiday = session.scalar(select(Holiday).where(Holiday.day == day, Holiday.region == region))
    before = holiday.name if holiday and not holiday.is_deleted else None
    if before == name:
        return False
    if holiday is None:
        holiday = Holiday(day=day, name=name, region=region)
        session.add(holiday)
    holiday.name, holiday.is_deleted = name, False
    session.flush()
    _record_holiday(session, holiday, before, name)
    return True


def delete_holiday(session: Session, *, holiday_id: int) -> None:
    """Deleting it again changes nothing."""
    _change_deleted(session, holiday_id, is_deleted=True)


def restore_holiday(session: Session, *, holiday_id: int) -> None:
    _change_deleted(session, holiday_id, is_deleted=False)


def _change_deleted(session: Session, holiday_id: int, *, is_deleted: bool) -> None:
    holiday = session.get(Holiday, holiday_id)
    if holiday is None:
        raise not_found()
    if holiday.is_deleted != is_deleted:
        holiday.is_deleted = is_deleted
        session.flush()
        _record_holiday(session, holiday, *((holiday.name, None) if is_deleted else (None, holiday.name)))


def add_place_holidays(session: Session, *, place: Place, year: int) -> int:
    """Adds the public holidays of a place in a year for its region. Days that are there already stay as they are, deleted ones
    too. Returns how many were added."""
    added = sum(
        insert_if_absent(session, Holiday, day=day, name=name, region=place.code, is_deleted=False)
        for day, name in public_holidays(place, year).items()
    )
    if added:
        audit.record(
            session, action="holidays.added", object_type="region", object_id=place.code, changes={str(year): (None, added)}
        )  # fmt: skip
    return added


def _check_day(field: str, day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise field_problem(field, f"must be between the years {EARLIEST.year} and {LATEST.year}")


def _interval(starts_on: date, ends_on: date | None) -> str:
    return f"{starts_on.isoformat()} to {ends_on.isoformat() if ends_on else 'further notice'}"


def _record_leave(session: Session, user_id: int, before: str | None, after: str | None) -> None:
    audit.record(
        session, action="leave.changed", object_type="user", object_id=user_id, changes={"leave": (before, after)}
    )  # fmt: skip


def _record_holiday(session: Session, holiday: Holiday, before: str | None, after: str | None) -> None:
    label = f"{holiday.day.isoformat()} {holiday.region}".strip()
    audit.record(
        session, action="holiday.changed", object_type="holiday", object_id=holiday.id, changes={label: (before, after)}
    )  # fmt: skip
