"""Elements of a JSON array that a script assigns to a variable, as in X's archive, one at a time. Nothing is executed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import IO, Any

from server.archives.model import ArchiveError, Limits

_CHUNK_CHARS = 256 * 1024
#: ``window.YTD.tweets.part0 = [``
_MAX_PREFIX_CHARS = 200
_BLANKS = " \t\r\n"


def read_array(stream: IO[bytes], name: str, limits: Limits) -> Iterator[Any]:
    """The elements of the array after the first ``=``. ``ArchiveError`` if there is none, or if it is cut off."""
    buffer = _Buffer(io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace"), name, limits)
    buffer.skip_prefix()
    if buffer.peek() == "]":
        return
    while True:
        yield buffer.next_element()
        separator = buffer.peek()
        if separator == "]":
            return
        if separator != ",":
            raise buffer.damaged()
        buffer.position += 1


class _Buffer:
    """The part of the text that is in memory: at most one element and one chunk."""

    def __init__(self, text: io.TextIOWrapper, name: str, limits: Limits) -> None:
        self._text = text
        self._name = name
        self._limits = limits
        self._decoder = json.JSONDecoder()
        self._content = ""
        self.position = 0

    def damaged(self) -> ArchiveError:
        return ArchiveError(
            f"{self._name} is not as X writes it, or it is incomplete. Download the archive again, then choose the new file."
        )

    def skip_prefix(self) -> None:
        self._read_more()
        prefix, equals, _ = self._content[:_MAX_PREFIX_CHARS].partition("=")
        if not equals:
            raise self.damaged()
        self.position = len(prefix) + 1
        if self.peek() != "[":
            raise self.damaged()
        self.position += 1

    def peek(self) -> str:
        """The next character that is no blank; empty at the end of the text."""
        while True:
            while self.position < len(self._content):
                character = self._content[self.position]
                if character not in _BLANKS:
                    return character
                self.position += 1
            if not self._read_more():
                return ""

    def next_element(self) -> Any:
        self.peek()
        while True:
            try:
                element, end = self._decoder.raw_decode(self._content, self.position)
            except (ValueError, RecursionError):
                # Cut off by the end of the buffer, or no JSON.
                if len(self._content) - self.position > self._limits.element_chars:
                    raise ArchiveError(
                        f"{self._name} has an entry of more than {self._limits.element_chars} characters. "
                        "Choose the file as you downloaded it."
                    ) from None
                if not self._read_more():
                    raise self.damaged() from None
                continue
            if end == len(self._content) and self._read_more():
                # A number may go on in the next chunk.
                continue
            self.position = end
            return element

    def _read_more(self) -> bool:
        """Doubles what is in memory of a long element, so that the time stays linear in its length."""
        chunk = self._text.read(max(_CHUNK_CHARS, len(self._content) - self.position))
        self._content = self._content[self.position :] + chunk
        self.position = 0
        return bool(chunk)
