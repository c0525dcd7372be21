"""The cells of one line, read as what their columns hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import TypeVar

from server.core.schemas import MAX_URL_LENGTH, is_web_address
from server.imports.amounts import parse_whole
from server.imports.cells import Cell, as_text
from server.imports.dates import parse_moment
from server.imports.sheets import Line
from server.imports.style import Style
from server.records.rows import RowError

T = TypeVar("T")


class LineCells:
    """``position``: the index of each column. What cannot be read is None, and ``errors`` says why with the column's name."""

    def __init__(self, line: Line, position: Mapping[str, int], style: Style, zone: tzinfo) -> None:
        self.line = line
        self.errors: list[RowError] = []
        self._position = position
        self._style = style
        self._zone = zone

    def text(self, column: str | None) -> str:
        return as_text(self._cell(column)) if column else ""

    def moment(self, column: str) -> datetime | None:
        return self._try(column, lambda cell: parse_moment(cell, zone=self._zone, day_order=self._style.day_order))

    def version(self, column: str | None) -> datetime | None:
        """None for a day without a time: a second change on that day would look like the same version."""
        return self.moment(column) if column and ":" in self.text(column) else None

    def whole(self, column: str, limit: int) -> int | None:
        number = self._try(column, lambda cell: parse_whole(cell, decimal_sign=self._style.decimal_sign))
        if number is None or 0 <= number <= limit:
            return number
        self.errors.append(RowError(column, f"must be from 0 to {limit:,}"))
        return None

    def url(self, column: str | None) -> str | None:
        text = self.text(column)
        return text if is_web_address(text) and len(text) <= MAX_URL_LENGTH else None

    def _cell(self, column: str) -> Cell:
        return self.line.cells[self._position[column]]

    def _try(self, column: str, parse: Callable[[Cell], T | None]) -> T | None:
        try:
            return parse(self._cell(column))
        except ValueError as error:
            self.errors.append(RowError(column, str(error)))
            return None
