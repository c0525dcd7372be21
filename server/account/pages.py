"""The settings page: coaching preferences, paired browsers, sessions and password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.coaching import operations as coaching
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence
from server.core.slow_refusals import answer_slowly
from server.core.version import VERSION
from server.people import operations as people
from server.security import operations as security
from server.security import passwords, personal_tokens, second_factor, tokens
from server.security.guard import delete_session_cookie, limit_password_attempts, set_session_cookie, transaction
from server.security.guard import settings as server_settings

pages = Blueprint("account", __name__, template_folder="templates")


@pages.get("/settings")
@page(writes=False)
def settings() -> str:
    return _render_settings()


def _render_settings(**errors: str) -> str:
    user_id = current_identity().user_id
    return render_template(
        "account/settings.html",
        preference=coaching.get_preference(db(), user_id=user_id),
        rules_off=coaching.rules_off(db(), user_id=user_id),
        browsers=tokens.active_pairings(db(), user_id=user_id),
        token_count=len(personal_tokens.list_tokens(db(), user_id=user_id)),
        sessions=security.open_sessions(db(), user_id=user_id),
        has_passwords=not server_settings().disable_password_sign_in,
        has_password=security.has_password(db(), user_id=user_id),
        second_factor=second_factor.get_status(db(), user_id=user_id),
        version=VERSION,
        errors=errors,
    )


@pages.post("/settings/share-choice")
@page()
def set_share_choice() -> Response:
    choice = request.form.get("share_choice", "")
    coaching.change_preference(db(), user_id=current_identity().user_id, share_choice=choice)
    flash("Saved.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/wording-choice")
@page()
def set_wording_choice() -> Response:
    is_on = request.form.get("wording_help") == "yes"
    coaching.change_preference(db(), user_id=current_identity().user_id, wording_help=is_on)
    flash("Saved.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/rules-on")
@page()
def turn_rule_on() -> Response:
    coaching.turn_rule_on(db(), user_id=current_identity().user_id, entry=request.form.get("rule", ""))
    flash("You will see this tip again.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/browsers/<int:family_id>/end")
@page()
def end_pairing(family_id: int) -> Response:
    tokens.unpair(db(), user_id=current_identity().user_id, family_id=family_id)
    flash("Pairing ended.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/sessions/<int:session_id>/end")
@page()
def end_session(session_id: int) -> Response:
    security.end_session(db(), user_id=current_identity().user_id, session_id=session_id)
    flash("Browser signed out.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/sign-out-everywhere")
@page()
def sign_out_everywhere() -> Response:
    security.end_all_access(db(), user_id=current_identity().user_id, reason="signed-out")
    response = redirect("/sign-in", code=303)
    delete_session_cookie(response)
    return response


@pages.post("/settings/trade-words")
@page("admin")
def set_trade_words() -> Response | tuple[str, int]:
    try:
        people.set_trade_words(db(), words=request.form.get("trade_words", "").splitlines())
    except Problem as problem:
        return _render_settings(trade_words=as_sentence(problem)), problem.status
    flash("Saved.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/password")
@page(writes=False)
def set_password() -> Response | tuple[str, int, dict[str, str]]:
    """Opens its own transactions, because a password must not be checked in one."""
    identity = current_identity()
    passwords.require_sign_in_enabled(server_settings())
    try:
        with passwords.reserve_check():
            limit_password_attempts(identity.email)
            started = security.set_password(
                transaction,
                user_id=identity.user_id,
                current=request.form.get("current", ""),
                password=request.form.get("password", ""),
                session_id=identity.session_id,
            )
    except Problem as problem:
        answer_slowly()
        field = problem.errors[0]["field"] if problem.errors else "password"
        return _render_settings(**{field: as_sentence(problem)}), problem.status, problem.headers
    flash("Password saved. All other browsers were signed out and unpaired, and your tokens revoked.", "good")
    response = redirect("/settings", code=303)
    set_session_cookie(response, started.secret)
    return response
