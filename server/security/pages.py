"""Signing in and out, and what a person sees and ends of their own: choices, sessions, paired browsers."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.coaching import operations as coaching
from server.core.access import page, public
from server.core.database.session import db
from server.core.identity import current, current_or_none
from server.core.problems import Problem
from server.people import operations as people
from server.security import guard, operations

pages = Blueprint("account", __name__, template_folder="templates")


def _begin(secret: str, then: str) -> Response:
    response = redirect(then, code=303)
    guard.remember(response, secret)
    return response


def _inside(address: str) -> str:
    """``address`` if it is a path of ours: a sign-in must not send people elsewhere."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours else "/"


# Nobody is signed in yet.
@pages.get("/sign-in")
@public(writes=False)
def sign_in_form() -> Response | str:
    if current_or_none():
        return redirect("/")
    return render_template("security/sign_in.html", email="", error="", next=request.args.get("next", ""))


# Nobody is signed in yet.
@pages.post("/sign-in")
@public()
def sign_in() -> Response | tuple[str, int]:
    email = request.form.get("email", "")
    then = request.form.get("next", "")
    try:
        secret = people.sign_in(db(), email=email, password=request.form.get("password", ""))
    except Problem as problem:
        words = " ".join(filter(None, (problem.title + ".", problem.detail)))
        return render_template("security/sign_in.html", email=email, error=words, next=then), problem.status
    return _begin(secret, _inside(then))


# The link says who it is for. Opening it changes nothing, so that a mail scanner that follows links does not use it up.
@pages.get("/link/<secret>")
@public(writes=False)
def link(secret: str) -> str:
    return render_template("security/link.html", usable=operations.link_is_usable(db(), secret=secret))


# As above.
@pages.post("/link/<secret>")
@public()
def use_link(secret: str) -> Response:
    return _begin(operations.use_link(db(), secret=secret), "/")


@pages.post("/sign-out")
@page()
def sign_out() -> Response:
    identity = current()
    if identity.session_id is not None:
        operations.end_session(db(), user_id=identity.user_id, session_id=identity.session_id)
    response = redirect("/sign-in", code=303)
    guard.forget(response)
    return response


@pages.get("/settings")
@page(writes=False)
def settings() -> str:
    return _settings()


def _settings(**errors: str) -> str:
    user_id = current().user_id
    return render_template(
        "security/settings.html",
        preference=coaching.preference(db(), user_id=user_id),
        rules_off=coaching.rules_off(db(), user_id=user_id),
        browsers=[family for family in operations.browsers_of(db(), user_id=user_id) if family.kind == "extension"],
        sessions=operations.sessions_of(db(), user_id=user_id),
        has_password=people.has_password(db(), user_id=user_id),
        errors=errors,
    )


@pages.post("/settings/share-choice")
@page()
def choose_sharing() -> Response:
    coaching.change_preference(db(), user_id=current().user_id, share_choice=request.form.get("share_choice", ""))
    flash("Saved.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/rules-on")
@page()
def switch_rule_on() -> Response:
    coaching.switch_rule_on(db(), user_id=current().user_id, rule=request.form.get("rule", ""))
    flash("The tip is on again.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/browsers/<int:family_id>/end")
@page()
def end_pairing(family_id: int) -> Response:
    operations.unpair(db(), user_id=current().user_id, family_id=family_id)
    flash("The pairing has ended.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/sessions/<int:session_id>/end")
@page()
def end_session(session_id: int) -> Response:
    operations.end_session(db(), user_id=current().user_id, session_id=session_id)
    flash("That browser is signed out.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/sign-out-everywhere")
@page()
def sign_out_everywhere() -> Response:
    operations.end_everything(db(), user_id=current().user_id, because="signed-out")
    response = redirect("/sign-in", code=303)
    guard.forget(response)
    return response


@pages.post("/settings/quiet-mode")
@page("admin")
def require_quiet() -> Response:
    people.require_quiet(db(), required=request.form.get("quiet_required") == "yes")
    flash("Saved. Open pages follow with the next words that a rep writes.", "good")
    return redirect("/settings", code=303)


@pages.post("/settings/password")
@page()
def set_password() -> Response | tuple[str, int]:
    try:
        secret = people.set_password(
            db(),
            user_id=current().user_id,
            current=request.form.get("current", ""),
            password=request.form.get("password", ""),
        )
    except Problem as problem:
        if not problem.errors:
            raise
        error = problem.errors[0]
        return _settings(**{error["field"]: f"This {error['message']}."}), problem.status
    flash("Your password is set. Every other browser was signed out.", "good")
    return _begin(secret, "/settings")


@pages.get("/settings/pair")
@page(writes=True)
def pair() -> str:
    challenge = request.args.get("challenge", "")
    code = ""
    if challenge:
        code = operations.make_pairing_code(db(), key=guard.settings().secret, identity=current(), challenge=challenge)
    return render_template("security/pair.html", code=code)
