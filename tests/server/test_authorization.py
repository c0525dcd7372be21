"""Every route declares who may call it and refuses everybody else."""

from __future__ import annotations

import pytest
from werkzeug.routing import AnyConverter

from server.core.access import get_access_policy
from server.security.headers import SECURITY_HEADERS
from tests.factories import bearer, new_cookie, new_token, new_user

#: Routes that need no credentials; a comment above each says why that is safe.
PUBLIC = {
    "security.sign_in_form", "security.sign_in", "security.link", "security.use_link",
    "oidc.start", "oidc.callback", "sign_in_link.form", "sign_in_link.send",
    "digests.confirm_stop", "digests.stop",
    "coaching.adapters", "health.alive", "health.ready", "health.prometheus_metrics",
    "languagetool.health_check", "languagetool.info", "languagetool.languages", "languagetool.max_text_length",
    "languagetool.preflight",
    "extension.package", "pairing.redeem", "pairing.refresh", "security_txt.security_txt", "web.static",
}  # fmt: skip
UNKNOWN_ID = 2**62


def unknown_value(converter):
    """Of a list of words, one of them: others are no address."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return UNKNOWN_ID if "Id" in type(converter).__name__ else "0" * 64


def iter_routes(app, *kinds):
    """Path, method and policy of every route of these kinds. Ids in the paths do not exist."""
    for rule in app.url_map.iter_rules():
        policy = get_access_policy(app.view_functions[rule.endpoint])
        if policy is None or policy.kind not in kinds:
            continue
        values = {name: unknown_value(rule._converters[name]) for name in rule.arguments}
        path = rule.build(values)[1]
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            yield path, method, policy


def test_every_route_declares_access_and_only_listed_routes_are_public(app):
    policies = {rule.endpoint: get_access_policy(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    assert [endpoint for endpoint, policy in policies.items() if policy is None] == []
    assert {endpoint for endpoint, policy in policies.items() if policy.kind == "public"} == PUBLIC


def test_route_without_access_policy_responds_404(make_app, settings, engine):
    app = make_app(settings)
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to everybody")
    assert app.test_client().get("/forgotten").status_code == 404


def test_token_routes_ignore_sessions_and_require_their_scope(app, engine):
    rep = new_user(engine)
    cookie, deactivated = new_cookie(engine, rep), new_user(engine)
    revoked = new_token(engine, deactivated)
    from server.core.database.session import unit_of_work

    with unit_of_work(engine) as session:
        session.merge(deactivated).is_active = False
    for path, method, policy in iter_routes(app, "token"):
        browser = app.test_client()
        browser.set_cookie("repute", cookie)
        assert browser.open(path, method=method, json={}).status_code == 401, (method, path)
        assert app.test_client().open(path, method=method, json={}, headers=bearer(revoked)).status_code == 401, (method, path)
        other_scopes = tuple({"assess", "share", "me:read", "activities:write"} - {policy.scope})
        token = new_token(engine, rep, scopes=other_scopes)
        assert app.test_client().open(path, method=method, json={}, headers=bearer(token)).status_code == 403, (method, path)


def test_page_routes_ignore_tokens(app, engine):
    token = new_token(engine, new_user(engine))
    for path, method, _ in iter_routes(app, "page"):
        for headers in ({}, bearer(token), {"Cookie": "repute=guess"}):
            response = app.test_client().open(path, method=method, headers=headers)
            if method == "GET":
                assert (response.status_code, response.location.split("?")[0]) == (302, "/sign-in"), path
            else:
                assert response.status_code == 401, (method, path)


def test_pages_of_other_roles_respond_404(app, engine):
    for role in ("rep", "manager", "admin"):
        cookie = new_cookie(engine, new_user(engine, role=role))
        for path, method, policy in iter_routes(app, "page"):
            browser = app.test_client()
            browser.set_cookie("repute", cookie)
            response = browser.open(path, method=method)
            if role not in policy.roles:
                assert response.status_code == 404, (role, method, path)
            elif method == "POST":
                assert response.status_code == 400, (role, method, path)  # no CSRF token
            else:
                assert response.status_code < 500, (role, method, path)


def test_unknown_ids_respond_404(app, engine):
    admin = new_user(engine, role="admin")
    cookie, token = new_cookie(engine, admin), new_token(engine, admin)
    for path, method, policy in iter_routes(app, "page", "token"):
        if str(UNKNOWN_ID) in path and method in {"GET", "DELETE"} and (policy.kind == "token" or "admin" in policy.roles):
            browser = app.test_client()
            if policy.kind == "page":
                browser.set_cookie("repute", cookie)
            response = browser.open(path, method=method, headers=bearer(token) if policy.kind == "token" else {})
            assert response.status_code == 404, (method, path)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/sign-in", 200),
        ("/", 302),
        ("/api/v1/me", 401),
        ("/nothing", 404),
        ("/api/v1/assess", 405),
        ("/boom", 500),
    ],
)
def test_security_headers_are_on_every_response(make_app, settings, engine, path, status):
    from server.core.access import public

    def fail():
        raise RuntimeError("a message that must not be shown")

    app = make_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/boom", "boom", public()(fail))
    response = app.test_client().get(path)
    assert response.status_code == status
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Request-Id"]
    assert b"message that must not" not in response.data


def test_cookies_have_the_host_prefix_over_tls(make_app, settings, engine):
    app = make_app(settings.model_copy(update={"base_url": "https://repute.example.com"}))
    response = app.test_client().get("/sign-in", base_url="https://repute.example.com")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-repute-form=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_forged_proxy_headers_have_no_effect(make_app, settings, engine):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    response = make_app(settings).test_client().get("/", headers=forged)
    assert response.location == "/sign-in"


def test_metrics_are_closed_without_a_token_also_on_this_machine(make_app, settings, engine):
    """Behind ``ssh -L``, stunnel or a proxy without forwarding headers, every request comes from this machine."""
    client = make_app(settings).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=bearer("")).status_code == 404


def test_metrics_require_the_configured_token(make_app, settings, engine):
    from pydantic import SecretStr

    client = make_app(settings.model_copy(update={"metrics_token": SecretStr("t" * 20)})).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=bearer("guess")).status_code == 404
    assert b"repute_requests_total" in client.get("/metrics", headers=bearer("t" * 20)).data
