"""Characters that a database cannot store are refused before a request reaches a view, on every route."""

from __future__ import annotations

import importlib
import pkgutil
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import pytest

import server
from server.core.schemas import PlainText, RequestBody
from tests.factories import bearer, new_cookie, new_token, new_user
from tests.forms import send

NUL, HALF = "a\0b", "a\ud800b"


def problem_of(response):
    assert response.status_code in {400, 404, 422}, response.status_code
    return response


@pytest.mark.parametrize(
    "path", ["/tuning/effect/{}", "/tuning/propose/{}", "/link/{}", "/me/items/{}", "/nothing/{}", "/static/{}"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_path(engine, app, path, method):
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    response = getattr(client, method)(path.format("a%00b"))
    assert response.status_code in {400, 404, 405}


@pytest.mark.parametrize(
    "path", ["/sign-in?next=a%00b", "/settings/pair?challenge=%00", "/me?page=%00", "/team?week=2026-11-23%00"]
)
def test_query(engine, app, path):
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="manager")))
    problem_of(client.get(path))


FORMS = {
    "/sign-in": {"email": NUL, "password": "x" * 12},
    "/settings/share-choice": {"share_choice": NUL},
    "/settings/rules-on": {"rule": NUL},
    "/settings/password": {"current": "", "password": "a long one" + NUL},
    "/tuning/rubric": {"weight.story": NUL},
}


@pytest.mark.parametrize("path", FORMS)
def test_form(engine, app, path):
    client = app.test_client()
    if path != "/sign-in":
        client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    response = problem_of(send(client, path, "/sign-in" if path == "/sign-in" else "/settings", **FORMS[path]))
    assert b"a\0b" not in response.data


def record(**values: Any) -> dict[str, Any]:
    return {"record_id": "1", "rep": "a@b.example", "kind": "call", "occurred_at": datetime.now(UTC).isoformat()} | values


BODIES = {
    "activities: rep": ("/api/v1/activities", lambda bad: {"source": "crm", "activities": [record(rep=bad)]}),
    "activities: record_id": ("/api/v1/activities", lambda bad: {"source": "crm", "activities": [record(record_id=bad)]}),
    "pairing: label": ("/api/v1/pairing/redeem", lambda bad: {"code": "ABCD-EFGH", "verifier": "v" * 43, "label": bad}),
    "pairing: code": ("/api/v1/pairing/redeem", lambda bad: {"code": "ABCD" + bad, "verifier": "v" * 43, "label": "x"}),
    "refresh": ("/api/v1/pairing/refresh", lambda bad: {"refresh_token": bad}),
    "preferences": ("/api/v1/me/preferences", lambda bad: {"ignored_rule": bad}),
    "assess": ("/api/v1/assess", lambda bad: {"surface": "x-post", "text": bad}),
    "compare": ("/api/v1/compare", lambda bad: {"surface": "x-post", "a": bad, "b": "b"}),
    "profile": ("/api/v1/profile/assess", lambda bad: {"surface": "x-profile", "sections": {"bio": bad}}),
    "profile: section": ("/api/v1/profile/assess", lambda bad: {"surface": "x-profile", "sections": {bad: "bio"}}),
}


@pytest.mark.parametrize("bad", [NUL, HALF], ids=["nul", "surrogate"])
@pytest.mark.parametrize("name", BODIES)
def test_json_body(engine, app, name, bad):
    path, make_body = BODIES[name]
    scopes = ("activities:write",) if path.endswith("activities") else ("assess", "share", "me:read")
    token = new_token(engine, new_user(engine, role="admin" if path.endswith("activities") else "rep"), scopes)
    method = app.test_client().put if path.endswith("preferences") else app.test_client().post
    response = method(path, json=make_body(bad), headers=bearer(token, **{"Idempotency-Key": str(uuid.uuid4())}))
    assert response.status_code == 422
    assert response.json["code"] in {"invalid-field", "nul", "surrogate", "unknown-section"}


def request_bodies():
    """Of every module, whichever tests have run before."""
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if module.name.rpartition(".")[2] in {"pages", "routes", "schemas"}:
            importlib.import_module(module.name)
    models, found = [RequestBody], []
    while models:
        model = models.pop()
        found.append(model)
        models += model.__subclasses__()
    return found


#: The coach checks drafts and profiles itself, with codes of its own.
CHECKED_BY_THE_COACH = {"AssessIn", "CompareIn", "ProfileIn", "WordingIn"}


def has_unchecked_text(annotation: Any) -> bool:
    """Whether a value of the annotation can be a string that ``PlainText`` does not check."""
    if annotation is str:
        return True
    parts = get_args(annotation)
    if get_origin(annotation) is Annotated and any(part in get_args(PlainText) for part in parts[1:]):
        return False
    return get_origin(annotation) is not Literal and any(has_unchecked_text(part) for part in parts)


@pytest.mark.parametrize("model", [model for model in request_bodies() if model.__name__ not in CHECKED_BY_THE_COACH])
def test_every_text_in_a_body_is_checked(app, model):
    annotations = get_type_hints(model, include_extras=True)
    unchecked = [
        name
        for name, field in model.model_fields.items()
        if has_unchecked_text(annotations[name]) and not any(getattr(part, "pattern", None) for part in field.metadata)
    ]
    assert unchecked == []
