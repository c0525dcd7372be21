"""The web composer: its page, and the calls of its script, which are authenticated by the session instead of a token."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from pydantic import Field

from server.coaching import operations, suggestions
from server.coaching.rule_scopes import MAX_ENTRY
from server.coaching.schemas import AssessIn, CompareIn, WordingIn
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.json_bodies import json_body
from server.core.schemas import PlainText, RequestBody
from server.library.view import own_opening
from server.security.guard import rate_limiter, settings, transaction

pages = Blueprint("composer", __name__, template_folder="templates")


class RuleIn(RequestBody):
    rule: PlainText = Field(max_length=100)


class RuleOffIn(RequestBody):
    entry: PlainText = Field(max_length=MAX_ENTRY, description="A rule, or a rule on one surface: see rule_scopes.py")


@pages.get("/write")
@page(writes=False)
def write() -> str:
    """With ``start``, the id of an item that the person shared, its opening becomes a new draft."""
    start = own_opening(db(), user_id=current_identity().user_id, share_id=request.args.get("start", default=0, type=int))
    wording_help = operations.me(db(), identity=current_identity())["wording_help"]
    return render_template("coaching/write.html", start=start, wording_help=wording_help)


# Reads only: a draft is never stored.
@pages.post("/write/assess")
@page(writes=False, scope="assess")
@json_body(AssessIn)
def assess(body: AssessIn) -> dict[str, Any]:
    return operations.assess(
        db(),
        user_id=current_identity().user_id,
        surface=body.surface,
        text=body.text,
        previous=body.previous,
        read_anyway=body.read_anyway,
        secret_keys=settings().secret_keys,
    )


@pages.post("/write/compare")
@page(writes=False, scope="assess")
@json_body(CompareIn)
def compare(body: CompareIn) -> dict[str, Any]:
    return operations.compare(db(), user_id=current_identity().user_id, surface=body.surface, a=body.a, b=body.b)


@pages.post("/write/wording")
@page(writes=False, scope="assess")
@json_body(WordingIn)
def suggest_wording(body: WordingIn) -> dict[str, Any]:
    return suggestions.suggest(
        transaction, settings(), rate_limiter(),
        identity=current_identity(), asked=suggestions.Asked(body.surface, body.text, body.advice, body.company),
    )  # fmt: skip


@pages.post("/write/turn-off")
@page()
@json_body(RuleOffIn)
def turn_rule_off(body: RuleOffIn) -> dict[str, Any]:
    preference = operations.turn_rule_off(db(), user_id=current_identity().user_id, entry=body.entry)
    return {"rules_off": list(preference.rules_off)}


@pages.post("/write/turn-on")
@page()
@json_body(RuleOffIn)
def turn_rule_on(body: RuleOffIn) -> dict[str, Any]:
    preference = operations.turn_rule_on(db(), user_id=current_identity().user_id, entry=body.entry)
    return {"rules_off": list(preference.rules_off)}


@pages.post("/write/ignore")
@page()
@json_body(RuleIn)
def ignore(body: RuleIn) -> dict[str, Any]:
    operations.ignore_tip(db(), user_id=current_identity().user_id, rule=body.rule)
    return {}
