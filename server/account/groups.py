"""The administrators' page on groups of the identity provider: what each gives, and what a change would do to whom."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.labels import ROLE_LABELS
from server.core.problems import Problem
from server.people import queries
from server.people.directory import team_paths
from server.people.forms import read_id
from server.people.groups import operations, preview
from server.people.groups import queries as group_queries
from server.people.groups.preview import Effect
from server.people.groups.rules import Rule, fixed_rules
from server.scorecards.operations import teams_in_view
from server.security.guard import settings

pages = Blueprint("groups", __name__, template_folder="templates")

PATH = "/settings/groups"
#: Empty rows below the filled ones, so that the page works without a script.
SPARE_ROWS = 3


# Confirmed before the page opens: a confirmation in between would lose what was typed.
@pages.get(PATH)
@page("admin", writes=False, confirm=PATH)
def show() -> str:
    saved = [rule for rule in operations.all_rules(db(), oidc=settings().oidc) if not rule.is_fixed]
    return _render([(rule.group, rule.role or "", str(rule.team_id or "")) for rule in saved])


@pages.post(PATH)
@page("admin", confirm=PATH)
def save() -> str | Response | tuple[str, int]:
    """First shows what would change, for whom; saves what was shown if that is still so."""
    rows = [row for row in _typed_rows() if row[0] or row[1] or row[2]]
    try:
        rules = operations.check_rules(db(), _rules(rows))
        effects = preview.preview(db(), rules, oidc=settings().oidc)
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(rows, errors={problem.errors[0]["field"]: problem.errors[0]["message"]}), problem.status
    shown, current = request.form.get("shown", ""), preview.fingerprint(effects)
    if request.form.get("step") != "save" or shown != current:
        return _render(rows, effects=effects, shown=current, is_outdated=request.form.get("step") == "save")
    operations.save_rules(db(), rules, oidc=settings().oidc)
    flash("Saved and applied.", "good")
    return redirect(PATH, code=303)


def _typed_rows() -> list[tuple[str, str, str]]:
    """Group, role and team of each row, as typed."""
    form = request.form
    numbers = sorted(int(name[6:]) for name in form if name.startswith("group-") and name[6:].isdecimal() and len(name) < 12)
    return [(form[f"group-{n}"].strip(), form.get(f"role-{n}", ""), form.get(f"team-{n}", "")) for n in numbers]


def _rules(rows: Sequence[tuple[str, str, str]]) -> list[Rule]:
    """A row whose group was cleared is removed."""
    return [Rule(group, role or None, read_id({"team": team}, "team")) for group, role, team in rows if group]


def _render(
    rows: Sequence[tuple[str, str, str]],
    *,
    effects: Sequence[Effect] | None = None,
    shown: str = "",
    is_outdated: bool = False,
    errors: dict[str, str] | None = None,
) -> str:
    """``effects``: what saving would change; None before that was asked. ``shown``: their fingerprint."""
    oidc = settings().oidc
    return render_template(
        "account/groups.html",
        rows=[*(row for row in rows if row[0]), *[("", "", "")] * SPARE_ROWS],
        removed=[row for row in rows if not row[0]],
        fixed=fixed_rules(oidc),
        decides_roles=oidc is not None and oidc.decides_roles,
        effects=effects,
        shown=shown,
        is_outdated=is_outdated,
        errors=errors or {},
        seen=group_queries.seen_groups(db()),
        named={rule.group for rule in operations.all_rules(db(), oidc=oidc)},
        teams=teams_in_view(db(), viewer=current_identity()),
        paths=team_paths(queries.all_teams(db())),
        roles=tuple(ROLE_LABELS.items()),
        scim_url=f"{settings().origin}/scim/v2",
    )
