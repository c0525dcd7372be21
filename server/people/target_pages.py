"""The page of weekly targets, for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.labels import ROLE_LABELS
from server.core.problems import Problem, field_problem, not_found
from server.core.weeks import WEEK
from server.people import queries, targets
from server.people.directory import list_people, team_paths
from server.people.forms import field_errors, read_date, read_number, read_ramp
from server.people.models import Target

pages = Blueprint("targets", __name__, template_folder="templates")


@pages.get("/people/targets")
@page("admin", writes=False)
def index() -> str:
    return _render()


def _render(**errors: str) -> str:
    all_targets = queries.all_targets(db())
    names = queries.user_names(db(), user_ids=[target.user_id for target in all_targets if target.user_id is not None])
    metrics = queries.all_metrics(db())
    return render_template(
        "people/targets.html",
        metric_by_key={metric.key: metric for metric in metrics},
        targets=all_targets,
        names=names,
        people=list_people(db()),
        paths=team_paths(queries.all_teams(db())),
        roles=tuple(ROLE_LABELS.items()),
        metrics=[(one.key, one.title) for one in metrics if one.archived_at is None and one.target_kind != "none"],
        next_monday=queries.get_calendar(db()).this_monday() + WEEK,
        form=request.form or request.args,
        errors=errors,
    )


@pages.post("/people/targets")
@page("admin")
def set_target() -> Response | tuple[str, int]:
    form = request.form
    try:
        targets.set_target(
            db(),
            scope=_scope(form),
            metric=form.get("metric", ""),
            per_week=read_number(form, "per_week"),
            valid_from=read_date(form, "valid_from"),
            ramp=read_ramp(form, "ramp"),
        )
    except Problem as problem:
        return _render(**field_errors(problem)), problem.status
    flash("Target saved. Weeks before it keep the target that they had.", "good")
    # The next one is often for the same people from the same week on.
    kept = {name: form[name] for name in ("scope", "valid_from")}
    return redirect(f"/people/targets?{urlencode(kept)}", code=303)


def _scope(form: Mapping[str, str]) -> targets.TargetScope:
    """The field is ``team-3``, ``person-12`` or ``role-rep``."""
    kind, _, name = form.get("scope", "").partition("-")
    if kind == "role":
        return targets.TargetScope(role=name)
    if not name.isdecimal() or len(name) > 18 or kind not in {"team", "person"}:
        raise field_problem("scope", "must be a team, a role or a person")
    return targets.TargetScope(team_id=int(name)) if kind == "team" else targets.TargetScope(user_id=int(name))


@pages.post("/people/targets/<int:target_id>/delete")
@page("admin")
def delete(target_id: int) -> Response:
    target = db().get(Target, target_id)
    if target is None:
        raise not_found()
    targets.delete_target(db(), target=target)
    flash("Target deleted, as if it had never been set.", "good")
    return redirect("/people/targets", code=303)
