"""Which columns of a file mean what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from server.imports.dates import DayOrder

Column = Annotated[str, Field(min_length=1, max_length=200)]
Value = Annotated[str, Field(max_length=200)]


class Condition(BaseModel):
    """The cell is one of ``values``, whatever its case, or none of them if ``excludes``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: Column
    values: tuple[Value, ...] = Field(min_length=1, max_length=50)
    excludes: bool = False


class Rule(BaseModel):
    """Makes a record of a row that meets all conditions. A row may make several: a deal that was opened and then won."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = Field(min_length=1, max_length=64, description="A metric's key")
    occurred: Column
    conditions: tuple[Condition, ...] = Field(default=(), max_length=5)
    count: Column | None = None
    value: Column | None = None
    booked_for: Column | None = None


class Mapping(BaseModel):
    """``source_id`` is None if no column identifies a row: then a corrected row is a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: Column
    rules: tuple[Rule, ...] = Field(min_length=1, max_length=10)
    source_id: Column | None = None
    version: Column | None = None
    subject: Column | None = None
    url: Column | None = None
    social_source: Column | None = None
    day_order: DayOrder | None = None
    #: Each row is the total of a person's day: a later file with the same person and day corrects it.
    is_daily_total: bool = False

    def columns(self) -> tuple[str, ...]:
        """All columns that it reads."""
        names = [self.owner, self.source_id, self.version, self.subject, self.url, self.social_source]
        for rule in self.rules:
            names += [rule.occurred, rule.count, rule.value, rule.booked_for, *(one.column for one in rule.conditions)]
        return tuple(dict.fromkeys(name for name in names if name))

    def missing(self, columns: Sequence[str]) -> list[str]:
        return [name for name in self.columns() if name not in columns]
