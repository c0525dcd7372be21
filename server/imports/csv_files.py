"""Reads the lines of a CSV file: finds out its encoding and its separator."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from typing import IO

SEPARATORS = ",;\t|"
#: Bytes that are looked at to tell UTF-16 without a byte order mark, and lines that are looked at to tell the separator.
SAMPLE_BYTES = 4096
SAMPLE_LINES = 50
CHUNK_BYTES = 1 << 20
#: Longer than any cell that is accepted, so that a missing quotation mark does not read a whole file as one cell.
MAX_FIELD_CHARACTERS = 1 << 17
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def open_csv(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of each line. Cells may contain line breaks; the number is that of the row's last line."""
    text = TextIOWrapper(file, encoding=find_encoding(file), errors="replace", newline="")
    try:
        yield from _read(text)
    finally:
        text.detach()  # it is not ours to close


def _read(text: TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    separator = _find_separator(list(islice(text, SAMPLE_LINES)))
    text.seek(0)
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    rows = csv.reader((line.replace("\0", "") for line in text), delimiter=separator)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            # The reader goes on with the next line.
            yield rows.line_num, ["\ufffd" * MAX_FIELD_CHARACTERS]
            continue
        if rows.line_num == 1 and len(cells) <= 2 and cells and cells[0].lower().startswith("sep="):
            continue  # for Excel, which reads the separator from it
        yield rows.line_num, cells


def find_encoding(file: IO[bytes]) -> str:
    """UTF-8 if all of it is valid, UTF-16 if its bytes look like it; otherwise what Windows writes in the West."""
    try:
        return _find_encoding(file)
    finally:
        file.seek(0)


def _find_encoding(file: IO[bytes]) -> str:
    start = file.read(SAMPLE_BYTES)
    for mark, encoding in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[0::2].count(0) > len(start) // 4:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while start:
            decoder.decode(start)
            start = file.read(CHUNK_BYTES)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _find_separator(lines: list[str]) -> str:
    """The one that splits most lines into the same number of cells, more than one."""
    if lines and lines[0].lower().startswith("sep=") and lines[0].strip()[4:5] in SEPARATORS and lines[0].strip()[4:5]:
        return lines[0].strip()[4]

    def agreement(separator: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=separator) if len(cells) > 1)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return count, width

    return max(SEPARATORS, key=agreement)
