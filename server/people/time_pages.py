"""The page of the time that teams have for social work. Managers see it for their teams, and set it if the organisation lets
them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, not_found
from server.core.weeks import WEEK
from server.people import organisation, queries, time_allowances
from server.people.directory import team_paths
from server.people.forms import field_errors, read_date, read_id, read_number
from server.people.models import TimeAllowance
from server.scorecards.access import visible_team_ids
from server.scorecards.operations import teams_in_view

pages = Blueprint("time", __name__, template_folder="templates")

PATH = "/people/time"


@pages.get(PATH)
@page("manager", "admin", writes=False)
def index() -> str:
    return _render()


def _render(**errors: str) -> str:
    visible = teams_in_view(db(), viewer=current_identity())
    monday = queries.get_calendar(db()).this_monday()
    team_ids = [team.id for team in visible]
    return render_template(
        "people/time.html",
        teams=visible,
        allowances=time_allowances.find_allowances(db(), team_ids=team_ids, week=monday),
        rows=queries.time_allowances_of(db(), team_ids=team_ids),
        paths=team_paths(queries.all_teams(db())),
        names={team.id: team.name for team in queries.all_teams(db())},
        may_set=_may_set(),
        next_monday=monday + WEEK,
        form=request.form,
        errors=errors,
    )


def _may_set() -> bool:
    return current_identity().role == "admin" or queries.get_organisation(db()).managers_set_time


def _require_may_set(team_id: int | None) -> None:
    if not _may_set() or (team_id is not None and team_id not in visible_team_ids(db(), viewer=current_identity())):
        raise not_found()


@pages.post(PATH)
@page("manager", "admin")
def set_allowance() -> Response | tuple[str, int]:
    form = request.form
    _require_may_set(None)
    try:
        team_id = read_id(form, "team")
        _require_may_set(team_id)
        time_allowances.set_allowance(
            db(), team_id=team_id, minutes=read_number(form, "minutes"), valid_from=read_date(form, "valid_from")
        )  # fmt: skip
    except Problem as problem:
        if problem.status == 404:
            raise
        return _render(**field_errors(problem)), problem.status
    flash("Saved. Everybody in the team sees it under My work.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/<int:allowance_id>/delete")
@page("manager", "admin")
def delete(allowance_id: int) -> Response:
    row = db().get(TimeAllowance, allowance_id)
    if row is None:
        raise not_found()
    _require_may_set(row.team_id)
    time_allowances.delete_allowance(db(), allowance_id=allowance_id)
    flash("Deleted, as if it had never been set.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/managers")
@page("admin")
def save_managers() -> Response:
    organisation.change_managers_set_time(db(), allowed=request.form.get("managers_set_time") == "yes")
    flash("Saved.", "good")
    return redirect(PATH, code=303)
