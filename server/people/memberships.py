"""Joining, moving, changing role, leaving and coming back. A change takes effect on a day, which may lie in the past:
everything that is counted by team follows, whenever it was recorded."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.problems import Problem, field_problem, not_found
from server.core.weeks import DAY
from server.people import queries
from server.people.models import ROLES, Membership, Team, User

EARLIEST = date(2000, 1, 1)
#: Further ahead is a typing error.
MAX_AHEAD = timedelta(days=366)


def assign(session: Session, *, user_id: int, team_id: int | None, role: str, starts_on: date) -> None:
    """From ``starts_on`` until the person's next recorded change, they are in the team in the role; without a team, in none.
    Assigning what is recorded already changes nothing."""
    user = _lock(session, user_id)
    _check_day(session, starts_on)
    if role not in ROLES:
        raise field_problem("role", f"must be one of {', '.join(ROLES)}")
    if team_id is not None and session.get(Team, team_id) is None:
        raise field_problem("team", "does not exist")
    before = queries.membership_on(session, user_id=user.id, day=starts_on)
    if (before.team_id, before.role) == (team_id, role) if before else team_id is None:
        return
    later = next((one for one in queries.memberships_of(session, user_id=user.id) if one.starts_on > starts_on), None)
    change = _describe_change(before, team_id, role)
    ends_on = before.ends_on if before else (later.starts_on - DAY if later else None)
    _clear_from(session, before, starts_on)
    if team_id is not None:
        session.add(Membership(user_id=user.id, team_id=team_id, role=role, starts_on=starts_on, ends_on=ends_on))
        session.flush()
    _merge_equal_neighbours(session, user.id)
    audit.record(
        session,
        action="membership.changed",
        object_type="user",
        object_id=user.id,
        changes={f"{name} from {starts_on.isoformat()}": values for name, values in change.items()},
    )


def leave_organisation(session: Session, *, user_id: int, last_day: date) -> None:
    """Ends the person's memberships after ``last_day`` and removes planned ones. Their numbers until then stay."""
    user = _lock(session, user_id)
    _check_day(session, last_day)
    current = queries.membership_on(session, user_id=user.id, day=last_day)
    later = [one for one in queries.memberships_of(session, user_id=user.id) if one.starts_on > last_day]
    if not later and (current is None or current.ends_on == last_day):
        return
    for membership in later:
        session.delete(membership)
    if current is not None:
        current.ends_on = last_day
    session.flush()
    audit.record(
        session,
        action="membership.ended",
        object_type="user",
        object_id=user.id,
        changes={"last_day": (None, last_day.isoformat())},
    )


def rehire(session: Session, *, user_id: int, team_id: int | None, role: str, starts_on: date) -> None:
    """Gives a deactivated person access again, with the same account and history, and a membership from ``starts_on``, which is
    after the day on which they left. 409 if they are active. The caller decides how they sign in."""
    user = _lock(session, user_id)
    if user.is_active:
        raise Problem(409, "is-active", "This person is active", detail="Move them to another team instead.")
    if user.email.endswith("@invalid"):
        raise Problem(409, "erased", "This person's data was erased", detail="Add them as a new person.")
    if any(one.ends_on is None or one.ends_on >= starts_on for one in queries.memberships_of(session, user_id=user.id)):
        raise field_problem("starts_on", "must be after the day on which the person left")
    audit.record(
        session,
        action="user.rehired",
        object_type="user",
        object_id=user.id,
        changes={"is_active": (False, True), "role": (user.role, role)},
    )
    user.is_active, user.role = True, role
    session.flush()
    if team_id is not None:
        assign(session, user_id=user.id, team_id=team_id, role=role, starts_on=starts_on)


def end_all(session: Session, *, user_id: int) -> None:
    """For erasing a person: ends what is open, without an audit entry of its own."""
    today = queries.get_calendar(session).today()
    session.execute(delete(Membership).where(Membership.user_id == user_id, Membership.starts_on > today))
    current = queries.membership_on(session, user_id=user_id, day=today)
    if current is not None:
        current.ends_on = today
    session.flush()


def _lock(session: Session, user_id: int) -> User:
    user = queries.lock_user(session, user_id=user_id)
    if user is None:
        raise not_found()
    return user


def _check_day(session: Session, day: date) -> None:
    if not EARLIEST <= day <= queries.get_calendar(session).today() + MAX_AHEAD:
        raise field_problem("starts_on", "must be between the year 2000 and a year from now")


def _clear_from(session: Session, membership: Membership | None, starts_on: date) -> None:
    """Ends the membership the day before, or removes it if it would have no day left."""
    if membership is None:
        return
    if membership.starts_on == starts_on:
        session.delete(membership)
    else:
        membership.ends_on = starts_on - DAY
    session.flush()


def _merge_equal_neighbours(session: Session, user_id: int) -> None:
    """Intervals that touch and do not differ become one, so that the history shows changes only."""
    previous: Membership | None = None
    for membership in queries.memberships_of(session, user_id=user_id):
        is_same = previous is not None and (previous.team_id, previous.role) == (membership.team_id, membership.role)
        if previous is not None and is_same and previous.ends_on == membership.starts_on - DAY:
            ends_on = membership.ends_on
            session.delete(membership)
            session.flush()
            previous.ends_on = ends_on
            session.flush()
        else:
            previous = membership


def _describe_change(
    before: Membership | None, team_id: int | None, role: str
) -> dict[str, tuple[int | str | None, int | str | None]]:
    old_team, old_role = (before.team_id, before.role) if before else (None, None)
    changes: dict[str, tuple[int | str | None, int | str | None]] = {}
    if old_team != team_id:
        changes["team"] = (old_team, team_id)
    if old_role != role:
        changes["role"] = (old_role, role if team_id is not None else None)
    return changes
