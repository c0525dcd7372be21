"""What the pipeline says of a stretch of text, as plain data that is kept.

A block is one sentence or more with a sure end (``sentences``). It is parsed by itself, so what is said of it depends on
its own words alone: a text whose other blocks changed needs only those parsed again, and the result is that of a full
pass by construction.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from nlp.language.kept import Kept
from nlp.language.pipeline import common_words
from nlp.language.renewed import Renewed
from nlp.language.sentences import sure_blocks
from nlp.model import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: How much text is kept parsed, in characters: some sixty long drafts. A parsed character takes about 60 bytes.
KEPT_CHARACTERS = 200_000
#: As many common words with their marks are kept cut; a few megabytes.
KEPT_PIECES = 20_000
_MARKS = ".,;:!?()'\"’“”"


class Token(NamedTuple):
    """A token of a block. ``start`` and ``end`` are code points of the block, ``head`` the place of its head among the
    block's tokens (its own at a root). ``tag`` is the Penn Treebank's, ``pos``, ``morph`` and ``dep`` are those of
    Universal Dependencies; empty where the pipeline has no say."""

    text: str
    start: int
    end: int
    lemma: str
    tag: str
    pos: str
    morph: str
    dep: str
    head: int


class Entity(NamedTuple):
    """A name: ``PER``, ``LOC`` or ``ORG``, code points of the block."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A parsed block. ``starts`` are the code points where its sentences begin; the first is 0."""

    tokens: tuple[Token, ...]
    entities: tuple[Entity, ...]
    starts: tuple[int, ...]


def read_block(doc: Doc) -> Block:
    """What ``doc`` says, as plain data: nothing of it may outlive its memory zone."""
    return Block(
        tokens=tuple(
            Token(t.text, t.idx, t.idx + len(t), t.lemma_, t.tag_, t.pos_, str(t.morph), t.dep_, t.head.i) for t in doc
        ),
        entities=tuple(Entity(ent.label_, ent.start_char, ent.end_char) for ent in doc.ents),
        starts=tuple(_starts(doc)),
    )


def _starts(doc: Doc) -> Iterator[int]:
    """Where sentences begin. The parser may cut a block where marks are missing, but a sentence holds a word: the number of
    a line is none."""
    yield 0
    words = [token.i for token in doc if token.text[0].isalpha()]
    before = 0
    for sentence in doc.sents:
        at = bisect.bisect_left(words, sentence.start)
        if before < at < len(words):
            yield sentence.start_char
            before = at


class Blocks:
    """The blocks of lines, found and parsed by one pipeline that one thread uses at a time: memory zones and threads do not
    mix (spaCy raises E018 and E109). A zone is needed all the same, or every new word a rep types would stay in memory for
    good; and what a zone leaves behind goes with the pipeline, which is renewed now and then."""

    def __init__(self, nlp: Language, *, keep: int = KEPT_CHARACTERS) -> None:
        self._pipeline = Renewed(nlp)
        self._nlp = nlp
        self._lock = threading.Lock()
        self._cuts: Kept[tuple[Span, ...]] = Kept(keep)
        self._pieces: dict[str, tuple[str, ...]] = {}
        self._blocks: Kept[Block] = Kept(keep)

    def of(self, lines: Sequence[str]) -> list[tuple[tuple[int, Block], ...]]:
        """For each line its blocks, with the code point of the line where each of them starts."""
        with self._lock:
            self._nlp = self._pipeline.nlp
            with self._nlp.memory_zone():
                cuts = self._cuts.through(lines, self._cut)
                texts = [span.of(line) for line, spans in zip(lines, cuts, strict=True) for span in spans]
                blocks = iter(self._blocks.through(texts, self._parse))
            self._pipeline.look()
        return [tuple((span.start, next(blocks)) for span in spans) for spans in cuts]

    def forget(self) -> None:
        self._cuts.clear()
        self._blocks.clear()

    def _cut(self, lines: list[str]) -> list[tuple[Span, ...]]:
        return [tuple(self._blocks_of(line)) for line in lines]

    def _blocks_of(self, line: str) -> Iterator[Span]:
        inner = line.strip()
        begin = line.index(inner[0]) if inner else 0
        return (Span(begin + block.start, begin + block.end) for block in sure_blocks(inner, *self._tokens(inner)))

    def _tokens(self, line: str) -> tuple[list[str], list[bool]]:
        """The tokens of ``line`` and whether a blank follows each. Tokens do not reach over blanks, so what stands between
        two blanks is cut once."""
        chunks = line.split(" ")
        if chunks != line.split() or not line:
            doc = self._nlp.make_doc(line)
            return [token.text for token in doc], [bool(token.whitespace_) for token in doc]
        words: list[str] = []
        spaces: list[bool] = []
        for chunk in chunks:
            pieces = self._pieces.get(chunk)
            if pieces is None:
                pieces = tuple(token.text for token in self._nlp.make_doc(chunk))
                # Words that everybody writes, and no others: what only this draft says is not ours to keep.
                if chunk.strip(_MARKS).lower() in common_words():
                    if len(self._pieces) >= KEPT_PIECES:
                        self._pieces.clear()
                    self._pieces[chunk] = pieces
            words += pieces
            spaces += [False] * (len(pieces) - 1)
            spaces.append(True)
        spaces[-1] = False
        return words, spaces

    def _parse(self, texts: list[str]) -> list[Block]:
        return [read_block(doc) for doc in self._nlp.pipe(texts)]
