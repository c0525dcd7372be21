"""Pages for administrators: the active scoring, the effect of a change, and its activation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, PROFILE_DIMENSIONS
from server.activities.queries import recent_shared_texts
from server.coaching.operations import rule_rejections
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem
from server.jobs import queue as jobs
from server.tuning import operations, queries, trial
from server.tuning.champion import get_champion
from server.tuning.preview import preview
from server.tuning.trial import MAX_SHARED_ITEMS
from server.tuning.versions import changes_from, get_proposal, get_version, list_versions

pages = Blueprint("tuning", __name__, template_folder="templates")


@pages.get("/tuning")
@page("admin", writes=False)
def index() -> str:
    return _render_form()


def _render_form(*, problem: Problem | None = None) -> str:
    """With a ``problem``, the form has the values that were submitted."""
    scoring = get_champion(db())
    weights, changed_rules = _requested_changes() if problem else ({}, {})
    rules_by_dimension: dict[str, list[dict[str, Any]]] = {}
    for stored in scoring.rules:
        rule = stored | changed_rules.get(stored["id"], {})
        rules_by_dimension.setdefault(rule["dimension"], []).append(rule)
    groups = (DRAFT_DIMENSIONS, PROFILE_DIMENSIONS)
    dimension_order = [*DRAFT_DIMENSIONS, *PROFILE_DIMENSIONS]
    # Draft and profile dimensions are not weighed against each other, so each group has its own scale, up to twice its
    # heaviest weight.
    top_weights = {name: max(scoring.weights[other] for other in group) * 2 for group in groups for name in group}
    return render_template(
        "tuning/index.html",
        weights=scoring.weights | weights,
        draft_dimensions=DRAFT_DIMENSIONS,
        profile_dimensions=PROFILE_DIMENSIONS,
        top_weights=top_weights,
        rules_by_dimension=sorted(
            rules_by_dimension.items(), key=lambda group: dimension_order.index(group[0]) if group[0] in dimension_order else -1
        ),
        rules_on=sum(rule["on"] for rule in scoring.rules),
        rules_count=len(scoring.rules),
        rejected=rule_rejections(db()),
        versions=list_versions(db()),
        proposal=get_proposal(db(), viewer=current_identity()),
        failed_jobs=jobs.count(db()).failed,
        note=request.form.get("note", ""),
        errors=_form_errors(problem),
    )


def _form_errors(problem: Problem | None) -> dict[str, str]:
    """Of the weights, or of the note for everything else."""
    if problem is None:
        return {}
    if problem.code == "guard":
        return {"rules": f"{problem.title}. {problem.detail}"}
    if problem.errors and problem.errors[0]["field"].startswith("rubric.weights"):
        message = problem.errors[0]["message"]
        return {"weights": f"{message[:1].upper()}{message[1:]}."}
    return {"note": problem.title}


def _requested_changes() -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """The submitted weights and rules that differ from the champion, so that the list of a version's changes stays short."""
    scoring = get_champion(db())
    weights = {}
    for dimension, weight in scoring.weights.items():
        requested = request.form.get(f"weight-{dimension}", type=int)
        if requested is not None and requested != weight:
            weights[dimension] = requested
    rules_on = set(request.form.getlist("on"))
    rules: dict[str, dict[str, Any]] = {}
    for rule in scoring.rules:
        if (rule["id"] in rules_on) != rule["on"]:
            rules.setdefault(rule["id"], {})["on"] = rule["id"] in rules_on
        points = request.form.get(f"points-{rule['id']}", type=float)
        if points is not None and points != rule["points"]:
            rules.setdefault(rule["id"], {})["points"] = points
    return weights, rules


@pages.post("/tuning/change")
@page("admin")
def create_version() -> Response | tuple[str, int]:
    weights, rules = _requested_changes()
    note = request.form.get("note", "")
    try:
        version = operations.create_version(db(), author=current_identity(), weights=weights, rules=rules, note=note)
    except Problem as problem:
        return _render_form(problem=problem), problem.status
    return redirect(f"/tuning/effect/{version.hash}", code=303)


@pages.get("/tuning/effect/<version_hash>")
@page("admin", writes=False)
def effect(version_hash: str) -> str:
    version = get_version(db(), version_hash=version_hash)
    changes = preview(db(), version_hash=version_hash, user_id=current_identity().user_id)
    proposal = get_proposal(db(), viewer=current_identity())
    return render_template(
        "tuning/effect.html",
        version=version,
        effect=changes,
        # Of the active version, what it changed when it was made; of another one, what activating it would change.
        changes=version.changes
        if version_hash == changes.champion_hash
        else changes_from(db(), version_hash=version_hash, other_hash=changes.champion_hash),
        proposal=proposal if proposal is not None and proposal.version_hash == version_hash else None,
        before=queries.champion_before(db(), version_hash=version_hash),
    )


@pages.post("/tuning/propose/<version_hash>")
@page("admin", confirm="/tuning/effect/{version_hash}")
def propose(version_hash: str) -> Response:
    promotion = operations.propose(
        db(), proposer=current_identity(), version_hash=version_hash, accepts_silence="accepts_silence" in request.form
    )
    return redirect("/tuning" if promotion.state == "confirmed" else f"/tuning/effect/{version_hash}", code=303)


@pages.post("/tuning/confirm/<int:promotion_id>")
@page("admin", confirm="/tuning")
def confirm(promotion_id: int) -> Response:
    operations.confirm(db(), confirmer=current_identity(), promotion_id=promotion_id)
    return redirect("/tuning", code=303)


# Assesses items that people shared, and shows numbers only: no text, no name, and nothing that is stored.
@pages.post("/tuning/try/shared")
@page("admin", writes=False, scope="assess")
def try_shared_items() -> str:
    shared = recent_shared_texts(db(), limit=MAX_SHARED_ITEMS)
    items = [(user_id, kind, text) for user_id, kind, text in shared if kind in DRAFT_SURFACES]
    return render_template(
        "tuning/shared_items.html", shared=trial.try_shared_items(db(), items, user_id=current_identity().user_id)
    )
