"""Signing in and out, and the page that pairs an extension."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from server.core.access import page, public
from server.core.database.session import db
from server.core.identity import current_identity, current_identity_or_none
from server.core.problems import Problem, field_problem
from server.people.queries import get_organisation, is_set_up
from server.security import operations, tokens
from server.security.guard import (
    caller_address,
    delete_session_cookie,
    rate_limiter,
    set_session_cookie,
    settings,
)
from server.security.limits import PAIRING_CODES, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS
from server.security.secrets import digest

pages = Blueprint("security", __name__, template_folder="templates")


def _start_session_response(secret: str, next_path: str) -> Response:
    response = redirect(next_path, code=303)
    set_session_cookie(response, secret)
    return response


def _local_path(address: str) -> str:
    """``address`` if it is a path on this server, else "/": signing in must not redirect to another site."""
    parts = urlsplit(address)
    is_local = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_local else "/"


def _sign_in_page(*, email: str = "", error: str = "", next_path: str = "", is_demonstration: bool = False) -> str:
    """Reads nothing from the database, so that a refusal is shown even while the database does not respond."""
    return render_template("security/sign_in.html", email=email, error=error, next=next_path, is_demonstration=is_demonstration)


def _is_demonstration() -> bool:
    """False also while the database does not respond: the form is shown all the same."""
    try:
        return is_set_up(db()) and get_organisation(db()).is_demonstration
    except SQLAlchemyError:
        return False


# Public: nobody is signed in yet.
@pages.get("/sign-in")
@public(writes=False)
def sign_in_form() -> Response | str:
    if current_identity_or_none():
        return redirect("/")
    return _sign_in_page(next_path=request.args.get("next", ""), is_demonstration=_is_demonstration())


# Public: nobody is signed in yet.
@pages.post("/sign-in")
@public()
def sign_in() -> Response | tuple[str, int]:
    email = request.form.get("email", "")
    next_path = request.form.get("next", "")
    try:
        # Limited per account and per address; nobody is locked out for longer than the window.
        rate_limiter().hit(SIGN_IN_ADDRESS, caller_address())
        rate_limiter().hit(SIGN_IN_ACCOUNT, digest(email.strip().lower()))
        secret = operations.sign_in(db(), email=email, password=request.form.get("password", ""))
    except Problem as problem:
        error = " ".join(filter(None, (problem.title + ".", problem.detail)))
        return _sign_in_page(email=email, error=error, next_path=next_path), problem.status
    return _start_session_response(secret, _local_path(next_path))


# Public: the link identifies the user. Opening it changes nothing, because mail scanners follow links.
@pages.get("/link/<secret>")
@public(writes=False)
def link(secret: str) -> str:
    return render_template("security/link.html", usable=operations.is_link_usable(db(), secret=secret))


# Public: as above.
@pages.post("/link/<secret>")
@public()
def use_link(secret: str) -> Response:
    return _start_session_response(operations.use_link(db(), secret=secret), "/")


@pages.post("/sign-out")
@page()
def sign_out() -> Response:
    identity = current_identity()
    if identity.session_id is not None:
        operations.end_session(db(), user_id=identity.user_id, session_id=identity.session_id)
    response = redirect("/sign-in", code=303)
    delete_session_cookie(response)
    return response


# The extension opens this address with its challenge. It changes nothing: a code is created when the user asks for it.
@pages.get("/settings/pair")
@page(writes=False)
def pair() -> str:
    challenge = request.args.get("challenge", "")
    if challenge and not tokens.CHALLENGE.fullmatch(challenge):
        raise field_problem("challenge", tokens.CHALLENGE_HELP)
    return render_template("security/pair.html", challenge=challenge, code="")


@pages.post("/settings/pair")
@page()
def create_pairing_code() -> str:
    identity = current_identity()
    rate_limiter().hit(PAIRING_CODES, str(identity.user_id))
    challenge = request.form.get("challenge", "")
    code = tokens.create_pairing_code(db(), key=settings().secret, identity=identity, challenge=challenge)
    return render_template("security/pair.html", challenge=challenge, code=code)
