"""What a run did. Grows by one page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel, Field

from server.records.rows import RowError

MAX_ERRORS = 50


class RefusedRow(BaseModel):
    record: str
    message: str


class Report(BaseModel):
    """``results``: how many rows are new, corrected, deleted, unchanged, refused, or were skipped because nobody was matched
    with their owner. ``problems``: what interrupted the run, in words, in order."""

    results: Counter[str] = Field(default_factory=Counter)
    refused: list[RefusedRow] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list)

    def add_refused(self, record: str | None, errors: Iterable[RowError]) -> None:
        self.results["refused"] += 1
        if len(self.refused) < MAX_ERRORS:
            message = "; ".join(f"{error.field} {error.message}" for error in errors)
            self.refused.append(RefusedRow(record=record or "", message=message))

    def add_problem(self, message: str) -> None:
        if message not in self.problems and len(self.problems) < MAX_ERRORS:
            self.problems.append(message)
