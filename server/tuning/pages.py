"""The scoring in force, what a change would do, and putting it in force."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from nlp.model import DRAFT_DIMENSIONS, PROFILE_DIMENSIONS
from server.coaching.queries import rejected
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current
from server.core.problems import Problem
from server.tuning import operations, queries

pages = Blueprint("tuning", __name__, template_folder="templates")


@pages.get("/tuning")
@page("admin", writes=False)
def index() -> str:
    return _form(error="")


def _form(*, error: str) -> str:
    scoring = operations.in_force(db())
    rules: dict[str, list[dict[str, Any]]] = {}
    for rule in scoring.rules:
        rules.setdefault(rule["dimension"], []).append(rule)
    groups = (DRAFT_DIMENSIONS, PROFILE_DIMENSIONS)
    order = [*DRAFT_DIMENSIONS, *PROFILE_DIMENSIONS]
    return render_template(
        "tuning/index.html",
        weights=scoring.weights,
        draft_dimensions=DRAFT_DIMENSIONS,
        profile_dimensions=PROFILE_DIMENSIONS,
        # Drafts are not weighed against profiles, so each has a scale of its own, with room to double its heaviest weight.
        top_weights={name: max(scoring.weights[one] for one in group) * 2 for group in groups for name in group},
        rules_by_dimension=sorted(rules.items(), key=lambda group: order.index(group[0]) if group[0] in order else -1),
        rules_on=sum(rule["on"] for rule in scoring.rules),
        rules_count=len(scoring.rules),
        rejected=rejected(db()),
        versions=queries.versions(db()),
        note=request.form.get("note", ""),
        error=error,
    )


def _changes() -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """Only what differs from the scoring in force, so that a version's difference to its parent stays short."""
    scoring = operations.in_force(db())
    weights = {}
    for name, weight in scoring.weights.items():
        wished = request.form.get(f"weight-{name}", type=int)
        if wished is not None and wished != weight:
            weights[name] = wished
    on = set(request.form.getlist("on"))
    rules: dict[str, dict[str, Any]] = {}
    for rule in scoring.rules:
        if (rule["id"] in on) != rule["on"]:
            rules.setdefault(rule["id"], {})["on"] = rule["id"] in on
        points = request.form.get(f"points-{rule['id']}", type=float)
        if points is not None and points != rule["points"]:
            rules.setdefault(rule["id"], {})["points"] = points
    return weights, rules


@pages.post("/tuning/change")
@page("admin")
def change() -> Response | tuple[str, int]:
    weights, rules = _changes()
    try:
        version = operations.change(db(), weights=weights, rules=rules, note=request.form.get("note", ""))
    except Problem as problem:
        return _form(error=problem.title), problem.status
    return redirect(f"/tuning/effect/{version.hash}", code=303)


@pages.get("/tuning/effect/<version_hash>")
@page("admin", writes=False)
def effect(version_hash: str) -> str:
    return render_template(
        "tuning/effect.html",
        version=queries.version(db(), version_hash=version_hash),
        effect=operations.effect(db(), version_hash=version_hash),
        proposal=queries.proposal(db(), version_hash=version_hash, viewer=current()),
    )


@pages.post("/tuning/propose/<version_hash>")
@page("admin")
def propose(version_hash: str) -> Response:
    promotion = operations.propose(db(), version_hash=version_hash)
    return redirect("/tuning" if promotion.state == "confirmed" else f"/tuning/effect/{version_hash}", code=303)


@pages.post("/tuning/confirm/<int:promotion_id>")
@page("admin")
def confirm(promotion_id: int) -> Response:
    operations.confirm(db(), promotion_id=promotion_id)
    return redirect("/tuning", code=303)
