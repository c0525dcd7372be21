"""The spaCy pipeline at run time, and ``read``: the only way the rest of the library analyses a text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from nlp.language.blocks import CACHE_CHARACTERS, BlockParser
from nlp.language.english import foreign_parts, is_mostly_foreign
from nlp.language.line import Line
from nlp.language.pipeline import load
from nlp.language.reading import Reading
from nlp.language.text_cache import TextCache

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Reader", "Reading", "clear_cache", "load", "read"]


class Reader:
    """Analyses texts line by line and caches the results, up to ``cache_characters`` characters of lines and as many of
    blocks. Thread-safe."""

    def __init__(self, nlp: Language, *, cache_characters: int = CACHE_CHARACTERS) -> None:
        self._parser = BlockParser(nlp, cache_characters=cache_characters)
        self._lines: TextCache[Line] = TextCache(cache_characters)

    def read(self, text: str) -> Reading:
        """The analysis of ``text`` as plain data. The cache never changes the result."""
        lines = self._lines.get_or_compute(text.split("\n"), self._analyse)
        placed = []
        start = 0
        for line in lines:
            placed.append((start, line))
            start += len(line.views.raw) + 1
        reading = Reading(placed)
        foreign = foreign_parts(reading.views.masked, reading.segments, reading.foreign_evidence)
        if not foreign:
            return reading
        return reading.as_foreign(foreign) if is_mostly_foreign(reading.views.masked, foreign) else reading.excluding(foreign)

    def clear_cache(self) -> None:
        self._parser.clear_cache()
        self._lines.clear()

    def _analyse(self, texts: list[str]) -> list[Line]:
        return [Line(text, blocks) for text, blocks in zip(texts, self._parser.parse_lines(texts), strict=True)]


@cache
def _shared_reader() -> Reader:
    # A sentence is too little work to parallelise: several BLAS threads would wait for each other and for the server's.
    threadpool_limits(limits=1, user_api="blas")
    return Reader(load())


def clear_cache() -> None:
    """Drop every text that this process has cached."""
    _shared_reader().clear_cache()


def read(text: str) -> Reading:
    """Analyse ``text`` with the pipeline that this process shares."""
    return _shared_reader().read(text)
