"""CSV files that a spreadsheet opens without running anything (TRUST.md T43)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

#: A spreadsheet takes a cell that starts with one of these for a formula. Quoting the cell does not help.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> str:
    """Text cells that look like a formula get an apostrophe in front; numbers stay numbers."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def without_text_mark(cell: str) -> str:
    """The cell as it was before ``write_csv``."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell


def _safe(cell: str | int | None) -> str | int | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
