"""Tables of figures, as plain text and as Markdown for a model card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

START, END = "<!-- measured: begin -->", "<!-- measured: end -->"


class Table(NamedTuple):
    """Column headings, rows of text, and a title for the table."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""

    def as_text(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.heads, *self.rows, strict=True)]
        lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in (self.heads, *self.rows)]
        return "\n".join([f"{self.title}:", *lines] if self.title else lines)

    def as_markdown(self) -> str:
        lines = [f"| {' | '.join(row)} |" for row in (self.heads, ["---"] * len(self.heads), *self.rows)]
        return "\n".join([f"{self.title}\n", *lines] if self.title else lines)


def replace_tables(card: str, tables: Sequence[Table]) -> str:
    """``card`` with the tables in place of the text between the two markers. Raises ``ValueError`` if a marker is missing."""
    before, start, rest = card.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"a model card needs the lines {START} and {END}")
    markdown = "\n\n".join(table.as_markdown() for table in tables)
    return f"{before}{START}\n{markdown}\n{END}{after}"


def write(path: Path, tables: Sequence[Table]) -> None:
    path.write_text(replace_tables(path.read_text(encoding="utf-8"), tables), encoding="utf-8")
