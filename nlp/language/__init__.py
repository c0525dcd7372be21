"""The spaCy pipeline, and the one door through which the rest of the library reads a text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from nlp.language.blocks import KEPT_CHARACTERS, Blocks
from nlp.language.english import foreign_parts, leaves_no_english
from nlp.language.kept import Kept
from nlp.language.pipeline import load
from nlp.language.reading import Line, Reading

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Reader", "Reading", "forget", "load", "read"]


class Reader:
    """Reads texts line by line and keeps what it found, as much as ``keep`` characters of lines and of blocks. May be shared
    between threads."""

    def __init__(self, nlp: Language, *, keep: int = KEPT_CHARACTERS) -> None:
        self._blocks = Blocks(nlp, keep=keep)
        self._lines: Kept[Line] = Kept(keep)

    def read(self, text: str) -> Reading:
        """The reading of ``text``: plain data, the same whether its parts were kept or are read for the first time."""
        texts = text.split("\n")
        placed = []
        at = 0
        for line in self._lines.through(texts, self._find):
            placed.append((at, line))
            at += len(line.text) + 1
        reading = Reading(text, placed)
        foreign = foreign_parts(reading.signs_out, reading.stretches, reading.evidence)
        if not foreign:
            return reading
        return reading.without(foreign, everything=leaves_no_english(reading.signs_out, foreign))

    def forget(self) -> None:
        """Drop everything that was kept."""
        self._blocks.forget()
        self._lines.clear()

    def _find(self, texts: list[str]) -> list[Line]:
        return [Line(text, blocks) for text, blocks in zip(texts, self._blocks.of(texts), strict=True)]


@cache
def _shared() -> Reader:
    # A sentence is too little work to share out: more threads of arithmetic wait for each other, and for those of the server.
    threadpool_limits(limits=1, user_api="blas")
    return Reader(load())


def forget() -> None:
    """Drop everything this process has kept of the texts it read."""
    _shared().forget()


def read(text: str) -> Reading:
    """Read ``text`` with the pipeline that this process shares."""
    return _shared().read(text)
