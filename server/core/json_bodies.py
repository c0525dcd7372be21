"""Parses and validates JSON request bodies; error responses never quote the input."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from flask import Response, request
from pydantic import BaseModel, ValidationError

from server.core.error_handlers import problem_response
from server.core.problems import Problem
from server.core.schemas import Id, RequestBody

#: More than any request needs, and far below the depth at which Python's parser exhausts its stack.
MAX_DEPTH = 32


def json_body(model: type[BaseModel]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Passes the request's JSON body to the view as ``body``, validated by ``model``. For routes outside the API, where the
    framework does not do this."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def parse(**arguments: Any) -> Any:
            check_json_body()
            try:
                body = model.model_validate_json(request.get_data())
            except ValidationError as error:
                return invalid_body_response(error)
            return view(body=body, **arguments)

        return parse

    return decorate


def check_json_body() -> None:
    """Rejects a body that is not a JSON object before it is validated: 415 for the content type, 400 for malformed JSON."""
    if request.mimetype != "application/json":
        raise Problem(415, "content-type", "The body must be JSON", detail="Send it with the content type application/json.")
    try:
        body = request.get_data(cache=True)
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        too_deep = _depth(value) > MAX_DEPTH
    except (ValueError, RecursionError):
        raise Problem(400, "malformed-json", "The body is not well-formed JSON") from None
    if too_deep or not isinstance(value, dict):
        raise Problem(400, "malformed-json", f"The body must be one JSON object, nested at most {MAX_DEPTH} levels deep")


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
    return depth


def invalid_body_response(error: ValidationError) -> Response:
    """422 with pydantic's errors."""
    errors = describe_errors(error)
    first = errors[0]
    return problem_response(Problem(422, "invalid-field", f"{first['field']}: {first['message']}", errors=errors))


def describe_errors(error: ValidationError) -> list[dict[str, Any]]:
    """Field, message and limit of each of pydantic's errors, without the input that they quote."""
    errors = []
    for detail in error.errors(include_url=False, include_input=False):
        context = detail.get("ctx", {})
        limit = next((context[name] for name in ("max_length", "min_length", "le", "ge") if name in context), None)
        entry: dict[str, Any] = {"field": _field_name(detail), "message": _message(detail)}
        if isinstance(limit, int):
            entry["limit"] = limit
        errors.append(entry)
    return errors


def _field_name(error: Any) -> str:
    """The path of the error, without names that the client chose: the name of an unknown field can be any text."""
    parts = [part for part in error["loc"] if isinstance(part, int) or part in _field_names()]
    if error["type"] == "extra_forbidden":
        parts.append("(unknown field)")
    return ".".join(str(part) for part in parts) or "body"


@cache
def _field_names() -> frozenset[str]:
    names: set[str] = set()
    models: list[type[BaseModel]] = [RequestBody, Id]
    while models:
        model = models.pop()
        names |= {field.alias or name for name, field in model.model_fields.items()}
        models += model.__subclasses__()
    return frozenset(names)


def _message(error: Any) -> str:
    # Neither our validators' messages nor pydantic's contain the input: they name limits and allowed values.
    return str(error["msg"]).removeprefix("Value error, ")
