"""Request and response bodies of sharing."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from nlp.model import DRAFT_SURFACES, MAX_DRAFT_UTF16, Surface
from server.core.schemas import PlainText, RequestBody, ResponseBody, Timestamp, WebAddress
from server.credit.schemas import EntryOut

MAX_SECTIONS = 20
MAX_ITEMS = 50


def _check_length(value: str) -> str:
    if len(value.encode("utf-16-le", "surrogatepass")) // 2 > MAX_DRAFT_UTF16:
        raise PydanticCustomError("too_long", "must be at most {max_length} UTF-16 units", {"max_length": MAX_DRAFT_UTF16})
    return value


Text = Annotated[PlainText, Field(max_length=MAX_DRAFT_UTF16), AfterValidator(_check_length)]


class KeyHeader(RequestBody):
    """A UUID is best; repeat it with the same body until an answer comes."""

    model_config = ConfigDict(extra="ignore", strict=True)

    key: str = Field(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9._:-]{8,100}$")


class ShareIn(RequestBody):
    """One published item. ``text`` for a post, comment or reply; ``sections`` for a profile."""

    surface: Surface
    text: Text | None = None
    sections: dict[PlainText, Text | list[Text] | None] | None = Field(default=None, max_length=MAX_SECTIONS)
    url: WebAddress | None = None
    occurred_at: Timestamp

    @model_validator(mode="after")
    def _text_or_sections(self) -> Self:
        if self.surface in DRAFT_SURFACES:
            if self.text is None or self.sections is not None:
                raise ValueError("this surface requires text and does not allow sections")
        elif self.sections is None or self.text is not None:
            raise ValueError("this surface requires sections and does not allow text")
        if self.sections and any(isinstance(part, list) and len(part) > MAX_ITEMS for part in self.sections.values()):
            raise ValueError(f"a section may have at most {MAX_ITEMS} items")
        return self


class ShareOut(ResponseBody):
    id: int
    state: Literal["counted", "held", "duplicate"]
    surface: Surface
    band: str | None
    score: int | None
    scoring_version: str | None
    occurred_at: str
    entry: EntryOut | None
    reason: str | None


class WithdrawnOut(ResponseBody):
    id: int
    state: Literal["withdrawn"]
    entry: EntryOut | None
