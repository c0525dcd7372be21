"""What every body of the API shares."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


class Body(BaseModel):
    """A body that came in: unknown fields refused, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """A body that goes out."""

    model_config = ConfigDict(extra="forbid")


def _text_only(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be a time such as 2026-11-23T09:30:00Z")  # noqa: TRY004 (pydantic wants a ValueError)
    return value


#: A time as RFC 3339 text with its offset. Strict models take a ``datetime`` only, which JSON does not have.
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text_only)]


class Id(BaseModel):
    """The ``<int:id>`` of an address; beyond the databases' largest key nothing exists."""

    id: int = Field(ge=1, le=2**63 - 1)
