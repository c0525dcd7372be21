"""The pages of the rules in the draft: all of them, and one with its examples and where it is on."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, PROFILE_DIMENSIONS
from server.coaching.operations import rule_rejections
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem
from server.people.forms import field_errors
from server.tuning import draft, rules

pages = Blueprint("rules", __name__, template_folder="templates")

#: Groups in the order of the page; the organisation's own rules come first.
OWN = "own"
_ORDER = (OWN, "safety", *DRAFT_DIMENSIONS, *PROFILE_DIMENSIONS)


@pages.get("/tuning/rules")
@page("admin", writes=False)
def index() -> str:
    groups: dict[str, list[rules.RuleState]] = {}
    all_rules = rules.list_rules(db())
    for rule in all_rules:
        groups.setdefault(OWN if rule.is_own else rule.dimension, []).append(rule)
    return render_template(
        "tuning/rules.html",
        groups=sorted(groups.items(), key=lambda group: _ORDER.index(group[0])),
        count=len(all_rules),
        count_on=sum(bool(rule.on) for rule in all_rules),
        describe=rules.describe,
        rejected=rule_rejections(db()),
        is_changed=draft.is_changed(db()),
        draft_surfaces=DRAFT_SURFACES,
    )


@pages.get("/tuning/rules/<rule_id>")
@page("admin", writes=False)
def one(rule_id: str) -> str:
    return _render(rule_id)


def _render(rule_id: str, errors: Mapping[str, str] | None = None) -> str:
    """With ``errors``, the form has what was submitted."""
    rule = rules.get_rule(db(), rule_id=rule_id)
    return render_template(
        "tuning/rule.html",
        rule=rule,
        on=frozenset(request.form.getlist("on")) if errors else rule.on,
        confirmation=request.form.get("confirmation", ""),
        reason=request.form.get("reason", ""),
        errors=errors or {},
        describe=rules.describe,
        people=rule_rejections(db()).get(rule_id),
    )


@pages.post("/tuning/rules/<rule_id>")
@page("admin", confirm="/tuning/rules/{rule_id}")
def change(rule_id: str) -> Response | tuple[str, int]:
    form = request.form
    try:
        is_changed = rules.change_rule(
            db(),
            editor=current_identity(),
            rule_id=rule_id,
            on=form.getlist("on"),
            confirmation=form.get("confirmation", ""),
            reason=form.get("reason", ""),
        )
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(rule_id, field_errors(problem)), problem.status
    flash(f"Saved {rule_id} in the draft." if is_changed else "Nothing changed.", "good" if is_changed else "info")
    return redirect("/tuning/rules", code=303)
