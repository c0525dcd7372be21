"""Signing in through the identity provider, and proving there again who one is: the way there, and its answer."""

from __future__ import annotations

import hmac

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page, public
from server.core.identity import current_identity, current_identity_or_none
from server.core.logs import log
from server.core.oidc_settings import OidcSettings
from server.core.problems import Problem, not_found
from server.core.slow_refusals import answer_slowly
from server.security.guard import caller_address, rate_limiter, settings, transaction
from server.security.limits import OIDC_FAILURES
from server.security.oidc import accounts, attempts
from server.security.oidc.attempts import Attempt
from server.security.oidc.provider import Provider
from server.security.oidc.refusals import REFUSALS, Refused
from server.security.return_paths import local_path
from server.security.session_responses import caller_in_log, start_session_response

pages = Blueprint("oidc", __name__, template_folder="templates")

PATH = "/sign-in/oidc"
CALLBACK_PATH = f"{PATH}/callback"
CONFIRM_PATH = "/confirm/oidc"
#: Errors of an authorization response (OpenID Connect Core 1.0, section 3.1.2.6) that need words of their own.
AUTHORIZATION_ERRORS = {
    "access_denied": "access-denied",
    "login_required": "interaction",
    "interaction_required": "interaction",
    "account_selection_required": "interaction",
    "consent_required": "interaction",
    "unauthorized_client": "client",
    "invalid_scope": "client",
}


# Public: nobody is signed in yet. Opening it stores nothing on the server.
@pages.get(PATH)
@public(writes=False, anonymous=True)
def start() -> Response:
    return _send_to_provider(confirms=None)


@pages.get(CONFIRM_PATH)
@page(writes=False)
def start_confirmation() -> Response:
    """For somebody who is signed in and must prove again who they are."""
    return _send_to_provider(confirms=current_identity().user_id)


def _send_to_provider(*, confirms: int | None) -> Response:
    _require_oidc()
    attempt = attempts.start(local_path(request.args.get("next", "")), confirms=confirms)
    try:
        response = redirect(_provider().authorization_url(attempt), code=303)
    except Refused as refused:
        return _refuse(refused.code, attempt)
    response.set_cookie(
        _cookie_name(),
        attempts.to_cookie(attempt, settings().secret_keys),
        max_age=int(attempts.LIFETIME.total_seconds()),
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


# Public: the code in the provider's answer and the cookie of the browser that asked for it are the credentials.
@pages.get(CALLBACK_PATH)
@public(writes=False)
def callback() -> Response:
    oidc = _require_oidc()
    attempt = attempts.from_cookie(request.cookies.get(_cookie_name(), ""), settings().secret_keys)
    try:
        response = _refuse("state", None) if attempt is None else _accept(oidc, attempt)
    except Refused as refused:
        response = _refuse(refused.code, attempt)
    response.delete_cookie(_cookie_name(), path="/", secure=settings().secure, httponly=True, samesite="Lax")
    return response


def _accept(oidc: OidcSettings, attempt: Attempt) -> Response:
    """Each step has a transaction of its own, and the provider is asked outside of them."""
    identity = current_identity_or_none()
    if attempt.confirms is not None and (identity is None or identity.user_id != attempt.confirms):
        raise Refused("state")
    code = _check_answer(oidc, attempt)
    account = _provider().exchange(code, attempt)
    if attempt.confirms is not None and identity is not None:
        with transaction(writes=True) as session:
            accounts.confirm(session, identity=identity, account=account, since=attempt.started_at)
        return redirect(attempt.next_path, code=303)
    outcome = accounts.sign_in(transaction, oidc=oidc, account=account)
    if outcome.started is None:
        return _refuse(outcome.refusal or "not-allowed", attempt, user_id=outcome.user_id)
    if outcome.is_last_admin:
        log.warning("last-admin-kept", account=outcome.user_id)
        flash(
            "Your groups no longer make you an administrator. You still are, because nobody else is: add another one.",
            "fair",
        )
    return start_session_response(outcome.started, attempt.next_path)


def _check_answer(oidc: OidcSettings, attempt: Attempt) -> str:
    """The code in the provider's answer. ``Refused`` if the answer is not to this attempt, came before, or is an error."""
    state, error, code = (request.args.get(name, "") for name in ("state", "error", "code"))
    if not hmac.compare_digest(state.encode(), attempt.state.encode()):
        raise Refused("state")
    # Mix-up of providers (RFC 9207).
    if request.args.get("iss", oidc.issuer) != oidc.issuer:
        raise Refused("issuer")
    with transaction(writes=True) as session:
        is_first = attempts.use(session, attempt)
    if not is_first:
        raise Refused("code")
    if error:
        raise Refused(AUTHORIZATION_ERRORS.get(error, "provider-error"))
    if not code:
        raise Refused("malformed")
    return code


def _refuse(code: str, attempt: Attempt | None, *, user_id: int | None = None) -> Response:
    """A page in plain words, with a way on. Logs the code, never what the provider or the browser sent."""
    log.warning("sign-in-refused", method="oidc", reason=code, account=user_id, caller=caller_in_log())
    answer_slowly()
    try:
        rate_limiter().hit(OIDC_FAILURES, caller_address())
    except Problem as problem:
        if problem.status == 429:
            raise
    is_confirmation = attempt is not None and attempt.confirms is not None
    body = render_template(
        "security/oidc_refused.html",
        refusal=REFUSALS[code],
        code=code,
        next=attempt.next_path if attempt is not None else "/",
        retry_path=CONFIRM_PATH if is_confirmation else PATH,
        back_path="/confirm" if is_confirmation else "/sign-in",
    )
    response = make_response(body, REFUSALS[code].status)
    if response.status_code == 503:
        response.headers["Retry-After"] = "10"
    return response


def _require_oidc() -> OidcSettings:
    """404 without single sign-on."""
    oidc = settings().oidc
    if oidc is None:
        raise not_found()
    return oidc


def _provider() -> Provider:
    """One for each process, because it keeps the provider's documents."""
    provider: Provider | None = current_app.extensions.get("oidc_provider")
    if provider is None:
        provider = Provider(_require_oidc(), redirect_uri=settings().origin + CALLBACK_PATH)
        provider = current_app.extensions.setdefault("oidc_provider", provider)
    return provider


def _cookie_name() -> str:
    return "__Host-repute-oidc" if settings().secure else "repute-oidc"
