"""Reads JSON lines, or an array of JSON, object by object, whatever the size of the file."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import IO, Any

from server.labels.exchange.records import FieldError

#: Of one object: two texts and fifty answers with notes are about 100,000.
MAX_OBJECT_BYTES = 400_000
_CHUNK = 65_536
_SPACE = " \t\r\n"


def read_objects(stream: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """The number of the line on which each object begins, from 1, and the object, or a ``FieldError`` in its place. After an
    error, reading goes on with the next line; in an array, which has no such place, it ends."""
    start = stream.read(_CHUNK)
    stream.seek(0)
    begins = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return _read_array(stream) if begins == b"[" else _read_lines(stream)


def _read_lines(stream: IO[bytes]) -> Iterator[tuple[int, Any]]:
    number = 0
    while line := stream.readline(MAX_OBJECT_BYTES + 1):
        number += 1
        if len(line) > MAX_OBJECT_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_OBJECT_BYTES)
            yield number, FieldError("line", f"must have at most {MAX_OBJECT_BYTES:,} bytes")
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            yield number, FieldError("line", "must be in UTF-8")
            continue
        if text:
            yield number, _parse(text)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return FieldError("line", f"is no JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError):
        return FieldError("line", "is no JSON that can be read")


def _read_array(stream: IO[bytes]) -> Iterator[tuple[int, Any]]:
    reader = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        yield from _decode_array(reader)
    finally:
        # Whoever opened the file closes it.
        reader.detach()


def _decode_array(reader: io.TextIOWrapper) -> Iterator[tuple[int, Any]]:
    decoder, line = json.JSONDecoder(), 1
    buffer, is_end = "", False
    try:
        while not (text := buffer.lstrip(_SPACE)) and not is_end:
            chunk = reader.read(_CHUNK)
            buffer, is_end = buffer + chunk, not chunk
        line += buffer[: len(buffer) - len(text)].count("\n")
        buffer = text[1:]
        while True:
            text = buffer.lstrip(f"{_SPACE},")
            line += buffer[: len(buffer) - len(text)].count("\n")
            buffer = text
            if buffer.startswith("]"):
                return
            try:
                found, end = decoder.raw_decode(buffer)
            except (ValueError, RecursionError) as error:
                chunk = "" if len(buffer) > MAX_OBJECT_BYTES else reader.read(_CHUNK)
                if not chunk:
                    message = error.msg if isinstance(error, json.JSONDecodeError) else "too deep or too long"
                    yield line, FieldError("line", f"is no JSON: {message}; the rest of the file was not read")
                    return
                buffer += chunk
                continue
            yield line, found
            line += buffer[:end].count("\n")
            buffer = buffer[end:]
    except UnicodeDecodeError:
        yield line, FieldError("line", "must be in UTF-8; the rest of the file was not read")
