"""The values that reading a text produces: tokens, names, blocks and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nlp.model import Span


class Token(NamedTuple):
    """One token of a block. ``start`` and ``end`` are code points of the block; ``head`` is the index of its syntactic
    head among the block's tokens (its own index at a root). ``tag`` is the Penn Treebank tag; ``pos``, ``morph`` and
    ``dep`` follow Universal Dependencies. A field is empty where the pipeline predicts nothing."""

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
    """A named entity: ``PER``, ``LOC`` or ``ORG``, in code points of the block."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A parsed block: one or more sentences between two unambiguous boundaries. ``starts`` are the code points where its
    sentences begin; the first is 0."""

    tokens: tuple[Token, ...]
    entities: tuple[Entity, ...]
    starts: tuple[int, ...]


class Word(NamedTuple):
    """A word of the prose. ``lower`` has straight apostrophes; ``stem`` is the part before an apostrophe
    (``we're`` -> ``we``); ``sentence`` is the index of its sentence."""

    text: str
    lower: str
    stem: str
    start: int
    end: int
    sentence: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)
