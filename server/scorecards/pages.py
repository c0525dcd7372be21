"""The scorecard, and the page behind each of its rows."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from server.core.access import page
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current
from server.core.weeks import WEEK, monday_of, this_monday
from server.privacy.operations import audit
from server.scorecards import queries
from server.scorecards.models import METRICS

pages = Blueprint("scorecards", __name__, template_folder="templates")

#: In the order of a rep's day: work first, results last.
REP_METRICS = ("call", "lead-followed-up", "meeting", "deal", "credit")
#: A Monday before anybody's first record; earlier ones have no weeks before them to show.
EARLIEST = date(2000, 1, 3)


def week_asked_for() -> date:
    """The Monday of ``?week=``, not later than this week's; the last full week where none, or no day at all, is given."""
    try:
        wished = monday_of(date.fromisoformat(request.args.get("week", "")))
    except ValueError:
        return this_monday() - WEEK
    return max(EARLIEST, min(wished, this_monday()))


def week_steps(week: date) -> dict[str, str | None]:
    """Addresses of this page a week before and a week after; none beyond the week that runs."""
    return {"back": _here(week=week - WEEK), "on": _here(week=week + WEEK) if week < this_monday() else None}


def _here(**changes: object) -> str:
    kept = {name: request.args[name] for name in ("team", "week", "sort") if name in request.args}
    return f"{request.path}?{urlencode({**kept, **changes})}"


@pages.get("/team")
@page("manager", "admin", writes=False)
def team() -> str:
    week = week_asked_for()
    card = queries.team_scorecard(db(), manager=current(), team_id=request.args.get("team", type=int), week=week)
    if current().role == "admin":
        # By itself, so that a manager's look at the same page stays a mere read.
        with unit_of_work(engine()) as session:
            audit(session, action="scorecard.opened", object_type="team", object_id=card.team_id)
    sort = request.args.get("sort", "")
    rows = list(card.rows)
    if sort in METRICS:
        # From the highest only: nobody is listed as the last one (product.md C15).
        rows.sort(key=lambda row: -row.metrics[sort].value)
    return render_template(
        "scorecards/team.html",
        card=card,
        rows=rows,
        sort=sort if sort in METRICS else "name",
        teams=queries.teams_in_view(db(), viewer=current()),
        metrics=METRICS,
        sort_link=lambda name: _here(sort=name),
        rep_link=lambda user_id: f"/team/rep/{user_id}?{urlencode({'week': week})}",
        **week_steps(week),
    )


# Writes: a look at a person's page is noted, and that person can read it.
@pages.get("/team/rep/<int:user_id>")
@page("manager", "admin", writes=True)
def rep(user_id: int) -> str:
    week = week_asked_for()
    found = queries.rep_page(db(), viewer=current(), user_id=user_id, week=week)
    return render_template("scorecards/rep.html", rep=found, metrics=REP_METRICS, **week_steps(week))
