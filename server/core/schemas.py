"""Base classes and types of the API's request and response bodies."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from server.core.characters import STORABLE_REQUIREMENT, is_storable


class RequestBody(BaseModel):
    """Base of request bodies: unknown fields are rejected, and no value is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ResponseBody(BaseModel):
    """Base of response bodies."""

    model_config = ConfigDict(extra="forbid")


def _require_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be a time such as 2026-11-23T09:30:00Z")  # noqa: TRY004 (pydantic wants a ValueError)
    return value


def _check_storable(value: str) -> str:
    if not is_storable(value):
        raise ValueError(STORABLE_REQUIREMENT)
    return value


#: Every text in a request body. Drafts are checked by the coach instead, which has codes of its own for them.
PlainText = Annotated[str, AfterValidator(_check_storable)]

#: An RFC 3339 timestamp with its offset. Strict models accept only ``datetime`` objects, which JSON does not have.
Timestamp = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_require_text)]


MAX_URL_LENGTH = 2000


def is_web_address(value: str) -> bool:
    return value.startswith(("https://", "http://")) and not any(char.isspace() for char in value)


def _check_web_address(value: str) -> str:
    if not is_web_address(value):
        raise ValueError("must be a web address that begins with https:// or http://")
    return value


WebAddress = Annotated[PlainText, Field(max_length=MAX_URL_LENGTH), AfterValidator(_check_web_address)]


class Id(BaseModel):
    """The ``<int:id>`` of a path, within the range of database keys."""

    id: int = Field(ge=1, le=2**63 - 1)
