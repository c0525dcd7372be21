"""Tables of figures, on a screen and in a model card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

START, END = "<!-- measured: begin -->", "<!-- measured: end -->"


class Table(NamedTuple):
    """Text in cells, a title in each column, and what all of it is about."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""

    def for_a_screen(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.heads, *self.rows, strict=True)]
        lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in (self.heads, *self.rows)]
        return "\n".join([f"{self.title}:", *lines] if self.title else lines)

    def for_a_card(self) -> str:
        lines = [f"| {' | '.join(row)} |" for row in (self.heads, ["---"] * len(self.heads), *self.rows)]
        return "\n".join([f"{self.title}\n", *lines] if self.title else lines)


def filled(card: str, tables: Sequence[Table]) -> str:
    """``card`` with the tables in place of what stands between the marks.

    Raises ValueError where a mark is missing.
    """
    before, start, rest = card.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"a model card needs the lines {START} and {END}")
    measured = "\n\n".join(table.for_a_card() for table in tables)
    return f"{before}{START}\n{measured}\n{END}{after}"


def write(path: Path, tables: Sequence[Table]) -> None:
    path.write_text(filled(path.read_text(encoding="utf-8"), tables), encoding="utf-8")
