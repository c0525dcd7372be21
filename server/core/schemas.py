"""What all request and response bodies of the API share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


class Body(BaseModel):
    """A request body: unknown fields are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """A response body."""

    model_config = ConfigDict(extra="forbid")


def _require_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be a time such as 2026-11-23T09:30:00Z")  # noqa: TRY004 (pydantic wants a ValueError)
    return value


#: A time as RFC 3339 text with its offset. Strict models take a ``datetime`` only, which JSON does not have.
Timestamp = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_require_text)]


class Id(BaseModel):
    """The ``<int:id>`` of a path, within the range of the databases' keys."""

    id: int = Field(ge=1, le=2**63 - 1)
