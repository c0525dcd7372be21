"""Which web pages and apps may call LanguageTool's API from a browser: those whose origins an administrator lists
(``Organisation.editor_origins``). Cookies are never accepted there, so no header allows them."""

from __future__ import annotations

from flask import Flask, Response, make_response, request
from sqlalchemy.exc import SQLAlchemyError

from server.core.database.outage import find_outage
from server.core.database.session import engine, unit_of_work
from server.core.problems import Problem
from server.people.queries import get_organisation

PREFIX = "/v2/"
#: For how long a browser need not ask again, in seconds: an origin that is taken off the list soon stops working.
MAX_AGE = 600


def init_app(app: Flask) -> None:
    app.after_request(_add_headers)


def preflight_response(method: str) -> Response:
    """What a browser asks before a request of another origin. ``Problem`` 403 unless the origin is listed."""
    if _listed_origin() is None:
        raise Problem(
            403, "origin", "This origin is not allowed", detail="An administrator can add it under Settings > Organisation."
        )  # fmt: skip
    response = make_response("", 204)
    response.headers["Access-Control-Allow-Methods"] = method
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers["Access-Control-Max-Age"] = str(MAX_AGE)
    return response


def _add_headers(response: Response) -> Response:
    """Errors have them too: otherwise a page could not show what is wrong."""
    if not request.path.startswith(PREFIX):
        return response
    response.vary.add("Origin")
    origin = _listed_origin()
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def _listed_origin() -> str | None:
    """The request's origin if it is on the list. None also while the database is unavailable."""
    origin = request.headers.get("Origin")
    if not origin:
        return None
    try:
        with unit_of_work(engine(), writes=False) as session:
            return origin if origin in get_organisation(session).editor_origins else None
    except SQLAlchemyError as error:
        if find_outage(error) is None:
            raise
        return None
