"""What the server publishes about people and groups over SCIM 2.0 (RFC 7643): only what it keeps.

Other attributes that a provider sends, such as titles and telephone numbers, are accepted and dropped."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URN,
    CaseExact,
    ComplexAttribute,
    External,
    Mutability,
    Reference,
    Required,
    Resource,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Uniqueness,
)
from scim2_models.resources.service_provider_config import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ETag,
    Filter,
    Pagination,
    Patch,
    Sort,
)

MAX_RESULTS = 200
#: As many as a key of 64 bits surely holds.
MAX_ID_DIGITS = 18

#: Unknown attributes are dropped; Microsoft Entra ID removes members by value, and sets an e-mail address by a filter on its
#: type before there is one.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


class Name(ComplexAttribute):
    family_name: str | None = None
    """The family name."""

    given_name: str | None = None
    """The given name."""


class Email(ComplexAttribute):
    value: Annotated[str | None, Required.true] = None
    """The address."""

    type: str | None = Field(None, examples=["work"])
    """Always "work"."""


class GroupMembership(ComplexAttribute):
    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    """The group's id."""

    ref: Annotated[Reference[Any] | None, Mutability.read_only] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """The group's address."""

    display: Annotated[str | None, Mutability.read_only] = None
    """The group's name."""


class User(Resource[Any]):
    """A person."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    """What the person signs in with at the identity provider."""

    name: Name | None = None
    """The parts of the name."""

    display_name: Annotated[str | None, Required.true] = None
    """The name as Repute shows it. Without one, the parts of the name or the userName stand in."""

    active: Annotated[bool | None, Required.true] = None
    """False ends all access at once, and the membership of a team with today. True by default."""

    emails: Annotated[list[Email] | None, Required.true] = None
    """The address that is used; Repute keeps one. Without one, a userName that is an address stands in."""

    groups: Annotated[list[GroupMembership] | None, Mutability.read_only] = None
    """Groups that were pushed and have this person as a member."""


class Member(ComplexAttribute):
    value: Annotated[str | None, Mutability.immutable, CaseExact.true, Required.true] = None
    """The person's id."""

    ref: Annotated[Reference[User] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """The person's address."""

    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User"])
    """Always "User": groups in groups are not supported."""


class Group(Resource[Any]):
    """A group of the identity provider. What it gives is decided in Repute, under Groups."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = None
    """The group's name."""

    members: list[Member] | None = None
    """People in the group."""


def group_id(number: int) -> str:
    """Ids must be unique among people and groups together (RFC 7643, section 3.1), so a group's is not just a number."""
    return f"g{number}"


def read_id(text: str, *, prefix: str = "") -> int | None:
    """The number in an id of a person, or of a group with the prefix ``g``; None for what cannot be one."""
    number = text.removeprefix(prefix)
    is_id = text.startswith(prefix) and number.isascii() and number.isdecimal() and len(number) <= MAX_ID_DIGITS
    return int(number) if is_id else None


def _config(documentation: str) -> ServiceProviderConfig:
    return ServiceProviderConfig(
        documentation_uri=Reference[External](documentation),
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MAX_RESULTS),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        pagination=Pagination(cursor=False, index=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="A token with the scope scim, created by an administrator under Integrations.",
                primary=True,
            )
        ],
    )


def make_provider(documentation: str) -> ScimProvider:
    """``documentation``: the address of the page for administrators."""
    return ScimProvider(models=[User, Group], config=_config(documentation), policy=POLICY)
