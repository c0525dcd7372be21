"""Rows of LinkedIn's CSV files, streamed: many-line cells, two ways of escaping quotes, lines of notes above the header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import IO

from server.archives.model import ArchiveError, Limits

#: LinkedIn puts a few lines of notes above the header of some files.
MAX_LINES_ABOVE_HEADER = 20
_BACKSLASHES_AND_QUOTE = re.compile(r'(\\+)"')


def read_rows(
    stream: IO[bytes], name: str, columns: tuple[str, ...], limits: Limits, *, backslashes: bool = False
) -> Iterator[dict[str, str]]:
    """Each row as a dict of its ``columns``, of which the first must be there; a column that the file lacks is empty.
    ``backslashes``: quotes in a cell are escaped by a backslash as well as by doubling. ``ArchiveError`` for a file that is
    not such a table."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    lines = _lines(text, name, limits)
    reader = csv.reader((_double_quotes(line) for line in lines) if backslashes else lines)
    try:
        positions = _find_header(reader, name, columns)
        for cells in reader:
            if any(cells):
                yield {
                    column: cells[position].strip() if position is not None and position < len(cells) else ""
                    for column, position in positions.items()
                }
    except csv.Error:
        # A cell of more than 131,072 characters, such as one whose closing quote is missing.
        raise ArchiveError(f"{name} is not a CSV file as LinkedIn writes it. Choose the file as you downloaded it.") from None


def _lines(text: io.TextIOWrapper, name: str, limits: Limits) -> Iterator[str]:
    while line := text.readline(limits.line_chars + 1):
        if len(line) > limits.line_chars:
            raise ArchiveError(
                f"{name} has a line of more than {limits.line_chars} characters. Choose the file as you downloaded it."
            )
        yield line.replace("\0", "")


def _double_quotes(line: str) -> str:
    r"""``\"`` as ``""``. Only backslashes before a quote escape anything: others belong to the text."""

    def replace(match: re.Match[str]) -> str:
        count = len(match[1])
        return "\\" * (count // 2) + ('""' if count % 2 else '"')

    return _BACKSLASHES_AND_QUOTE.sub(replace, line)


def _find_header(reader: Iterator[list[str]], name: str, columns: tuple[str, ...]) -> dict[str, int | None]:
    """The position of each column; None if the file lacks it."""
    for _ in range(MAX_LINES_ABOVE_HEADER):
        names = [cell.strip().casefold() for cell in next(reader, [])]
        if columns[0].casefold() in names:
            return {column: names.index(column.casefold()) if column.casefold() in names else None for column in columns}
    raise ArchiveError(f"{name} lacks the column “{columns[0]}”. Choose the file as you downloaded it from LinkedIn.")
