"""The scorecard of a team, and the page of each rep."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request

from server.core.access import page
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current_identity
from server.one_to_ones.access import is_present_manager
from server.one_to_ones.points import skip_used
from server.people.time_allowances import find_allowance
from server.scorecards import operations
from server.scorecards.links import link, requested_week, week_links
from server.scorecards.points.reasons import REASONS

pages = Blueprint("scorecards", __name__, template_folder="templates")


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
    keys = [metric.key for metric in card.metrics]
    if sort in keys:
        # Descending only, so that nobody is listed as the worst (TRUST.md C15).
        rows.sort(key=lambda row: -row.metrics[sort].value)
    here = {"team": card.team_id, "week": week}
    return render_template(
        "scorecards/team.html",
        card=card,
        rows=rows,
        sort=sort if sort in keys else "name",
        teams=operations.teams_in_view(db(), viewer=viewer),
        sort_link=lambda name: link(sort=name),
        time=find_allowance(db(), team_id=card.team_id, week=week),
        rep_link=lambda user_id: f"/team/rep/{user_id}?{urlencode({'week': week})}",
        records_link=lambda metric, **more: f"/team/records?{urlencode({'metric': metric.key} | here | more)}",
        person_records_link=lambda metric, user_id: f"/team/rep/{user_id}/records?{urlencode({'metric': metric.key} | here)}",
        **week_links(week),
    )


# Writes a record of the view, which that person can see.
@pages.get("/team/rep/<int:user_id>")
@page("manager", "admin", writes=True)
def rep(user_id: int) -> str:
    week = requested_week()
    viewer = current_identity()
    skip = skip_used(db(), viewer=viewer, user_id=user_id, week=week)
    rep_page = operations.open_rep_page(db(), viewer=viewer, user_id=user_id, week=week, skip=skip)
    is_manager = is_present_manager(db(), viewer=viewer, user_id=user_id)
    return render_template(
        "scorecards/rep.html",
        rep=rep_page,
        REASONS=REASONS,
        one_to_one=f"/team/rep/{user_id}/one-to-one?{urlencode({'week': week})}" if is_manager else None,
        records_link=lambda metric, weeks=1: (
            f"/team/rep/{user_id}/records?{urlencode({'metric': metric.key, 'week': week, 'weeks': weeks})}"
        ),
        **week_links(week),
    )
