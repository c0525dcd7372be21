"""Reads the rows of an XLSX file's first sheet with data, without loading the whole file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any
from zipfile import ZipFile

from openpyxl import load_workbook

from server.imports.cells import SheetError

#: A workbook is compressed; more than this unpacked is no export of a CRM.
MAX_UNPACKED_BYTES = 2_000_000_000
MAX_COMPRESSION = 200


def open_xlsx(file: IO[bytes]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Raises ``SheetError`` if it unpacks to more than is read, ``KeyError`` or ``BadZipFile`` if it is not a workbook."""
    _check_size(file)
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            # Some programs write a wrong size of the sheet, and rows beyond it would not be read.
            sheet.reset_dimensions()
            rows = enumerate(sheet.iter_rows(values_only=True), start=1)
            first = next(((number, cells) for number, cells in rows if any(cell is not None for cell in cells)), None)
            if first is not None:
                yield first
                yield from rows
                return
    finally:
        book.close()


def _check_size(file: IO[bytes]) -> None:
    with ZipFile(file) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        packed = sum(entry.compress_size for entry in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_COMPRESSION * max(packed, 100_000):
        raise SheetError(f"The file unpacks to {unpacked / 1e6:,.0f} MB, which is too much. Save it as CSV, or split it.")
