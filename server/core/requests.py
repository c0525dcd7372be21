"""What happens around every request: its id, its limits, its log line and its metrics."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.routing import IntegerConverter, Map

from server.core import error_handlers, metrics
from server.core.error_handlers import MAX_BODY_BYTES
from server.core.identity import current_identity_or_none
from server.core.logs import log

MAX_FORM_PARTS = 100
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class IdConverter(IntegerConverter):
    """``<int:...>`` in a path, within the range of the databases' keys: anything larger is a 404 without a query."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **({"max": 2**63 - 1} | options))


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES, MAX_FORM_PARTS=MAX_FORM_PARTS)
    app.before_request(_begin)
    app.after_request(_end)
    error_handlers.init_app(app)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "none"
    identity = current_identity_or_none()
    response.headers["X-Request-Id"] = g.get("request_id", "")
    # A client may send anything as a method; only those that a route accepts become a label.
    method = request.method if request.url_rule else "none"
    metrics.REQUESTS.labels(route=route, method=method, status=response.status_code).inc()
    metrics.SECONDS.labels(route=route).observe(seconds)
    log.info(
        "request",
        method=method,
        route=route,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        actor=identity.user_id if identity else None,
    )
    return response
