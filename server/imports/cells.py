"""What a cell can hold, and the error of a file that is no table."""

from __future__ import annotations

from datetime import date, datetime, time

#: A CSV file has only text.
Cell = str | int | float | bool | datetime | date | time | None


class SheetError(ValueError):
    """The file cannot be read as a table. The message says why, and what to do."""


def is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_text(cell: Cell) -> str:
    """As a person would write it; an empty string for an empty cell."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # XLSX stores ids of digits as floats
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    return str(cell).strip()
