"""The lines of a file as compressed pieces, so that each job reads only its own."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice

from server.imports.cells import Cell
from server.imports.sheets import Line

#: A job stores the records of so many lines in one transaction, during which SQLite has no other writer.
LINES_PER_CHUNK = 2_000


def pack(lines: Iterable[Line]) -> Iterator[bytes]:
    remaining = iter(lines)
    while chunk := list(islice(remaining, LINES_PER_CHUNK)):
        rows = [[line.number, [_storable(cell) for cell in line.cells], line.error, line.copy] for line in chunk]
        yield zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), level=3)


def unpack(data: bytes) -> list[Line]:
    return [Line(number, tuple(cells), error, copy) for number, cells, error, copy in json.loads(zlib.decompress(data))]


def _storable(cell: Cell) -> str | int | float | bool | None:
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()  # a day, which XLSX stores as midnight
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    return cell
