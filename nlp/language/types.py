"""The values that reading a text produces: tokens, names, blocks and words."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from nlp.model import Span

Value = TypeVar("Value")


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
    """A named entity: ``PER``, ``LOC``, ``ORG`` or ``MISC`` (a product, work or event), in code points of the block."""

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
    _cache: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def cached(self, key: Hashable, compute: Callable[[Block], Value]) -> Value:
        """``compute(block)``, computed once; as ``Line.cached``, but kept where another part of the line is edited."""
        if key not in self._cache:
            self._cache[key] = compute(self)
        value: Value = self._cache[key]
        return value


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
