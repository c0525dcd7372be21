"""Around every request: its id, size limits, log line and metrics."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import structlog
from flask import Flask, Request, Response, current_app, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

from server.core import error_handlers, metrics
from server.core.access import get_access_policy
from server.core.characters import STORABLE_REQUIREMENT, is_storable
from server.core.error_handlers import MAX_BODY_BYTES
from server.core.identity import describe_actor
from server.core.logs import log
from server.core.problems import Problem, field_problem, not_found

MAX_FORM_PARTS = 100
#: Larger files of a form are on disk while they are read.
MAX_UPLOAD_BYTES_IN_MEMORY = 1024 * 1024


class UploadRequest(Request):
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """A file without a name in the data folder, which is private; it is gone when it is closed or its process ends. The
        system's folder for temporary files may be in memory."""
        folder: Path = current_app.config["UPLOAD_FOLDER"]
        return SpooledTemporaryFile(MAX_UPLOAD_BYTES_IN_MEMORY, "rb+", dir=str(folder))


class IdConverter(IntegerConverter):
    """``<int:...>`` in a path, limited to 64-bit keys: anything larger is a 404 without a query."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **({"max": 2**63 - 1} | options))


def init_app(app: Flask, *, render_problem: Callable[[Problem], str]) -> None:
    app.url_map.converters["int"] = IdConverter
    app.request_class = UploadRequest
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES, MAX_FORM_PARTS=MAX_FORM_PARTS)
    app.before_request(_start_request)
    app.before_request(_check_characters)
    app.after_request(_finish_request)
    error_handlers.init_app(app, render_problem=render_problem)


def _start_request() -> None:
    # Always our own: a client's id would put text of its choice into the log and the append-only audit log.
    g.request_id = uuid.uuid4().hex
    g.started_at = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _check_characters() -> None:
    """Refuses characters that no column accepts in an address or a form. Bodies in JSON are checked by their types."""
    if not is_storable(request.path):
        raise not_found()
    _check_values("query", request.args)
    policy = get_access_policy(current_app.view_functions[request.endpoint]) if request.endpoint else None
    if policy is None or policy.upload_bytes is None:
        check_form()


def check_form() -> None:
    """Of a route that accepts large files, the form is read only after the caller was authorized."""
    _check_values("form", request.form)


def _check_values(part: str, values: MultiDict[str, str]) -> None:
    if not all(is_storable(name) and is_storable(value) for name, value in values.items(multi=True)):
        # The name of a parameter or field is the client's own text, so it is not repeated.
        raise field_problem(part, STORABLE_REQUIREMENT)


def _finish_request(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started_at", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "none"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    # Clients can send any string as the method; only methods that a route accepts become a label.
    method = request.method if request.url_rule else "none"
    metrics.REQUESTS.labels(route=route, method=method, status=response.status_code).inc()
    metrics.SECONDS.labels(route=route).observe(seconds)
    log.info(
        "request",
        method=method,
        route=route,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        **describe_actor(g.get("identity")),
    )
    return response
