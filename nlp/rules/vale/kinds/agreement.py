"""Rules that compare blocks of a file: consistent spellings, and terms that need another one to introduce them
(https://vale.sh/docs/checks/consistency and /conditional)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from nlp.rules.patterns import compile_pattern, is_linear
from nlp.rules.source import Source
from nlp.rules.vale.block import Block
from nlp.rules.vale.rule import Hit, Memory, Rule, Setting, bounded, case_flag, exceptions, phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency(Rule):
    """Marks a spelling in each block with one of a pair, once the file has had both. Of several in a block the last is named,
    where it occurs first."""

    pairs: tuple[tuple[Any, Any], ...]

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        table = source.table("either", "a consistency rule needs a mapping of alternative spellings")
        flag = case_flag(source)
        pairs = (
            (compile_pattern(source, "either", flag + bounded(source, word, setting)) for word in pair)
            for pair in table.items()
        )
        return cls(**common, pairs=tuple((first, second) for first, second in pairs))

    @property
    def is_linear(self) -> bool:
        return all(is_linear(pattern) for pair in self.pairs for pattern in pair)

    def find(self, block: Block, memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        for number, pair in enumerate(self.pairs):
            names = [f"{number}.{side}" for side in range(2)]
            spans = []
            for name, pattern in zip(names, pair, strict=True):
                found = [match.span() for match in pattern.finditer(block.text)]
                spans += found
                if found:
                    memory.add(name)
            if spans and memory.issuperset(names):
                last = block.text[slice(*max(spans))]
                first = min(span for span in spans if block.text[slice(*span)] == last)
                yield self.hit(block, *first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Rule):
    """Marks what ``first`` matches and no group of ``second`` has introduced so far, such as an acronym that is spelled out
    nowhere. A ``second`` without groups has to match in the same block."""

    first: Any
    second: Any
    exceptions: Any = None
    phrases: Any = None

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        for key in ("first", "second"):
            if not source.text(key):
                raise source.error(key, "a conditional rule needs both first and second")
        return cls(
            **common,
            first=compile_pattern(source, "first", case_flag(source) + source.text("first")),
            second=compile_pattern(source, "second", case_flag(source) + source.text("second")),
            exceptions=exceptions(source, setting),
            phrases=phrases(source, setting),
        )

    @property
    def is_linear(self) -> bool:
        return is_linear(self.first) and is_linear(self.second)

    def find(self, block: Block, memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        text = block.text
        if not self.second.groups and self.second.search(text) is not None:
            return
        if self.second.groups:
            memory.update(group for match in self.second.finditer(text) for group in match.groups() if group)
        allowed: list[tuple[int, int]] | None = None
        for match in self.first.finditer(text):
            words = match.group()
            if not words or words in memory or (self.exceptions is not None and self.exceptions.search(words) is not None):
                continue
            if allowed is None:
                allowed = [found.span() for found in self.phrases.finditer(text)] if self.phrases is not None else []
            if not any(start <= match.start() and match.end() <= end for start, end in allowed):
                yield self.hit(block, *match.span())
