"""SCIM 2.0 (RFC 7643, RFC 7644) below /scim/v2: an identity provider adds, changes and removes people and groups.

It describes itself at /Schemas, /ResourceTypes and /ServiceProviderConfig, so it is not in the OpenAPI document. Everything
needs an integration's token with the scope ``scim``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask.sansio.blueprints import BlueprintSetupState
from pydantic import ValidationError
from scim2_models import Context, ListResponse, PatchOp, Resource, ResponseParameters, SCIMException, SearchRequest
from scim2_models import ResourceType as ResourceTypeModel
from scim2_models import Schema as SchemaModel
from werkzeug.exceptions import BadRequest

from server.core.access import token
from server.core.database.session import db
from server.core.error_handlers import register_format
from server.core.problems import Problem, not_found
from server.security.guard import settings
from server.security.scim import groups, listing, payloads, resources, users
from server.security.scim.errors import ScimProblem, error_of_problem, problem_of_exception, problem_of_validation
from server.security.scim.resources import Group, User

pages = Blueprint("scim", __name__, url_prefix="/scim/v2")

CONTENT_TYPE = "application/scim+json"
CONTENT_TYPES = frozenset({CONTENT_TYPE, "application/json"})


# --- discovery --------------------------------------------------------------------------------------------------------


@pages.get("/ServiceProviderConfig")
@token("scim", writes=False)
def service_provider_config() -> Response:
    config = _provider().config
    if config is None:
        raise not_found()
    return _answer(config.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


@pages.get("/ResourceTypes")
@token("scim", writes=False)
def resource_types() -> Response:
    return _list_everything(ResourceTypeModel, list(_provider().resource_types))


@pages.get("/ResourceTypes/<name>")
@token("scim", writes=False)
def resource_type(name: str) -> Response:
    return _one_of(list(_provider().resource_types), name)


@pages.get("/Schemas")
@token("scim", writes=False)
def schemas() -> Response:
    return _list_everything(SchemaModel, list(_provider().schemas))


@pages.get("/Schemas/<name>")
@token("scim", writes=False)
def schema(name: str) -> Response:
    return _one_of(list(_provider().schemas), name)


def _provider() -> Any:
    return resources.make_provider(f"{settings().origin}/help")


def _list_everything(model: Any, found: list[Any]) -> Response:
    if "filter" in request.args:
        # RFC 7644, section 4.
        raise Problem(403, "forbidden", "These resources cannot be filtered")
    response = ListResponse[model](
        total_results=len(found), start_index=1, items_per_page=len(found), resources=found
    )  # fmt: skip
    return _answer(response.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


def _one_of(found: list[Any], name: str) -> Response:
    for one in found:
        if str(one.id).lower() == name.lower():
            return _answer(one.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))
    raise not_found()


# --- people -----------------------------------------------------------------------------------------------------------


@pages.get("/Users")
@token("scim", writes=False)
def list_users() -> Response:
    search = _read(SearchRequest[User], request.args.to_dict())
    return _answer_list(listing.list_users(db(), search, base_url=_base_url()), search)


@pages.post("/Users/.search")
@token("scim", writes=False)
def search_users() -> Response:
    search = _read(SearchRequest[User], _body(), Context.SEARCH_REQUEST)
    return _answer_list(listing.list_users(db(), search, base_url=_base_url()), search)


@pages.post("/Users")
@token("scim")
def create_user() -> Response:
    wanted = _read(User, payloads.complete_user(_body()), Context.RESOURCE_CREATION_REQUEST)
    user_id = users.create(db(), wanted, oidc=settings().oidc)
    return _answer_one(_user(user_id), Context.RESOURCE_CREATION_RESPONSE, status=201)


@pages.get("/Users/<resource_id>")
@token("scim", writes=False)
def get_user(resource_id: str) -> Response:
    return _answer_one(_user(_user_id(resource_id)), Context.RESOURCE_QUERY_RESPONSE)


@pages.put("/Users/<resource_id>")
@token("scim")
def replace_user(resource_id: str) -> Response:
    current = _user(_user_id(resource_id))
    body = payloads.complete_user(_body(), is_active=bool(current.active))
    wanted = _read(User, body, Context.RESOURCE_REPLACEMENT_REQUEST)
    users.change(db(), user_id=_user_id(resource_id), wanted=wanted, oidc=settings().oidc)
    return _answer_one(_user(_user_id(resource_id)), Context.RESOURCE_REPLACEMENT_RESPONSE)


@pages.patch("/Users/<resource_id>")
@token("scim")
def patch_user(resource_id: str) -> Response:
    wanted = _user(_user_id(resource_id))
    if _patch(User, wanted):
        users.change(db(), user_id=_user_id(resource_id), wanted=wanted, oidc=settings().oidc)
    return _answer_one(_user(_user_id(resource_id)), Context.RESOURCE_PATCH_RESPONSE)


@pages.delete("/Users/<resource_id>")
@token("scim")
def delete_user(resource_id: str) -> Response:
    users.remove(db(), user_id=_user_id(resource_id))
    return Response(status=204)


def _user(user_id: int) -> User:
    return users.get(db(), user_id=user_id, base_url=_base_url())


# --- groups -----------------------------------------------------------------------------------------------------------


@pages.get("/Groups")
@token("scim", writes=False)
def list_groups() -> Response:
    search = _read(SearchRequest[Group], request.args.to_dict())
    return _answer_list(listing.list_groups(db(), search, base_url=_base_url()), search)


@pages.post("/Groups/.search")
@token("scim", writes=False)
def search_groups() -> Response:
    search = _read(SearchRequest[Group], _body(), Context.SEARCH_REQUEST)
    return _answer_list(listing.list_groups(db(), search, base_url=_base_url()), search)


@pages.post("/Groups")
@token("scim")
def create_group() -> Response:
    wanted = _read(Group, _body(), Context.RESOURCE_CREATION_REQUEST)
    group_id = groups.create(db(), wanted, oidc=settings().oidc)
    return _answer_one(_group(group_id), Context.RESOURCE_CREATION_RESPONSE, status=201)


@pages.get("/Groups/<resource_id>")
@token("scim", writes=False)
def get_group(resource_id: str) -> Response:
    return _answer_one(_group(_group_id(resource_id)), Context.RESOURCE_QUERY_RESPONSE)


@pages.put("/Groups/<resource_id>")
@token("scim")
def replace_group(resource_id: str) -> Response:
    wanted = _read(Group, _body(), Context.RESOURCE_REPLACEMENT_REQUEST)
    groups.change(db(), group_id=_group_id(resource_id), wanted=wanted, oidc=settings().oidc)
    return _answer_one(_group(_group_id(resource_id)), Context.RESOURCE_REPLACEMENT_RESPONSE)


@pages.patch("/Groups/<resource_id>")
@token("scim")
def patch_group(resource_id: str) -> Response:
    wanted = _group(_group_id(resource_id))
    if _patch(Group, wanted):
        groups.change(db(), group_id=_group_id(resource_id), wanted=wanted, oidc=settings().oidc)
    return _answer_one(_group(_group_id(resource_id)), Context.RESOURCE_PATCH_RESPONSE)


@pages.delete("/Groups/<resource_id>")
@token("scim")
def delete_group(resource_id: str) -> Response:
    groups.remove(db(), group_id=_group_id(resource_id), oidc=settings().oidc)
    return Response(status=204)


def _group(group_id: int) -> Group:
    return groups.get(db(), group_id=group_id, base_url=_base_url())


@pages.post("/.search")
@token("scim", writes=False)
def search_everything() -> Response:
    search = _read(SearchRequest[User | Group], _body(), Context.SEARCH_REQUEST)
    return _answer_list(listing.list_everything(db(), search, base_url=_base_url()), search)


# --- requests and answers ---------------------------------------------------------------------------------------------


def _base_url() -> str:
    return settings().origin + "/scim/v2"


def _user_id(text: str) -> int:
    """404 for what cannot be an id."""
    number = resources.read_id(text)
    if number is None:
        raise not_found()
    return number


def _group_id(text: str) -> int:
    number = resources.read_id(text, prefix="g")
    if number is None:
        raise not_found()
    return number


def _body() -> dict[str, Any]:
    if request.mimetype not in CONTENT_TYPES:
        raise Problem(415, "content-type", f"The body must be {CONTENT_TYPE}")
    try:
        return payloads.read_object(request.get_json(force=True))
    except BadRequest:
        raise Problem(400, "malformed", "The body is not valid JSON") from None


def _read(model: Any, values: dict[str, Any], context: Context | None = None) -> Any:
    try:
        return model.model_validate(values, scim_ctx=context, scim_policy=resources.POLICY)
    except ValidationError as error:
        raise problem_of_validation(error) from None
    except SCIMException as error:
        raise problem_of_exception(error) from None


def _patch(model: Any, resource: Resource[Any]) -> bool:
    """Changes ``resource``; False if nothing is different then."""
    patch = _read(PatchOp[model], payloads.complete_patch(_body()), Context.RESOURCE_PATCH_REQUEST)
    try:
        is_changed: bool = patch.patch(resource, scim_policy=resources.POLICY)
    except SCIMException as error:
        raise problem_of_exception(error) from None
    return is_changed


def _answer_one(resource: Resource[Any], context: Context, *, status: int = 200) -> Response:
    model: Any = type(resource)
    wanted = _read(ResponseParameters[model], request.args.to_dict())
    text = resource.model_dump_json(scim_ctx=context, response_parameters=wanted)
    response = _answer(text, status=status)
    if resource.meta is not None and resource.meta.location is not None:
        response.headers["Location" if status == 201 else "Content-Location"] = resource.meta.location
    return response


def _answer_list(found: ListResponse[Any], search: SearchRequest[Any]) -> Response:
    return _answer(found.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=search))


def _answer(text: str, *, status: int = 200) -> Response:
    return Response(text, status=status, content_type=CONTENT_TYPE)


def _answer_problem(problem: Problem) -> Response:
    error = problem.error if isinstance(problem, ScimProblem) else error_of_problem(problem)
    return _answer(error.model_dump_json(), status=error.status or problem.status)


@pages.record_once
def _use_error_format(state: BlueprintSetupState) -> None:
    register_format(state.app, "/scim/", _answer_problem)
