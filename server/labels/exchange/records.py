"""An item with its answers, as files contain it; and the checks that every format has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.core.characters import STORABLE_REQUIREMENT, is_storable
from server.core.problems import Problem
from server.labels.answers import Given, checked
from server.labels.models import SURFACES
from server.labels.texts import MAX_TEXT_LENGTH, NewText

MAX_GROUP_LENGTH, MAX_READER_LENGTH = 64, 100
MAX_ANSWERS = 50


class FieldError(ValueError):
    """One field of a record is wrong. ``str()`` is what is wrong with it, and never repeats a text."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class ReaderAnswer:
    """``reader`` is a code, not a name."""

    reader: str
    given: Given
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SettledAnswer:
    reader: str
    accepted_by: str | None
    given: Given
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One or two texts of one surface, and what readers said about them."""

    texts: tuple[NewText, ...]
    answers: tuple[ReaderAnswer, ...] = ()
    settled: SettledAnswer | None = None

    @property
    def kind(self) -> str:
        return "pair" if len(self.texts) > 1 else "draft"


def mapping(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FieldError(field, "must be an object")
    return value


def items(value: Any, field: str, *, limit: int = MAX_ANSWERS) -> list[Any]:
    """An array; absent or null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise FieldError(field, "must be an array")
    if len(value) > limit:
        raise FieldError(field, f"must have at most {limit} entries")
    return value


def string(value: Any, field: str, *, limit: int, default: str | None = None) -> str:
    """Not empty, unless there is a ``default``."""
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise FieldError(field, "must be a text")
    if not is_storable(value):
        raise FieldError(field, STORABLE_REQUIREMENT)
    if len(value) > limit:
        raise FieldError(field, f"must have at most {limit:,} characters")
    if not value.strip() and default is None:
        raise FieldError(field, "must not be empty")
    return value


def surface_of(value: Any, field: str) -> str:
    if value not in SURFACES:
        raise FieldError(field, f"must be one of {', '.join(SURFACES)}")
    return str(value)


def new_text(text: Any, group: Any, *, surface: str, field: str, group_field: str) -> NewText:
    """Without a group, a text is one of its own."""
    return NewText(
        surface,
        string(text, field, limit=MAX_TEXT_LENGTH),
        string(group, group_field, limit=MAX_GROUP_LENGTH, default=""),
    )


def moment(value: Any, field: str) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise FieldError(field, "must be a time such as 2026-11-23T09:30:00+00:00") from None
    if at.tzinfo is None:
        raise FieldError(field, "must have a time zone")
    return at


def require_different(texts: tuple[NewText, ...], field: str) -> None:
    if len(texts) > 1 and texts[0].text == texts[1].text:
        raise FieldError(field, "must differ: a pair has two texts")


def check_answer(kind: str, given: Given, field: str) -> Given:
    """The checks of an answer that somebody gives here, except that marks may be partial."""
    try:
        return checked(kind, given, is_partial=True)
    except Problem as problem:
        error = problem.errors[0]
        raise FieldError(f"{field}.{error['field']}", error["message"]) from None
