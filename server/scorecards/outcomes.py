"""Numbers of what came of shared items, for whoever may see them: one per ledger, beside credit and never added to it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.weeks import weeks_until
from server.outcomes import queries
from server.outcomes.view import LedgerWeeks, OutcomesPage, build_lines, ledger_weeks
from server.people.models import User
from server.scorecards.access import require_visible_user, visible_team_ids
from server.scorecards.operations import REP_WEEKS
from server.scorecards.records import record_views

MAX_WEEKS = REP_WEEKS


def own_outcome_weeks(session: Session, *, user_id: int, weeks: tuple[date, ...]) -> tuple[LedgerWeeks, ...]:
    return ledger_weeks(queries.weekly_counts(session, weeks, user_id=user_id), len(weeks))


def list_own_outcomes(session: Session, *, viewer: Identity, week: date, week_count: int) -> OutcomesPage:
    weeks = weeks_until(week, week_count)
    found = queries.counted_in_weeks(session, weeks, user_id=viewer.user_id, team_ids=None)
    return OutcomesPage(viewer.name, None, weeks, build_lines(session, found))


def open_person_outcomes(session: Session, *, viewer: Identity, user_id: int, week: date, week_count: int) -> OutcomesPage:
    """What came of the person's items while they were in teams that the viewer may see. Records the view, which the person can
    see. 404 if the viewer may not see the person."""
    user, team_ids = _require(session, viewer, user_id)
    weeks = weeks_until(week, week_count)
    found = queries.counted_in_weeks(session, weeks, user_id=user_id, team_ids=team_ids)
    record_views(session, viewer, [user_id], page="outcomes", action="outcomes.opened", object_type="user", object_id=user_id)
    return OutcomesPage(user.name, user_id, weeks, build_lines(session, found))


def _require(session: Session, viewer: Identity, user_id: int) -> tuple[User, frozenset[int] | None]:
    """The person, and the teams in which the viewer may see them; None for all, on one's own page."""
    visible = visible_team_ids(session, viewer=viewer)
    user = require_visible_user(session, viewer=viewer, user_id=user_id, team_ids=visible)
    return user, None if viewer.user_id == user_id else visible
