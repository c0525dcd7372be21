"""Parts of a file that rules run on, as Vale builds them, and where each of their characters comes from."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

#: Replaces each character of code and of other words that are not prose, as in Vale.
MASK = "*"


class Run(NamedTuple):
    """Characters that follow each other in a block and in the file alike: where they begin in both."""

    at: int
    source: int


class Origin:
    """Where the characters of a block's text come from. ``runs`` are in order and begin at 0."""

    def __init__(self, runs: Sequence[Run] = (Run(0, 0),)) -> None:
        self._runs = tuple(runs)
        self._starts = [run.at for run in self._runs]

    def offset(self, at: int) -> int:
        """The offset in the file of the character at ``at``; of one that was inserted, that of the character before it."""
        run = self._runs[max(0, bisect.bisect_right(self._starts, at) - 1)]
        return run.source + at - run.at


class Switches(NamedTuple):
    """What the comments above a block have switched off: everything, or styles, rules and matches of a rule by name."""

    off: bool = False
    names: frozenset[str] = frozenset()

    def silence(self, rule: str, words: str | None = None) -> bool:
        """Whether ``rule``, or its match of ``words``, is switched off."""
        if self.off or not self.names:
            return self.off
        style = rule.partition(".")[0]
        return rule in self.names or style in self.names or (words is not None and f"{rule}[{words}]" in self.names)


ALL_ON = Switches()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a file. ``scope`` holds the names that a rule may select it by: ``text``, ``heading``, ``h2``, ``md``.
    ``start`` is where its text begins in the text that ``origin`` describes."""

    text: str
    scope: frozenset[str]
    origin: Origin
    start: int = 0
    switches: Switches = ALL_ON

    def offset(self, at: int) -> int:
        """The offset in the file of the character at ``at``."""
        return self.origin.offset(self.start + at)

    def part(self, start: int, end: int, scope: frozenset[str]) -> Block:
        return Block(self.text[start:end], scope, self.origin, self.start + start, self.switches)


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a file in the order in which Vale reads them, and how often each kind of element occurs (``heading_h2``,
    ``list``, ``pre``)."""

    blocks: tuple[Block, ...]
    elements: dict[str, int] = field(default_factory=dict)
