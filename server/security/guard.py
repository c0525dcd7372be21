"""The one door: finds out who asks, compares that with the route's policy, and opens the database session accordingly."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, current_app, g, redirect, request
from flask_openapi import APIBlueprint
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from server.core import requests
from server.core.access import Policy, policy_of
from server.core.clock import now
from server.core.database.session import engine, open_for, unit_of_work
from server.core.identity import Identity
from server.core.logs import log
from server.core.problems import Problem, not_found
from server.core.settings import Settings
from server.security import operations
from server.security.limits import CALLS, Limit, Limits

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()


def cookie_name(*, secure: bool) -> str:
    # Browsers refuse the prefix without TLS, which only the demonstration on the own machine lacks.
    return "__Host-repute" if secure else "repute"


def init_app(app: Flask, settings: Settings, limits: Limits) -> None:
    app.extensions["settings"] = settings
    app.extensions["limits"] = limits
    app.config.update(
        # What Flask itself signs into a cookie holds the CSRF value and passing notices, never who somebody is.
        SESSION_COOKIE_NAME="__Host-repute-form" if settings.secure else "repute-form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,
        # As long as the session: a form left open over lunch must still send.
        WTF_CSRF_TIME_LIMIT=None,
    )
    csrf.init_app(app)
    app.before_request(_open_door)
    app.register_error_handler(CSRFError, _answer_csrf)


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def limits() -> Limits:
    found: Limits = current_app.extensions["limits"]
    return found


def remember(response: Response, secret: str) -> None:
    """Gives the browser the id of its session."""
    response.set_cookie(
        cookie_name(secure=settings().secure),
        secret,
        max_age=int(operations.SESSION_LIFE.total_seconds()),
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget(response: Response) -> None:
    secure = settings().secure
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="Lax")


def caller_address() -> str:
    return request.remote_addr or "unknown"


def _open_door() -> Response | None:
    if request.endpoint is None or request.url_rule is None:
        return None  # no such address, or not with this method: the router's refusal follows
    policy = policy_of(current_app.view_functions[request.endpoint])
    if policy is None:
        log.error("route-without-policy", route=request.url_rule.rule)
        raise not_found()
    is_api = isinstance(current_app.blueprints.get(request.blueprint or ""), APIBlueprint)
    elsewhere = _admit(policy, is_api=is_api)
    if elsewhere is not None:
        return elsewhere
    if is_api:
        if request.method in {"POST", "PUT", "PATCH"}:
            requests.check_json_body()
    elif policy.kind != "token" and request.method not in SAFE:
        csrf.protect()
    open_for(writes=request.method not in SAFE if policy.writes is None else policy.writes)
    return None


def _admit(policy: Policy, *, is_api: bool) -> Response | None:
    """Sets the identity, or refuses; an address to go to instead where signing in would help."""
    if policy.kind == "page":
        return _admit_page(policy)
    if policy.kind == "token" or (policy.kind == "known" and "Authorization" in request.headers):
        _admit_token(policy)
    elif policy.kind == "known":
        g.identity = _signed_in()
        if g.identity is None:
            raise operations.unauthorised()
    elif not is_api:
        # A public page may greet who is signed in; a public call of the API never looks at cookies.
        g.identity = _signed_in()
    return None


def _admit_token(policy: Policy) -> None:
    token = _bearer(policy)
    if token is None:
        raise operations.unauthorised()
    with unit_of_work(engine(), writes=False) as session:
        found = operations.identify_token(session, token=token)
    if found is None:
        raise operations.unauthorised("token-refused", "This token is not valid, or no longer")
    identity, unnoted = found
    g.identity = identity
    if policy.scope is not None and policy.scope not in identity.scopes:
        log.warning("refused", why="scope", actor=identity.user_id)
        raise Problem(403, "scope", "This token does not allow that", detail=f"It needs the scope {policy.scope}.")
    assert identity.family_id is not None  # noqa: S101 (an identity from a token has a family)
    if unnoted:
        with unit_of_work(engine()) as session:
            operations.note_use(session, family_id=identity.family_id)
    limit = CALLS
    if policy.scope == "assess":
        limit = Limit("assess", settings().assess_per_minute, 60, open_on_failure=True)
    limits().spend(limit, str(identity.user_id))


def _bearer(policy: Policy) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return request.form.get(policy.key_field) if policy.key_field else None


def _admit_page(policy: Policy) -> Response | None:
    identity = _signed_in()
    if identity is None:
        if request.method in SAFE:
            return redirect(f"/sign-in?next={quote(request.path)}" if request.path != "/" else "/sign-in")
        raise Problem(401, "signed-out", "You are signed out", detail="Sign in, then do it again.")
    g.identity = identity
    if identity.role not in policy.roles:
        log.warning("refused", why="role", actor=identity.user_id)
        raise not_found()
    return None


def _signed_in() -> Identity | None:
    """Who the session's cookie stands for; notes now and then that the session is in use."""
    secret = request.cookies.get(cookie_name(secure=settings().secure))
    if not secret:
        return None
    with unit_of_work(engine(), writes=False) as session:
        found = operations.identify_session(session, secret=secret)
    if found is None:
        return None
    identity, seen_at = found
    if now() - seen_at > operations.TOUCH_EVERY and identity.session_id is not None:
        with unit_of_work(engine()) as session:
            operations.touch_session(session, session_id=identity.session_id)
    return identity


def _answer_csrf(_error: CSRFError) -> Response:
    return requests.answer_problem(
        Problem(400, "form-expired", "This form has expired", detail="Open the page again and send it once more.")
    )
