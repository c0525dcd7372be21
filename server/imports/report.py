"""What checking a file found, or what importing it did. Grows by one chunk at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field

MAX_ERRORS = 200
MAX_EXAMPLES = 8
#: Records of one name that is not known.
MAX_SAMPLES = 3
#: Names that are listed to be matched with people.
MAX_NAMES = 500


class LineError(BaseModel):
    line: int
    column: str
    message: str


class Sample(BaseModel):
    """A record of somebody who is not known: its day as an ISO date."""

    line: int
    kind: str
    day: str
    subject: str = ""


class Example(BaseModel):
    line: int
    owner: str
    kind: str
    occurred_at: str
    count: int
    value: int | None = None


class Report(BaseModel):
    """``results``: how many records are new, corrected and so on. ``skipped``: how many lines, by the reason. ``unknown``: how
    many lines name somebody who is not known here, by the name; ``samples``: some of their records, only while the file is
    not imported, because they quote subjects."""

    results: Counter[str] = Field(default_factory=Counter)
    kinds: Counter[str] = Field(default_factory=Counter)
    skipped: Counter[str] = Field(default_factory=Counter)
    unknown: Counter[str] = Field(default_factory=Counter)
    samples: dict[str, list[Sample]] = Field(default_factory=dict)
    errors: list[LineError] = Field(default_factory=list)
    lines_with_errors: int = 0
    examples: list[Example] = Field(default_factory=list)

    def add_errors(self, line: int, errors: Iterable[Any]) -> None:
        self.lines_with_errors += 1
        for error in errors:
            if len(self.errors) < MAX_ERRORS:
                self.errors.append(LineError(line=line, column=error.field, message=error.message))

    def add_unknown(self, name: str, sample: Sample | None) -> None:
        if name not in self.unknown and len(self.unknown) == MAX_NAMES:
            return
        self.unknown[name] += 1
        samples = self.samples.setdefault(name, [])
        if sample is not None and len(samples) < MAX_SAMPLES:
            samples.append(sample)
