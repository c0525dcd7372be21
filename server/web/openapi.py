"""Completes the OpenAPI document that the framework generates: problem responses and required scopes."""

from __future__ import annotations

from typing import Any

from flask import Flask
from pydantic import Field

from server.core.access import policy_of
from server.core.schemas import Answer

PROBLEM = {
    "description": "Refused: an RFC 9457 problem document",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
}


class ProblemErrorOut(Answer):
    field: str
    message: str
    limit: int | None = Field(None, description="Only where there is one")


class ProblemOut(Answer):
    type: str = Field(description="/problems/<code>")
    title: str
    status: int
    detail: str
    instance: str = Field(description="Id of the request, as in X-Request-Id")
    code: str
    errors: list[ProblemErrorOut]


def complete(document: dict[str, Any], app: Flask) -> None:
    schemas = document["components"]["schemas"]
    schemas.pop("ValidationErrorModel", None)
    model = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= model.pop("$defs")
    schemas["ProblemOut"] = model
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
        policy = policy_of(app.view_functions[rule.endpoint])
        for method in rule.methods or ():
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation is None or policy is None:
                continue
            del operation["responses"]["422"]
            operation["responses"]["default"] = PROBLEM
            operation["security"] = [{"bearer": [policy.scope]}] if policy.scope else []
