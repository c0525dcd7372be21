"""The OpenAPI document, from which the extension's types are generated.

``python -m tests.server.test_openapi`` regenerates it."""

from __future__ import annotations

import json
from pathlib import Path

from server.app import create_app
from server.core.settings import Settings
from tests.factories import bearer, new_cookie, new_token, new_user

DOCUMENT_PATH = Path(__file__).parents[2] / "server/contract/openapi.json"
SECRET = "a key used only to generate the document"


def openapi_document():
    return create_app(Settings(database_url="sqlite:///:memory:", secret_key=SECRET)).api_doc


def test_openapi_document_equals_the_committed_one():
    assert openapi_document() == json.loads(DOCUMENT_PATH.read_text()), "regenerate it and review the changes for clients"


def test_every_operation_documents_problem_responses():
    document = openapi_document()
    assert {"/api/v1/assess", "/api/v1/shares", "/api/v1/me/credit", "/api/v1/activities"} <= document["paths"].keys()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation["responses"]["default"]["content"]
            assert content.keys() == {"application/problem+json"}, (method, path)
            assert "422" not in operation["responses"], (method, path)


def test_openapi_document_requires_a_session_or_token(client, engine):
    assert client.get("/api/v1/openapi.json").status_code == 401
    user = new_user(engine)
    assert client.get("/api/v1/openapi.json", headers=bearer(new_token(engine, user))).json["info"]["title"] == "Repute"
    client.set_cookie("repute", new_cookie(engine, user))
    assert client.get("/api/v1/openapi.json").json["info"]["title"] == "Repute"


if __name__ == "__main__":
    DOCUMENT_PATH.write_text(json.dumps(openapi_document(), indent=1, sort_keys=True) + "\n")
