"""The application factory."""

from __future__ import annotations

from importlib import import_module
from types import TracebackType
from typing import Any

from flask import Flask
from flask_openapi import Info, OpenAPI
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from server.core import logs, requests
from server.core.access import public
from server.core.database import session as database
from server.core.database.engine import make_engine
from server.core.json_bodies import invalid_body_response
from server.core.logs import describe_error, log
from server.core.settings import Settings
from server.jobs.notifier import WorkerNotifier
from server.security import guard, headers
from server.security.limits import DatabaseStore, RateLimiter, RedisStore
from server.web import openapi, pages

#: Modules whose ``api`` is an APIBlueprint with routes below /api/v1.
APIS: tuple[str, ...] = (
    "server.security.routes",
    "server.coaching.routes",
    "server.activities.routes",
    "server.credit.routes",
)
#: Modules whose ``pages`` is a Blueprint of HTML pages, operators' endpoints or LanguageTool's protocol.
PAGES: tuple[str, ...] = (
    "server.web.health",
    "server.coaching.languagetool",
    "server.coaching.pages",
    "server.security.pages",
    "server.account.pages",
    "server.account.second_factor",
    "server.activities.pages",
    "server.privacy.pages",
    "server.scorecards.pages",
    "server.tuning.pages",
)


class App(OpenAPI):
    def generate_spec_json(self) -> None:
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        openapi.complete(self.spec_json, self)

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        if exc_info[1] is not None:
            log.error("unexpected-error", **describe_error(exc_info[1]))


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """Creates the WSGI application. Raises ``SettingsError`` if the secret key is missing or weak."""
    logs.configure()
    app = App(
        "server",
        info=Info(title="Repute", version="1"),
        doc_ui=False,
        static_folder=None,
        validation_error_callback=invalid_body_response,
        security_schemes={"bearer": {"type": "http", "scheme": "bearer"}},
    )
    app.secret_key = settings.require_secret()
    engine = engine or make_engine(settings.sqlalchemy_url)
    # ``after_request`` handlers run in reverse order, so the database commits before the response is counted, logged and sent.
    headers.init_app(app, secure=settings.secure)
    requests.init_app(app, render_problem=pages.render_problem)
    limit_engine = make_engine(settings.sqlalchemy_url, durable=False) if engine.dialect.name == "sqlite" else engine
    store = RedisStore(settings.redis_url) if settings.redis_url else DatabaseStore(limit_engine)
    guard.init_app(app, settings, RateLimiter(store))
    app.extensions["engines"] = (engine, limit_engine)
    database.init_app(app, engine)
    app.after_request(database.finish)
    app.extensions["worker_notifier"] = WorkerNotifier(settings.redis_url)
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

    @public(writes=False)
    def static(**values: Any) -> Any:
        return serve(**values)

    app.view_functions["web.static"] = static
