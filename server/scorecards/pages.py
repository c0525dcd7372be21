"""The scorecard of a team, and the page of each rep."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request

from server.core.access import page
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current_identity
from server.core.weeks import WEEK, monday_of
from server.people.models import METRICS
from server.people.queries import get_calendar
from server.scorecards import operations

pages = Blueprint("scorecards", __name__, template_folder="templates")

#: Activity first, results last.
REP_METRICS = ("call", "lead-followed-up", "meeting", "deal", "credit")
#: A Monday before the first record of anybody. The pages also show earlier weeks, which must be valid dates.
EARLIEST = date(2000, 1, 3)


def requested_week() -> date:
    """The Monday of ``?week=``, at latest the current one; without a valid date, that of the last complete week."""
    this_monday = get_calendar(db()).this_monday()
    try:
        requested = monday_of(date.fromisoformat(request.args.get("week", "")))
    except ValueError:
        return this_monday - WEEK
    return max(EARLIEST, min(requested, this_monday))


def week_links(week: date) -> dict[str, str | None]:
    """Links to this page for the previous and the next week; there is no next week after the current one."""
    has_next = week < get_calendar(db()).this_monday()
    return {"previous_week": _link(week=week - WEEK), "next_week": _link(week=week + WEEK) if has_next else None}


def _link(**changes: object) -> str:
    parameters = {name: request.args[name] for name in ("team", "week", "sort") if name in request.args}
    return f"{request.path}?{urlencode({**parameters, **changes})}"


@pages.get("/team")
@page("manager", "admin", writes=False)
def team() -> str:
    viewer, week = current_identity(), requested_week()
    if "team" not in request.args and not operations.teams_in_view(db(), viewer=viewer):
        return render_template("scorecards/no_team.html")
    card = operations.team_scorecard(db(), viewer=viewer, team_id=request.args.get("team", type=int), week=week)
    if viewer.role == "admin":
        # In a separate transaction, so that the request itself only reads, as it does for managers.
        with unit_of_work(engine(), request_id=g.get("request_id")) as session:
            operations.record_scorecard_opened(session, viewer=viewer, team_id=card.team_id)
    sort = request.args.get("sort", "")
    rows = list(card.rows)
    if sort in METRICS:
        # Descending only, so that nobody is listed as the worst (TRUST.md C15).
        rows.sort(key=lambda row: -row.metrics[sort].value)
    return render_template(
        "scorecards/team.html",
        card=card,
        rows=rows,
        sort=sort if sort in METRICS else "name",
        teams=operations.teams_in_view(db(), viewer=viewer),
        metrics=METRICS,
        sort_link=lambda name: _link(sort=name),
        rep_link=lambda user_id: f"/team/rep/{user_id}?{urlencode({'week': week})}",
        **week_links(week),
    )


# Writes a record of the view, which that person can see.
@pages.get("/team/rep/<int:user_id>")
@page("manager", "admin", writes=True)
def rep(user_id: int) -> str:
    week = requested_week()
    rep_page = operations.open_rep_page(db(), viewer=current_identity(), user_id=user_id, week=week)
    return render_template("scorecards/rep.html", rep=rep_page, metrics=REP_METRICS, **week_links(week))
