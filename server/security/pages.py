"""Signing in and out, and the page that pairs an extension."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from server.core.access import page, public
from server.core.database.session import db
from server.core.identity import current_identity, current_identity_or_none
from server.core.problems import Problem, as_sentence, field_problem
from server.core.slow_refusals import answer_slowly
from server.people.queries import acknowledged_at, get_organisation, is_set_up
from server.security import operations, passwords, queries, second_factor, tokens
from server.security.guard import (
    caller_address,
    delete_session_cookie,
    limit_password_attempts,
    mails_sign_in_links,
    rate_limiter,
    renew_csrf_token,
    settings,
    transaction,
)
from server.security.limits import LINK_ADDRESS, PAIRING_CODES, SECOND_FACTOR
from server.security.return_paths import local_path, remember_path
from server.security.session_responses import caller_in_log, start_session_response

pages = Blueprint("security", __name__, template_folder="templates")


def _sign_in_page(*, email: str = "", error: str = "", next_path: str = "", state: dict[str, bool] | None = None) -> str:
    """Reads nothing from the database, so that a refusal is shown even while the database does not respond."""
    oidc = settings().oidc
    return render_template(
        "security/sign_in.html",
        email=email,
        error=error,
        next=next_path,
        provider=oidc and oidc.name,
        has_passwords=not settings().disable_password_sign_in,
        mails_links=mails_sign_in_links(),
        **(state or {}),
    )


def _server_state() -> dict[str, bool]:
    """Empty while the database does not respond: the form is shown all the same."""
    try:
        if not is_set_up(db()):
            return {"setup_needed": True}
        return {"is_demonstration": get_organisation(db()).is_demonstration}
    except SQLAlchemyError:
        return {}


# Public: nobody is signed in yet.
@pages.get("/sign-in")
@public(writes=False)
def sign_in_form() -> Response | str:
    next_path = request.args.get("next", "")
    if current_identity_or_none():
        return redirect(local_path(next_path))
    if next_path:
        remember_path(next_path)
    return _sign_in_page(next_path=next_path, state=_server_state())


# Public: nobody is signed in yet. The password is checked outside of the request's own transaction, which only reads.
@pages.post("/sign-in")
@public(writes=False)
def sign_in() -> Response | tuple[str, int, dict[str, str]]:
    email = request.form.get("email", "")
    next_path = request.form.get("next", "")
    try:
        passwords.require_sign_in_enabled(settings())
        with passwords.reserve_check():
            limit_password_attempts(email)
            started = operations.sign_in(
                transaction, email=email, password=request.form.get("password", ""), caller=caller_in_log()
            )
    except Problem as problem:
        answer_slowly()
        return _sign_in_page(email=email, error=as_sentence(problem), next_path=next_path), problem.status, problem.headers
    return start_session_response(started, next_path)


@pages.get("/sign-in/code")
@page(writes=False, awaiting=("code",))
def code_form() -> Response | str:
    if current_identity().awaiting is None:
        return redirect("/")
    return _code_page()


def _code_page(*, error: str = "") -> str:
    return render_template("security/code.html", next=local_path(request.values.get("next", "")), error=error)


@pages.post("/sign-in/code")
@page(awaiting=("code",))
def enter_code() -> Response | tuple[str, int]:
    identity = current_identity()
    if identity.awaiting is None:
        return redirect("/", code=303)
    try:
        rate_limiter().hit(SECOND_FACTOR, str(identity.user_id))
        started = operations.enter_code(
            db(), secret_keys=settings().secret_keys, identity=identity, code=request.form.get("code", "")
        )
    except Problem as problem:
        answer_slowly()
        return _code_page(error=as_sentence(problem)), problem.status
    return start_session_response(started, request.form.get("next", ""))


@pages.get("/confirm")
@page(writes=False)
def confirm_form() -> Response | str:
    if operations.is_recently_confirmed(current_identity()):
        return redirect(local_path(request.args.get("next", "")))
    return _confirm_page()


def _confirm_page(*, error: str = "") -> str:
    user_id, oidc = current_identity().user_id, settings().oidc
    is_linked = oidc is not None and queries.has_external_identity(db(), issuer=oidc.issuer, user_id=user_id)
    return render_template(
        "security/confirm.html",
        method=operations.confirmation_method(db(), user_id=user_id),
        next=local_path(request.values.get("next", "")),
        error=error,
        provider=oidc.name if oidc is not None and is_linked else "",
    )


@pages.post("/confirm")
@page(writes=False)
def confirm() -> Response | tuple[str, int, dict[str, str]]:
    try:
        _check_confirmation()
    except Problem as problem:
        answer_slowly()
        return _confirm_page(error=as_sentence(problem)), problem.status, problem.headers
    return redirect(local_path(request.form.get("next", "")), code=303)


def _check_confirmation() -> None:
    """Records a recent confirmation, or raises ``Problem``. Opens its own transactions, because checking a password and
    counting attempts must not happen in one."""
    identity = current_identity()
    with transaction(writes=False) as session:
        method = operations.confirmation_method(session, user_id=identity.user_id)
    answer = request.form.get("answer", "")
    if method == "email":
        if answer.strip().lower() != identity.email:
            raise field_problem("answer", "is not the e-mail address of your account")
    elif method == "password":
        with passwords.reserve_check():
            limit_password_attempts(identity.email)
            if not operations.verify_password(transaction, user_id=identity.user_id, password=answer):
                raise field_problem("answer", "is not your password")
    else:
        rate_limiter().hit(SECOND_FACTOR, str(identity.user_id))
    with transaction(writes=True) as session:
        if method == "code" and not second_factor.accept_code(
            session, secret_keys=settings().secret_keys, user_id=identity.user_id, code=answer
        ):
            raise field_problem("answer", "is wrong or was used before")
        operations.record_confirmation(session, identity=identity, method=method)


# Public: the link identifies the user. Opening it changes nothing, because mail scanners follow links.
@pages.get("/link/<secret>")
@public(writes=False)
def link(secret: str) -> str:
    oidc = settings().oidc
    return render_template(
        "security/link.html", usable=_check_link(secret), provider=oidc and oidc.name, mails_links=mails_sign_in_links()
    )


# Public: as above.
@pages.post("/link/<secret>")
@public()
def use_link(secret: str) -> Response:
    _check_link(secret)
    return start_session_response(operations.use_link(db(), secret=secret), "")


def _check_link(secret: str) -> bool:
    """Whether the link can be used. Only links that cannot count toward the limit: a whole office may share one address."""
    with transaction(writes=False) as session:
        usable = operations.is_link_usable(session, secret=secret)
    if not usable:
        rate_limiter().hit(LINK_ADDRESS, caller_address())
    return usable


@pages.post("/sign-out")
@page(awaiting=("code", "enrolment"))
def sign_out() -> Response:
    identity = current_identity()
    if identity.session_id is not None:
        operations.end_session(db(), user_id=identity.user_id, session_id=identity.session_id)
    response = redirect("/sign-in", code=303)
    renew_csrf_token()
    delete_session_cookie(response)
    return response


# The extension opens this address with its challenge. It changes nothing: a code is created when the user asks for it.
@pages.get("/settings/pair")
@page(writes=False)
def pair() -> str:
    challenge = request.args.get("challenge", "")
    if challenge and not tokens.CHALLENGE.fullmatch(challenge):
        raise field_problem("challenge", tokens.CHALLENGE_HELP)
    return _pair_page(challenge=challenge)


def _pair_page(*, challenge: str, code: str = "") -> str:
    has_read_notice = acknowledged_at(db(), user_id=current_identity().user_id) is not None
    return render_template("security/pair.html", challenge=challenge, code=code, has_read_notice=has_read_notice)


@pages.post("/settings/pair")
@page()
def create_pairing_code() -> str:
    identity = current_identity()
    rate_limiter().hit(PAIRING_CODES, str(identity.user_id))
    challenge = request.form.get("challenge", "")
    code = tokens.create_pairing_code(db(), secret_keys=settings().secret_keys, identity=identity, challenge=challenge)
    return _pair_page(challenge=challenge, code=code)
