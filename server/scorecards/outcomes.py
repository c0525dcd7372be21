"""Numbers of what came of shared items, for whoever may see them: one per ledger, beside credit and never added to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.periods import Period
from server.outcomes import queries
from server.outcomes.view import LedgerSeries, OutcomesPage, build_lines, ledger_series
from server.people.models import User
from server.scorecards.access import require_visible_user, visible_team_ids
from server.scorecards.records import record_views


def own_outcomes(session: Session, *, user_id: int, periods: Sequence[Period]) -> tuple[LedgerSeries, ...]:
    return ledger_series(queries.counts_of_periods(session, periods, user_id=user_id), len(periods))


def list_own_outcomes(session: Session, *, viewer: Identity, period: Period) -> OutcomesPage:
    found = queries.counted_between(session, period, user_id=viewer.user_id, team_ids=None)
    return OutcomesPage(viewer.name, None, period, build_lines(session, found))


def open_person_outcomes(session: Session, *, viewer: Identity, user_id: int, period: Period) -> OutcomesPage:
    """What came of the person's items while they were in teams that the viewer may see. Records the view, which the person can
    see. 404 if the viewer may not see the person."""
    user, team_ids = _require(session, viewer, user_id)
    found = queries.counted_between(session, period, user_id=user_id, team_ids=team_ids)
    record_views(session, viewer, [user_id], page="outcomes", action="outcomes.opened", object_type="user", object_id=user_id)
    return OutcomesPage(user.name, user_id, period, build_lines(session, found))


def _require(session: Session, viewer: Identity, user_id: int) -> tuple[User, frozenset[int] | None]:
    """The person, and the teams in which the viewer may see them; None for all, on one's own page."""
    visible = visible_team_ids(session, viewer=viewer)
    user = require_visible_user(session, viewer=viewer, user_id=user_id, team_ids=visible)
    return user, None if viewer.user_id == user_id else visible
