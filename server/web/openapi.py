"""Completes the generated OpenAPI document with problem responses and required scopes."""

from __future__ import annotations

from typing import Any

from flask import Flask
from pydantic import Field

from server.core.access import get_access_policy
from server.core.schemas import ResponseBody

PROBLEM = {
    "description": "An error, as an RFC 9457 problem document",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
}


class ProblemErrorOut(ResponseBody):
    field: str
    message: str
    limit: int | None = Field(None, description="Present if the field has a limit")


class ProblemOut(ResponseBody):
    type: str = Field(description="/problems/<code>")
    title: str
    status: int
    detail: str
    instance: str = Field(description="Request id, as in the X-Request-Id header")
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
        policy = get_access_policy(app.view_functions[rule.endpoint])
        for method in rule.methods or ():
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation is None or policy is None:
                continue
            del operation["responses"]["422"]
            operation["responses"]["default"] = PROBLEM
            operation["security"] = [{"bearer": [policy.scope]}] if policy.scope else []
            if policy.personal:
                operation["security"].append({"basic": []})
