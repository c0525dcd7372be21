"""Tables as an Excel workbook, with numbers and dates as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from tempfile import TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook

from server.core.spreadsheet import Cell, is_like_formula
from server.scorecards.tables import Column, Table

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK_BYTES = 64 * 1024
_FORMATS = {"number": {"num_format": "#,##0"}, "decimal": {"num_format": "#,##0.0"}, "date": {"num_format": "yyyy-mm-dd"}}
_WIDTHS = {"text": 26, "number": 16, "decimal": 16, "date": 12}


def xlsx_chunks(tables: Sequence[Table]) -> Iterator[bytes]:
    """The file of a workbook with a sheet for each table. Rows are written to the disk one by one, and the file is read from
    there, so that its size does not matter."""
    with TemporaryFile() as file:
        _write(file, tables)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _write(file: IO[bytes], tables: Sequence[Table]) -> None:
    with Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        # So that a cell stays a text even if somebody edits it.
        quoted = workbook.add_format({"quote_prefix": True})
        formats = {kind: workbook.add_format(options) for kind, options in _FORMATS.items()}
        for table in tables:
            sheet = workbook.add_worksheet(table.name)
            sheet.freeze_panes(1, 1)
            for index, column in enumerate(table.columns):
                sheet.set_column(index, index, _WIDTHS[column.kind])
                sheet.write_string(0, index, column.title, bold)
            for number, row in enumerate(table.rows, start=1):
                for index, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                    _write_cell(sheet, (number, index), column, cell, formats, quoted)


def _write_cell(sheet: Any, place: tuple[int, int], column: Column, cell: Cell, formats: dict[str, Any], quoted: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(*place, cell, quoted if is_like_formula(cell) else None)
    elif isinstance(cell, date):
        sheet.write_datetime(*place, cell, formats["date"])
    else:
        sheet.write_number(*place, cell, formats[column.kind])
