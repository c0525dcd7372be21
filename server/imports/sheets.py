"""Reads a CSV or XLSX file as columns and rows, whatever program wrote it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO
from zipfile import BadZipFile

from server.imports.cells import Cell, SheetError, is_empty
from server.imports.csv_files import open_csv
from server.imports.xlsx_files import open_xlsx

MAX_COLUMNS = 200
MAX_ROWS = 1_000_000
MAX_CELL_CHARACTERS = 10_000
#: A title, the filters of a report or an empty line may come before the names of the columns.
MAX_LINES_BEFORE_HEADER = 30
ZIP_SIGNATURE = b"PK\x03\x04"
#: Of old Excel files (.xls) and of encrypted new ones.
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` counts from 1 and from the file's first line or row, as a spreadsheet shows it. There is a cell for each
    column. ``error`` says what is wrong with a line that cannot be read. ``copy``: 1, or more for a line whose cells are those
    of an earlier line, so that two equal calls are two records."""

    number: int
    cells: tuple[Cell, ...]
    error: str = ""
    copy: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """``columns`` are unique. ``lines`` can be read once."""

    columns: tuple[str, ...]
    lines: Iterator[Line]


@contextmanager
def open_sheet(file: IO[bytes]) -> Iterator[Sheet]:
    """``file`` can be sought. Raises ``SheetError``, when it is opened or while its lines are read."""
    start = file.read(len(ZIP_SIGNATURE))
    file.seek(0)
    if start == OLE_SIGNATURE:
        raise SheetError("This is an old or a protected Excel file. Save it as XLSX without a password, or as CSV.")
    opener: Callable[[IO[bytes]], Iterable[tuple[int, Sequence[Cell]]]] = open_xlsx if start == ZIP_SIGNATURE else open_csv
    try:
        rows = iter(opener(file))
        first = list(islice(rows, MAX_LINES_BEFORE_HEADER))
    except (BadZipFile, KeyError, ValueError) as error:
        if isinstance(error, SheetError):
            raise
        raise SheetError("This is not an Excel file that can be read. Save it as XLSX or CSV again.") from error
    position = _find_header(first)
    if position is None:
        raise SheetError("No line with the names of the columns was found. The first line must name them.")
    header = first[position][1]
    width = max(index for index, cell in enumerate(header, start=1) if not is_empty(cell))
    if width > MAX_COLUMNS:
        raise SheetError(f"The file has {width} columns; at most {MAX_COLUMNS} are read. Leave out what is not needed.")
    columns = _unique_names(header[:width])
    yield Sheet(columns, _lines(chain(first[position + 1 :], rows), width))


def _lines(rows: Iterable[tuple[int, Sequence[Cell]]], width: int) -> Iterator[Line]:
    count = 0
    seen: Counter[int] = Counter()
    for number, cells in rows:
        if all(is_empty(cell) for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise SheetError(f"The file has more than {MAX_ROWS:,} rows. Split it, and import the parts one after the other.")
        fitted = _fit(cells, width)
        key = hash(fitted)
        seen[key] += 1
        yield Line(number, fitted, _line_error(cells, width), seen[key])


def _fit(cells: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    known = tuple(cell.strip() if isinstance(cell, str) else cell for cell in cells[:width])
    return known + (None,) * (width - len(known))


def _line_error(cells: Sequence[Cell], width: int) -> str:
    if any(not is_empty(cell) for cell in cells[width:]):
        return f"has {len(cells)} cells for {width} columns; a cell that contains a separator may lack its quotation marks"
    if any(isinstance(cell, str) and len(cell) > MAX_CELL_CHARACTERS for cell in cells):
        return f"has a cell of more than {MAX_CELL_CHARACTERS:,} characters"
    return ""


def _find_header(rows: Sequence[tuple[int, Sequence[Cell]]]) -> int | None:
    """The first row that is nearly as wide as the widest and contains only names."""
    widths = [sum(not is_empty(cell) for cell in cells) for _, cells in rows]
    widest = max(widths, default=0)
    for position, (_, cells) in enumerate(rows):
        named = [cell for cell in cells if not is_empty(cell)]
        if len(named) >= max(1, 0.6 * widest) and all(isinstance(cell, str) and not _is_number(cell) for cell in named):
            return position
    return None


def _is_number(text: str) -> bool:
    return text.strip().lstrip("+-").replace(".", "").replace(",", "").isdigit()


def _unique_names(cells: Sequence[Cell]) -> tuple[str, ...]:
    """A name that occurs again gets a number: "Date", "Date (2)"."""
    names: list[str] = []
    for index, cell in enumerate(cells, start=1):
        name = " ".join(str(cell).split())[:200] if not is_empty(cell) else f"Column {index}"
        again = 2
        unique = name
        while unique in names:
            unique, again = f"{name} ({again})", again + 1
        names.append(unique)
    return tuple(names)
