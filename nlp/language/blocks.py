"""Splits lines into blocks, parses each one separately, and caches the results as plain data.

A block is one or more sentences between two unambiguous boundaries (``sentences.py``). What is predicted for it depends on its
own words alone, so after an edit only the changed blocks are parsed again, and the result equals that of a full pass by
construction.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from sys import intern
from typing import TYPE_CHECKING

from nlp.inputs import count_units
from nlp.language.fair_lock import FairLock
from nlp.language.pipeline import common_words
from nlp.language.recycling import RecyclingPipeline
from nlp.language.sentences import split_into_blocks
from nlp.language.text_cache import TextCache
from nlp.language.types import Block, Entity, Token
from nlp.model import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: Characters of text whose analysis is cached: some twenty-five long drafts.
CACHE_CHARACTERS = 80_000
#: Common words, with the punctuation around them, whose tokens are cached; a few megabytes.
MAX_CACHED_CHUNKS = 20_000
#: Characters of other words whose tokens are cached; about a megabyte.
CHUNK_CHARACTERS = 20_000
#: Words and symbols that are parsed, or split into blocks, before another thread gets its turn: some 30 and 10 milliseconds.
PARSE_BATCH_UNITS, SPLIT_BATCH_UNITS = 200, 500
_PUNCTUATION = ".,;:!?()'\"’“”"


def to_block(doc: Doc) -> Block:
    """``doc`` as plain data: nothing of it may outlive its memory zone."""
    # Interned, because spaCy makes a new string each time; an interned one is freed with its last use.
    return Block(
        tokens=tuple(
            Token(
                intern(t.text),
                t.idx,
                t.idx + len(t),
                intern(t.lemma_),
                intern(t.tag_),
                intern(t.pos_),
                intern(str(t.morph)),
                intern(t.dep_),
                t.head.i,
            )
            for t in doc
        ),
        entities=tuple(Entity(ent.label_, ent.start_char, ent.end_char) for ent in doc.ents),
        starts=tuple(_sentence_starts(doc)),
    )


def _sentence_starts(doc: Doc) -> Iterator[int]:
    """Where sentences begin. The parser may split a block where punctuation is missing, but every sentence has a word: a
    number at the start of a line is not one."""
    yield 0
    words = [token.i for token in doc if token.text[0].isalpha()]
    previous = 0
    for sentence in doc.sents:
        word_index = bisect.bisect_left(words, sentence.start)
        if previous < word_index < len(words):
            yield sentence.start_char
            previous = word_index


class BlockParser:
    """Finds and parses the blocks of lines. One thread at a time uses the pipeline, because spaCy's memory zones and threads
    do not mix (E018, E109). Threads take turns after every batch, so a short text does not wait for all of a long one. The zone
    is needed: without it every new word that a rep types would stay in memory for good. What a zone leaves behind is freed with
    the pipeline, which is recycled from time to time."""

    def __init__(self, nlp: Language, *, cache_characters: int = CACHE_CHARACTERS) -> None:
        self._pipeline = RecyclingPipeline(nlp)
        self._nlp = nlp
        self._lock = FairLock()
        self._spans: TextCache[tuple[Span, ...]] = TextCache(cache_characters)
        self._chunk_tokens: dict[str, tuple[str, ...]] = {}
        self._rare_chunk_tokens: TextCache[tuple[str, ...]] = TextCache(min(CHUNK_CHARACTERS, cache_characters))
        self._blocks: TextCache[Block] = TextCache(cache_characters)

    def parse_lines(self, lines: Sequence[str]) -> list[tuple[tuple[int, Block], ...]]:
        """The blocks of each line, each with the code point of the line at which it begins."""
        spans_by_line = self._spans.get_or_compute(lines, self._split)
        texts = [span.of(line) for line, spans in zip(lines, spans_by_line, strict=True) for span in spans]
        blocks = iter(self._blocks.get_or_compute(texts, self._parse))
        return [tuple((span.start, next(blocks)) for span in spans) for spans in spans_by_line]

    def clear_cache(self) -> None:
        self._spans.clear()
        self._rare_chunk_tokens.clear()
        self._blocks.clear()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Exclusive use of the pipeline, for one batch."""
        with self._lock:
            self._nlp = self._pipeline.nlp
            with self._nlp.memory_zone():
                yield
            self._pipeline.recycle_if_due()

    def _split(self, lines: list[str]) -> list[tuple[Span, ...]]:
        spans: list[tuple[Span, ...]] = []
        for batch in _batches(lines, SPLIT_BATCH_UNITS):
            with self._turn():
                spans += [tuple(self._split_line(line)) for line in batch]
        return spans

    def _split_line(self, line: str) -> Iterator[Span]:
        inner = line.strip()
        begin = line.index(inner[0]) if inner else 0
        blocks = split_into_blocks(inner, *self._tokenize(inner))
        return (Span(begin + block.start, begin + block.end) for block in blocks)

    def _tokenize(self, line: str) -> tuple[list[str], list[bool]]:
        """The tokens of ``line`` and whether a space follows each. Tokens do not span spaces, so the chunk between two
        spaces is tokenized once and cached."""
        chunks = line.split(" ")
        if chunks != line.split() or not line:
            doc = self._nlp.make_doc(line)
            return [token.text for token in doc], [bool(token.whitespace_) for token in doc]
        words: list[str] = []
        spaces: list[bool] = []
        for chunk in chunks:
            tokens = self._chunk_tokens.get(chunk) or self._rare_chunk_tokens.get(chunk)
            if tokens is None:
                tokens = tuple(token.text for token in self._nlp.make_doc(chunk))
                if chunk.strip(_PUNCTUATION).lower() in common_words():
                    if len(self._chunk_tokens) >= MAX_CACHED_CHUNKS:
                        self._chunk_tokens.clear()
                    self._chunk_tokens[chunk] = tokens
                else:
                    # Words that only this draft contains must not be kept for longer than the draft.
                    self._rare_chunk_tokens.put(chunk, tokens)
            words += tokens
            spaces += [False] * (len(tokens) - 1)
            spaces.append(True)
        spaces[-1] = False
        return words, spaces

    def _parse(self, texts: list[str]) -> list[Block]:
        blocks: list[Block] = []
        for batch in _batches(texts, PARSE_BATCH_UNITS):
            with self._turn():
                blocks += [to_block(doc) for doc in self._nlp.pipe(batch)]
        return blocks


def _batches(texts: list[str], limit: int) -> Iterator[list[str]]:
    """``texts`` in order, in batches of at most ``limit`` units (``inputs.count_units``), or of one longer text."""
    batch: list[str] = []
    total = 0
    for text in texts:
        units = count_units(text)
        if batch and total + units > limit:
            yield batch
            batch, total = [], 0
        batch.append(text)
        total += units
    if batch:
        yield batch
