"""What happens around every request: its id, the rules for bodies, the log line, the numbers, refusals in the right form."""

from __future__ import annotations

import json
import re
import time
import uuid
from functools import cache
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from server.core import metrics
from server.core.identity import current_or_none
from server.core.logs import log
from server.core.problems import Problem, not_found
from server.core.schemas import Body, Id

#: Bytes of a whole body; a draft of 30,000 UTF-16 units fits several times over.
MAX_BODY = 256 * 1024
MAX_FORM_PARTS = 100
#: Deeper JSON than any of ours; Python's parser would exhaust its stack far beyond it.
MAX_DEPTH = 32
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
#: The composer's script calls below /write/ and reads problems as the extension does.
API_PREFIXES = ("/api/", "/v2/", "/write/")
OPERATIONS = ("/healthz", "/readyz", "/metrics")


class KeyConverter(IntegerConverter):
    """``<int:...>`` in an address: beyond the databases' largest key there is nothing, so nobody asks them."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **({"max": 2**63 - 1} | options))


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = KeyConverter
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=MAX_FORM_PARTS)
    app.before_request(_begin)
    app.after_request(_end)
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(500, _answer_unexpected)


def for_programs() -> bool:
    return request.path.startswith(API_PREFIXES) or request.path in OPERATIONS


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "none"
    identity = current_or_none()
    response.headers["X-Request-Id"] = g.get("request_id", "")
    # Anything may be sent as a method; only those that a route knows become a label.
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


def check_json_body() -> None:
    """Refuses a body that is not a JSON object, before any model sees it: 415 for its type, 400 for its form."""
    if request.mimetype != "application/json":
        raise Problem(415, "content-type", "The body must be JSON", detail="Send it with the content type application/json.")
    try:
        body = request.get_data(cache=True)
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        deep = _depth(value) > MAX_DEPTH
    except (ValueError, RecursionError):
        raise Problem(400, "malformed-json", "The body is not well-formed JSON") from None
    if deep or not isinstance(value, dict):
        raise Problem(400, "malformed-json", "The body must be one JSON object, nested at most 32 deep")


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def _depth(value: Any) -> int:
    level, layer = 0, [value]
    while layer:
        level += 1
        layer = [
            inner for one in layer if isinstance(one, dict | list) for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return level


def invalid_body(error: ValidationError) -> Response:
    """pydantic's errors without the input they quote."""
    errors = []
    for one in error.errors(include_url=False, include_input=False):
        context = one.get("ctx", {})
        limit = next((context[name] for name in ("max_length", "min_length", "le", "ge") if name in context), None)
        entry: dict[str, Any] = {"field": _field_name(one), "message": _message(one)}
        if isinstance(limit, int):
            entry["limit"] = limit
        errors.append(entry)
    first = errors[0]
    return answer_problem(Problem(422, "invalid-field", f"{first['field']}: {first['message']}", errors=errors))


def _field_name(error: Any) -> str:
    """Where the error is, without names that the caller made up: an unknown field's name may be anything."""
    parts = [part for part in error["loc"] if isinstance(part, int) or part in _field_names()]
    if error["type"] == "extra_forbidden":
        parts.append("(unknown field)")
    return ".".join(str(part) for part in parts) or "body"


@cache
def _field_names() -> frozenset[str]:
    names: set[str] = set()
    models: list[type[BaseModel]] = [Body, Id]
    while models:
        model = models.pop()
        names |= {field.alias or name for name, field in model.model_fields.items()}
        models += model.__subclasses__()
    return frozenset(names)


def _message(error: Any) -> str:
    # A message of our own validators is our own sentence; the library's are stable and name limits and choices, never input.
    return str(error["msg"]).removeprefix("Value error, ")


def answer_problem(problem: Problem) -> Response:
    metrics.PROBLEMS.labels(code=problem.code).inc()
    if for_programs():
        response = jsonify(
            {
                "type": f"/problems/{problem.code}",
                "title": problem.title,
                "status": problem.status,
                "detail": problem.detail,
                "instance": g.get("request_id", ""),
                "code": problem.code,
                "errors": problem.errors,
            }
        )
        response.content_type = "application/problem+json"
    else:
        response = make_response(render_template("web/problem.html", problem=problem, instance=g.get("request_id")))
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


TITLES = {
    400: ("malformed", "The request is malformed"),
    403: ("forbidden", "This is not allowed"),
    405: ("method", "This address does not take that method"),
    413: ("too-large", "The request is too large"),
    415: ("content-type", "The body has the wrong content type"),
}


def _answer_http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    if error.code == 404:
        return answer_problem(not_found())
    status = error.code or 500
    if status >= 500:
        return _answer_unexpected(error)
    code, title = TITLES.get(status, ("refused", "The request was refused"))
    problem = Problem(status, code, title)
    if status == 413:
        problem.detail = f"At most {MAX_BODY // 1024} KB."
        problem.errors = [{"field": "body", "message": "is too large", "limit": MAX_BODY}]
    if status == 405:
        problem.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return answer_problem(problem)


def _answer_unexpected(_error: Exception) -> Response:
    return answer_problem(
        Problem(500, "unexpected", "Something went wrong here", detail="It was noted under the number of this request.")
    )
