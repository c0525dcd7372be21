"""Pages for administrators: the active scoring, the effect of a change, and its activation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from nlp.model import DRAFT_SURFACES
from server.activities.queries import recent_shared_texts
from server.coaching.operations import rule_rejections
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.effects.change import change_to
from server.effects.effect import RubricEffect, rubric_effect
from server.jobs import queue as jobs
from server.tuning import draft, operations, queries, trial
from server.tuning.champion import get_champion, get_scoring
from server.tuning.preview import preview
from server.tuning.trial import MAX_SHARED_ITEMS
from server.tuning.versions import changes_from, get_proposal, get_version, list_versions

pages = Blueprint("tuning", __name__, template_folder="templates")


@pages.get("/tuning")
@page("admin", writes=False)
def index() -> str:
    return render_template(
        "tuning/index.html",
        rejected=rule_rejections(db()),
        versions=list_versions(db()),
        proposal=get_proposal(db(), viewer=current_identity()),
        failed_jobs=jobs.count(db()).failed,
        is_changed=draft.is_changed(db()),
    )


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
        rubric_effect=_rubric_effect(version_hash) if version_hash != changes.champion_hash else None,
        proposal=proposal if proposal is not None and proposal.version_hash == version_hash else None,
        before=queries.champion_before(db(), version_hash=version_hash),
    )


def _rubric_effect(version_hash: str) -> RubricEffect:
    champion, version = get_champion(db()), get_scoring(db(), version_hash=version_hash)
    return rubric_effect(db(), change_to(champion, version), version=version)


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
