"""CSV files that a spreadsheet opens without running anything (TRUST.md T43)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

#: A spreadsheet takes a cell that starts with one of these for a formula. Quoting the cell does not help.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


Cell = str | int | float | date | None


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Text cells that look like a formula get an apostrophe in front; numbers stay numbers."""
    return "".join(csv_lines(header, rows))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """``write_csv`` line by line, for a response that is streamed."""
    for row in chain([header], rows):
        file = io.StringIO()
        csv.writer(file).writerow([_safe(cell) for cell in row])
        yield file.getvalue()


def without_text_mark(cell: str) -> str:
    """The cell as it was before ``write_csv``."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and is_like_formula(cell) else cell


def is_like_formula(text: str) -> bool:
    return text.startswith(_FORMULA_STARTS)
