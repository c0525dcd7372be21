"""The API for assessments and preferences, used by the extension. Drafts are never stored."""

from __future__ import annotations

from typing import Any

from flask import current_app, jsonify
from flask.wrappers import Response
from flask_openapi import APIBlueprint

from server.coaching import operations, suggestions
from server.coaching.adapters import disabled_adapters
from server.coaching.schemas import (
    AdaptersOut,
    AssessIn,
    AssessmentOut,
    CompareIn,
    ComparisonOut,
    MeOut,
    PreferencesIn,
    ProfileAssessmentOut,
    ProfileIn,
    WordingIn,
    WordingOut,
)
from server.core.access import authenticated, public, token
from server.core.database.session import db
from server.core.identity import current_identity
from server.security.guard import rate_limiter, settings, transaction

api = APIBlueprint("coaching", __name__, abp_tags=[{"name": "coaching"}])


@api.post("/assess", responses={200: AssessmentOut})
@token("assess", writes=False, personal=True)
def assess(body: AssessIn) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Assess a draft; nothing is stored. The header Repute-Account differs once GET /me would answer otherwise."""
    assessment = operations.assess(
        db(),
        user_id=current_identity().user_id,
        surface=body.surface,
        text=body.text,
        previous=body.previous,
        read_anyway=body.read_anyway,
        secret_keys=settings().secret_keys,
    )
    return assessment, 200, {"Repute-Account": operations.account_version(db(), identity=current_identity())}


@api.post("/compare", responses={200: ComparisonOut})
@token("assess", writes=False, personal=True)
def compare(body: CompareIn) -> dict[str, Any]:
    """Say which of two wordings is likely to do better, and how sure that is."""
    return operations.compare(db(), user_id=current_identity().user_id, surface=body.surface, a=body.a, b=body.b)


@api.post("/wording", responses={200: WordingOut})
@token("assess", writes=False)
def suggest_wording(body: WordingIn) -> dict[str, Any]:
    """Ask the organisation's endpoint for another wording of what one piece of advice is about; nothing is stored. 409 unless
    the organisation and the rep have switched that on, and the rep has acknowledged the current notice, which names the company
    that receives the text; and for another company, protected talk, and advice on another text."""
    return suggestions.suggest(
        transaction, settings(), rate_limiter(),
        identity=current_identity(), asked=suggestions.Asked(body.surface, body.text, body.advice, body.company),
    )  # fmt: skip


@api.post("/profile/assess", responses={200: ProfileAssessmentOut})
@token("assess", writes=False, personal=True)
def assess_profile(body: ProfileIn) -> dict[str, Any]:
    """Assess the rep's own profile; nothing is stored."""
    return operations.assess_profile(db(), user_id=current_identity().user_id, surface=body.surface, sections=body.sections)


@api.get("/me", responses={200: MeOut})
@token("me:read")
def me() -> dict[str, Any]:
    """Who is paired, with whom, and what they chose."""
    return operations.me(db(), identity=current_identity())


@api.put("/me/preferences", responses={200: MeOut})
@token("me:read")
def change_preferences(body: PreferencesIn) -> dict[str, Any]:
    """Change what is given and leave the rest."""
    identity = current_identity()
    operations.change_preference(
        db(), user_id=identity.user_id, share_choice=body.share_choice, rules_off=body.rules_off,
        wording_help=body.wording_help,
    )  # fmt: skip
    if body.ignored_rule is not None:
        operations.ignore_tip(db(), user_id=identity.user_id, rule=body.ignored_rule)
    return operations.me(db(), identity=identity)


# Public: a broken adapter must also be disabled in browsers that are not paired. The response contains no personal data.
@api.get("/adapters", responses={200: AdaptersOut})
@public(writes=False)
def adapters() -> dict[str, Any]:
    """Adapters to disable, each for a layout of a site under which it would do harm. This list can only disable them."""
    return {"disabled": disabled_adapters(settings().data)}


@api.get("/openapi.json", doc_ui=False)
@authenticated()
def openapi() -> Response:
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]
