"""The application factory."""

from __future__ import annotations

from importlib import import_module
from types import TracebackType
from typing import Any

from flask import Flask
from flask_openapi import Info, OpenAPI
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from server.coaching import cors
from server.core import admission, logs, requests
from server.core.access import public
from server.core.database import session as database
from server.core.database.engine import make_engine
from server.core.database.outage import find_outage, log_outage
from server.core.json_bodies import invalid_body_response
from server.core.logs import describe_error, log
from server.core.settings import Settings
from server.labels import events as label_events  # noqa: F401 (removes shared items whose text is deleted)
from server.library import events as library_events  # noqa: F401 (removes examples whose text is deleted)
from server.rollups import events  # noqa: F401 (keeps the weekly sums up to date)
from server.security import guard, headers
from server.security.limit_stores import DatabaseStore, FallbackStore, RedisStore, Store, make_limit_engine
from server.security.limits import RateLimiter
from server.tuning import coach_queue
from server.web import openapi, pages

#: Modules whose ``api`` is an APIBlueprint with routes below /api/v1.
APIS: tuple[str, ...] = (
    "server.security.routes",
    "server.coaching.routes",
    "server.activities.routes",
    "server.credit.routes",
)
#: Modules whose ``pages`` is a Blueprint of HTML pages, operators' endpoints, LanguageTool's protocol or SCIM.
PAGES: tuple[str, ...] = (
    "server.web.health",
    "server.web.security_txt",
    "server.coaching.languagetool",
    "server.coaching.pages",
    "server.security.pages",
    "server.security.access_pages",
    "server.security.oidc.pages",
    "server.security.scim.routes",
    "server.account.pages",
    "server.account.integrations",
    "server.account.tokens",
    "server.account.editors",
    "server.account.organisation",
    "server.account.groups",
    "server.account.sites",
    "server.account.setup",
    "server.account.second_factor",
    "server.mail.pages",
    "server.mail.settings_pages",
    "server.mail.sign_in_pages",
    "server.activities.pages",
    "server.outcomes.pages",
    "server.appeals.pages",
    "server.appeals.own_pages",
    "server.history.pages",
    "server.library.pages",
    "server.own_week.pages",
    "server.imports.pages",
    "server.connections.pages",
    "server.privacy.pages",
    "server.people.pages",
    "server.people.team_pages",
    "server.people.target_pages",
    "server.people.weight_pages",
    "server.people.time_pages",
    "server.people.calendar_pages",
    "server.account.metrics",
    "server.scorecards.pages",
    "server.scorecards.record_pages",
    "server.one_to_ones.pages",
    "server.evidence.pages",
    "server.trials.pages",
    "server.digests.pages",
    "server.channels.pages",
    "server.wording_help.pages",
    "server.calendar_files.pages",
    "server.tuning.pages",
    "server.tuning.word_pages",
    "server.tuning.rule_pages",
    "server.tuning.style_pages",
    "server.tuning.preset_pages",
    "server.effects.pages",
    "server.tuning.shadow_pages",
    "server.tuning.change_pages",
    "server.training.pages",
    "server.labels.pages",
    "server.labels.admin_pages",
    "server.policies.pages",
    "server.policies.change_pages",
    "server.audit.pages",
    "server.extension.pages",
)


class App(OpenAPI):
    def generate_spec_json(self) -> None:
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        openapi.complete(self.spec_json, self)

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        outage = find_outage(exc_info[1])
        if outage is not None and exc_info[1] is not None:
            log_outage(outage, exc_info[1])
        elif exc_info[1] is not None:
            log.error("unexpected-error", **describe_error(exc_info[1]))


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """Creates the WSGI application. Raises ``SettingsError`` if a secret key is missing or weak."""
    logs.configure()
    app = App(
        "server",
        info=Info(title="Repute", version="1"),
        doc_ui=False,
        static_folder=None,
        validation_error_callback=invalid_body_response,
        security_schemes={
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic", "description": "Any user name; a personal token as the password"},
        },
    )
    keys = settings.require_secret_keys()
    app.secret_key = keys.current
    app.config.update(SECRET_KEY_FALLBACKS=keys.oldest_first[:-1])
    # With another Host header, redirects would lead to a site of the client's choice.
    app.config.update(TRUSTED_HOSTS=settings.trusted_hosts)
    app.config.update(UPLOAD_FOLDER=settings.data)
    engine = engine or make_engine(settings.sqlalchemy_url)
    # ``after_request`` handlers run in reverse order, so the database commits before the response is counted, logged and sent.
    headers.init_app(app, secure=settings.secure)
    requests.init_app(app, render_problem=pages.render_problem)
    cors.init_app(app)
    admission.init_app(app, threads=settings.threads)
    limit_engine = make_limit_engine(engine, settings.sqlalchemy_url)
    store: Store = DatabaseStore(limit_engine)
    if settings.redis_url:
        store = FallbackStore(RedisStore(settings.redis_url), store)
    guard.init_app(app, settings, RateLimiter(store))
    coach_queue.configure(calls_per_minute=settings.assess_per_minute)
    app.extensions["engines"] = (engine, limit_engine)
    database.init_app(app, engine)
    app.after_request(database.finish)
    pages.init_app(app)
    for name in APIS:
        app.register_api(import_module(name).api, url_prefix="/api/v1")
    for name in PAGES:
        app.register_blueprint(import_module(name).pages)
    _make_static_public(app)
    if settings.proxies:
        hops: Any = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _make_static_public(app: Flask) -> None:
    """Public: style sheets and scripts are the same for everybody."""
    serve = app.view_functions["web.static"]

    @public(writes=False, anonymous=True)
    def static(**values: Any) -> Any:
        return serve(**values)

    app.view_functions["web.static"] = static
