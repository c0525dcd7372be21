"""Turns problems and errors into responses: a problem document for programs, a page for people."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, current_app, g, jsonify, make_response, request
from flask.sansio.app import App
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from server.core import metrics
from server.core.database.outage import find_outage, log_outage, outage_problem
from server.core.problems import Problem, not_found
from server.core.slow_refusals import answer_slowly

#: Size limit of a request body; a draft of 30,000 UTF-16 units fits several times over.
MAX_BODY_BYTES = 256 * 1024
#: The composer's script calls paths below /write/ and reads problem documents as the extension does.
API_PREFIXES = ("/api/", "/v2/", "/write/", "/scim/")
OPERATOR_PATHS = ("/healthz", "/readyz", "/metrics")
#: Status to problem code and title.
HTTP_ERRORS = {
    400: ("malformed", "The request is malformed"),
    403: ("forbidden", "This is not allowed"),
    405: ("method", "Method not allowed"),
    413: ("too-large", "The request is too large"),
    415: ("content-type", "The body has the wrong content type"),
}


def init_app(app: Flask, *, render_problem: Callable[[Problem], str]) -> None:
    """``render_problem`` returns the HTML page for a problem."""
    app.extensions["render_problem"] = render_problem
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(HTTPException, _handle_http_error)
    app.register_error_handler(SQLAlchemyError, _handle_database_error)
    app.register_error_handler(500, _handle_unexpected_error)


def register_format(app: App, prefix: str, render: Callable[[Problem], Response]) -> None:
    """For a protocol below ``prefix`` that has an error format of its own. ``render`` sets the status."""
    app.extensions.setdefault("problem_formats", {})[prefix] = render


def problem_response(problem: Problem) -> Response:
    metrics.PROBLEMS.labels(code=problem.code).inc()
    if problem.status == 429:
        answer_slowly()
    for prefix, render in current_app.extensions.get("problem_formats", {}).items():
        if request.path.startswith(prefix):
            response: Response = render(problem)
            response.headers.update(problem.headers)
            return response
    if request.path.startswith(API_PREFIXES) or request.path in OPERATOR_PATHS:
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
        response = make_response(current_app.extensions["render_problem"](problem))
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def _handle_http_error(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    if error.code == 404:
        return problem_response(not_found())
    status = error.code or 500
    if status >= 500:
        return _handle_unexpected_error(error)
    code, title = HTTP_ERRORS.get(status, ("refused", "The request was refused"))
    problem = Problem(status, code, title)
    if status == 403:
        problem.detail = "You may not have access. If you need it, ask an administrator of your organisation."
    if status == 413:
        limit = request.max_content_length or MAX_BODY_BYTES
        problem.detail = f"At most {limit // 1024**2} MB." if limit >= 1024**2 else f"At most {limit // 1024} KB."
        problem.errors = [{"field": "body", "message": "is too large", "limit": limit}]
    if status == 405:
        problem.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return problem_response(problem)


def _handle_database_error(error: SQLAlchemyError) -> Response:
    outage = find_outage(error)
    if outage is None:
        raise error
    log_outage(outage, error)
    return problem_response(outage_problem(outage))


def _handle_unexpected_error(error: Exception) -> Response:
    # An error while the request's changes are committed arrives here, inside Flask's own.
    outage = find_outage(getattr(error, "original_exception", None))
    if outage is not None:
        return problem_response(outage_problem(outage))
    return problem_response(
        Problem(500, "unexpected", "Something went wrong", detail="The error was logged under this request's reference.")
    )
