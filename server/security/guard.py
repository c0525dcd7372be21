"""Authenticates and authorizes every request, then opens its database session.

The route's access policy (``core/access.py``) says which credentials are accepted and what they must allow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, request
from flask import session as form_session
from flask_openapi import APIBlueprint
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server.core.access import AccessPolicy, get_access_policy
from server.core.clock import now
from server.core.database.outage import find_outage, log_outage
from server.core.database.session import engine, open_session, unit_of_work
from server.core.error_handlers import API_PREFIXES, problem_response
from server.core.identity import Identity, IntegrationIdentity, describe_actor
from server.core.json_bodies import check_json_body
from server.core.logs import log
from server.core.problems import Problem, not_found, unauthorized
from server.core.requests import check_form
from server.core.settings import Settings
from server.security import integrations, operations, personal_tokens, tokens
from server.security.browsers import describe_browser
from server.security.limits import (
    CALLS,
    SCIM_CALLS,
    SESSION_CALLS,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    UPLOADS,
    Limit,
    RateLimiter,
)
from server.security.return_paths import local_path, remember_path
from server.security.secrets import digest

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Where a session continues that lacks a step of signing in.
STEP_PATHS = {"code": "/sign-in/code", "enrolment": "/settings/second-factor"}

csrf = CSRFProtect()


def cookie_name(*, secure: bool) -> str:
    # Browsers reject the __Host- prefix without TLS, which only a local demonstration lacks.
    return "__Host-repute" if secure else "repute"


def init_app(app: Flask, settings: Settings, limiter: RateLimiter) -> None:
    app.extensions["settings"] = settings
    app.extensions["rate_limiter"] = limiter
    app.config.update(
        # Flask's own cookie carries the CSRF token and flashed messages, never the signed-in user.
        SESSION_COOKIE_NAME="__Host-repute-form" if settings.secure else "repute-form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,
        # Valid as long as the session: a form left open over lunch must still be accepted.
        WTF_CSRF_TIME_LIMIT=None,
        # Forms that were loaded before the secret key was replaced are accepted.
        WTF_CSRF_SECRET_KEY=settings.secret_keys.oldest_first,
    )
    csrf.init_app(app)
    app.before_request(_authorize_request)
    app.register_error_handler(CSRFError, _handle_csrf_error)


def settings() -> Settings:
    current: Settings = current_app.extensions["settings"]
    return current


def mails_sign_in_links() -> bool:
    """Whether people may ask for a sign-in link by mail. Not where they sign in at an identity provider, whose rules it would
    circumvent."""
    return settings().mail is not None and settings().oidc is None


def rate_limiter() -> RateLimiter:
    limiter: RateLimiter = current_app.extensions["rate_limiter"]
    return limiter


def set_session_cookie(response: Response, secret: str) -> None:
    response.set_cookie(
        cookie_name(secure=settings().secure),
        secret,
        max_age=int(operations.SESSION_LIFETIME.total_seconds()),
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def renew_csrf_token() -> None:
    """For signing in and out: a form that was loaded before must not be accepted afterwards."""
    form_session.pop("csrf_token", None)


def delete_session_cookie(response: Response) -> None:
    secure = settings().secure
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="Lax")


def caller_address() -> str:
    return request.remote_addr or "unknown"


def limit_password_attempts(email: str) -> None:
    """Per account and per address, wherever a password is asked for; nobody is locked out for longer than the window."""
    rate_limiter().hit(SIGN_IN_ADDRESS, caller_address())
    rate_limiter().hit(SIGN_IN_ACCOUNT, digest(email.strip().lower()))


def transaction(*, writes: bool) -> AbstractContextManager[Session]:
    """A transaction of its own, for operations that must not hold one all the time."""
    return unit_of_work(engine(), writes=writes, **_session_info())


def _session_info() -> dict[str, Any]:
    return {
        "actor": g.get("identity"),
        "request_id": g.get("request_id"),
        "browser": describe_browser(request.headers.get("User-Agent", "")),
    }


def _authorize_request() -> Response | None:
    if request.endpoint is None or request.url_rule is None:
        # Unknown path or wrong method: Flask raises 404 or 405. The error page leads to the pages of whoever is signed in.
        if not request.path.startswith(API_PREFIXES):
            g.identity = _complete(_session_identity_if_available())
        return None
    policy = get_access_policy(current_app.view_functions[request.endpoint])
    if policy is None:
        log.error("route-without-policy", route=request.url_rule.rule)
        raise not_found()
    is_api = isinstance(current_app.blueprints.get(request.blueprint or ""), APIBlueprint)
    sign_in_redirect = _authenticate(policy, is_api=is_api)
    if sign_in_redirect is not None:
        return sign_in_redirect
    if policy.upload_bytes is not None:
        _accept_upload(policy.upload_bytes)
    if is_api:
        if request.method in {"POST", "PUT", "PATCH"}:
            check_json_body()
    elif policy.kind != "token" and policy.form_token and request.method not in SAFE_METHODS:
        csrf.protect()
    if policy.confirm is not None and not operations.is_recently_confirmed(g.identity):
        return_path = policy.confirm.format(**(request.view_args or {}))
        return redirect(f"/confirm?next={quote(return_path)}", code=303)
    writes = request.method not in SAFE_METHODS if policy.writes is None else policy.writes
    open_session(writes=writes, **_session_info())
    return None


def _accept_upload(max_bytes: int) -> None:
    rate_limiter().hit(UPLOADS, str(g.identity.user_id))
    request.max_content_length = max_bytes
    try:
        check_form()
    except OSError as error:
        log.error("upload-failed", error=type(error).__name__, errno=error.errno)
        raise Problem(
            503,
            "no-room",
            "The server has no room for this file",
            detail="Try a smaller file, such as Shares.csv or tweets.js alone, or tell your administrator.",
        ) from None


def _authenticate(policy: AccessPolicy, *, is_api: bool) -> Response | None:
    """Sets ``g.identity`` or raises; for a page, may return a redirect to sign-in."""
    if policy.kind == "page":
        return _authenticate_page(policy)
    if policy.kind == "token" or (policy.kind == "authenticated" and "Authorization" in request.headers):
        _authenticate_token(policy)
    elif policy.kind == "authenticated":
        g.identity = _complete(_session_identity())
        if g.identity is None:
            raise unauthorized()
        rate_limiter().hit(SESSION_CALLS, str(g.identity.user_id))
    elif not is_api and not policy.anonymous:
        # Public pages may show who is signed in; public API calls never read cookies.
        g.identity = _complete(_session_identity_if_available())
    return None


def _authenticate_token(policy: AccessPolicy) -> None:
    identity: Identity | IntegrationIdentity | None
    token = _bearer_token(policy)
    if token is not None:
        identity = _person_of_token(token) or _integration_of_token(token)
    else:
        token = _basic_password() if policy.personal else None
        identity = None
    if token is None:
        raise unauthorized()
    if identity is None and policy.personal:
        identity = _person_of_personal_token(token)
    if identity is None:
        raise unauthorized("token-refused", "This token is invalid, expired or revoked")
    g.identity = identity
    if policy.scope is not None and policy.scope not in identity.scopes:
        log.warning("access-denied", reason="scope", **describe_actor(identity))
        raise Problem(403, "scope", "This token does not have the required scope", detail=f"It needs the scope {policy.scope}.")
    caller = str(identity.user_id) if isinstance(identity, Identity) else f"integration-{identity.integration_id}"
    rate_limiter().hit(_limit_for(policy, CALLS), caller)


def _limit_for(policy: AccessPolicy, default: Limit) -> Limit:
    """Scoring has a limit of its own, which sessions and tokens of a person share; provisioning has one too."""
    if policy.scope == "assess":
        return Limit("assess", settings().assess_per_minute, 60, fail_open=True)
    return SCIM_CALLS if policy.scope == "scim" else default


def _person_of_token(token: str) -> Identity | None:
    with unit_of_work(engine(), writes=False) as session:
        identified = tokens.identify_token(session, token=token)
    if identified is None:
        return None
    identity = identified.identity
    assert identity.family_id is not None  # noqa: S101 (a token's identity has a family)
    if identified.must_record_use:
        with _optional_write(), unit_of_work(engine()) as session:
            if not tokens.record_use(session, family_id=identity.family_id, repeatable_id=identified.repeatable_id):
                return None
    return identity


def _person_of_personal_token(token: str) -> Identity | None:
    with unit_of_work(engine(), writes=False) as session:
        identified = personal_tokens.identify(session, token=token)
    if identified is None:
        return None
    if identified.is_first_use_today:
        with _optional_write(), unit_of_work(engine()) as session:
            personal_tokens.record_use(session, token_id=identified.token_id)
    return identified.identity


def _integration_of_token(token: str) -> IntegrationIdentity | None:
    with unit_of_work(engine(), writes=False) as session:
        identified = integrations.identify(session, token=token)
    if identified is None:
        return None
    if identified.is_first_use_today:
        with _optional_write(), unit_of_work(engine()) as session:
            integrations.record_use(session, token_id=identified.token_id)
    return identified.identity


def _bearer_token(policy: AccessPolicy) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    # An empty field is as good as none: some clients always send it.
    return (request.form.get(policy.form_field) or None) if policy.form_field else None


def _basic_password() -> str | None:
    """Some editors know no other kind of credentials. The user name may be anything: the token says whose it is."""
    credentials = request.authorization
    return credentials.password if credentials is not None and credentials.type == "basic" else None


def _authenticate_page(policy: AccessPolicy) -> Response | None:
    identity = _session_identity()
    if identity is None:
        if request.method in SAFE_METHODS:
            return redirect(f"/sign-in?next={quote(_requested_path())}" if request.path != "/" else "/sign-in")
        raise Problem(401, "signed-out", "You are signed out", detail="Sign in, then try again.")
    if identity.awaiting is not None and identity.awaiting not in policy.awaiting:
        if request.method in SAFE_METHODS:
            remember_path(_requested_path())
            return redirect(STEP_PATHS[identity.awaiting])
        raise Problem(401, "signed-out", "You are not signed in yet", detail="Complete signing in, then try again.")
    g.identity = identity
    if identity.role not in policy.roles:
        log.warning("access-denied", reason="role", actor=identity.user_id)
        raise not_found()
    rate_limiter().hit(_limit_for(policy, SESSION_CALLS), str(identity.user_id))
    return None


def _requested_path() -> str:
    """With its query, which pairing an extension needs."""
    query = request.query_string.decode("ascii", "replace")
    return local_path(quote(request.path) + (f"?{query}" if query else ""))


def _complete(identity: Identity | None) -> Identity | None:
    """None also for a session that lacks a step of signing in."""
    return identity if identity is not None and identity.awaiting is None else None


def _session_identity() -> Identity | None:
    """The identity of the session cookie, if valid; updates the session's ``seen_at`` at intervals."""
    secret = request.cookies.get(cookie_name(secure=settings().secure))
    if not secret:
        return None
    with unit_of_work(engine(), writes=False) as session:
        identified = operations.identify_session(session, secret=secret)
    if identified is None:
        return None
    identity, seen_at = identified
    if now() - seen_at > operations.TOUCH_INTERVAL and identity.session_id is not None:
        with _optional_write(), unit_of_work(engine()) as session:
            operations.touch_session(session, session_id=identity.session_id)
    return identity


def _session_identity_if_available() -> Identity | None:
    """None also while the database is unavailable: public pages, such as the sign-in form, are shown all the same."""
    try:
        return _session_identity()
    except SQLAlchemyError as error:
        if find_outage(error) is None:
            raise
        return None


@contextmanager
def _optional_write() -> Iterator[None]:
    """For noting when credentials were last used: on a full disk, reading and drafting go on without it."""
    try:
        yield
    except SQLAlchemyError as error:
        outage = find_outage(error)
        if outage is None:
            raise
        log_outage(outage, error)


def _handle_csrf_error(_error: CSRFError) -> Response:
    return problem_response(Problem(400, "form-expired", "This form has expired", detail="Reload the page and send it again."))
