"""The page of the tree of teams, for administrators."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.problems import Problem
from server.people import places, queries, teams
from server.people.directory import team_paths
from server.people.forms import field_errors, read_id

pages = Blueprint("teams", __name__, template_folder="templates")


@pages.get("/people/teams")
@page("admin", writes=False)
def index() -> str:
    return _render()


def _render(*, failed: str = "", errors: dict[str, str] | None = None) -> str:
    """``failed``: the form with ``errors``: ``new`` or the id of a team."""
    today = queries.get_calendar(db()).today()
    all_teams = queries.all_teams(db())
    paths = team_paths(all_teams)
    return render_template(
        "people/teams.html",
        teams=sorted(all_teams, key=lambda team: paths[team.id].casefold()),
        paths=paths,
        members=Counter(one.team_id for one in queries.memberships_between(db(), today, today)),
        region_label=places.region_label,
        places=places.all_places().values(),
        form=request.form,
        failed=failed,
        errors=errors or {},
    )


@pages.post("/people/teams")
@page("admin")
def add() -> Response | tuple[str, int]:
    form = request.form
    try:
        teams.add_team(
            db(), name=form.get("name", ""), parent_id=read_id(form, "parent"), region=form.get("region", "")
        )  # fmt: skip
    except Problem as problem:
        return _render(failed="new", errors=field_errors(problem)), problem.status
    flash("Team added.", "good")
    return redirect("/people/teams", code=303)


@pages.post("/people/teams/<int:team_id>")
@page("admin")
def change(team_id: int) -> Response | tuple[str, int]:
    form = request.form
    try:
        teams.change_team(
            db(),
            team_id=team_id,
            name=form.get("name", ""),
            parent_id=read_id(form, "parent"),
            region=form.get("region", ""),
        )
    except Problem as problem:
        if problem.status == 404:
            raise
        return _render(failed=str(team_id), errors=field_errors(problem)), problem.status
    flash("Team saved.", "good")
    return redirect("/people/teams", code=303)


@pages.post("/people/teams/<int:team_id>/delete")
@page("admin")
def delete(team_id: int) -> Response | tuple[str, int]:
    try:
        teams.delete_team(db(), team_id=team_id)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _render(failed=str(team_id), errors=field_errors(problem)), problem.status
    flash("Team deleted.", "good")
    return redirect("/people/teams", code=303)
