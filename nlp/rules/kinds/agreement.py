"""Rules that compare places of a text: consistent spellings, and terms that need another one to introduce them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nlp.model import Span
from nlp.rules.parsing import Setting, bounded, case_flag, exceptions
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Match, TextRule
from nlp.rules.scopes import WHOLE, resolve, whole
from nlp.rules.source import Source

if TYPE_CHECKING:
    from nlp.language import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class _WholeTextRule(TextRule):
    """A rule that compares places of the text, so its default scope is the whole text."""

    def parts(self, reading: Reading) -> tuple[Span, ...]:
        return whole(reading) if self.scopes == WHOLE else resolve(self.scopes, reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency(_WholeTextRule):
    """Where a text uses both spellings of a pair, marks every occurrence of the one that appeared second."""

    pairs: tuple[tuple[Any, Any], ...]

    @classmethod
    def parse(cls, source: Source, _setting: Setting, common: dict[str, Any]) -> Self:
        table = source.table("either", "a consistency rule needs a mapping of alternative spellings")
        flag = case_flag(source)
        pairs = ((compile_pattern(source, "either", flag + bounded(source, word)) for word in pair) for pair in table.items())
        return cls(**common, pairs=tuple((first, second) for first, second in pairs))

    def find(self, reading: Reading) -> Iterator[Match]:
        text, parts = self.text(reading), self.parts(reading)
        for pair in self.pairs:
            first, second = ([span for part in parts for span in _spans(pattern, text, part)] for pattern in pair)
            if first and second:
                for span in max(first, second, key=lambda spans: spans[0].start):
                    yield Match(span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(_WholeTextRule):
    """Marks what ``first`` matches and no match of ``second`` introduces, such as an acronym that is spelled out nowhere. The
    first group of each pattern is compared, or the whole match."""

    first: Any
    second: Any
    exceptions: Any = None

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        for key in ("first", "second"):
            if not source.text(key):
                raise source.error(key, "a conditional rule needs both first and second")
        # Line by line in both dialects, as in Vale.
        flag = "(?m)" + case_flag(source)
        return cls(
            **common,
            first=compile_pattern(source, "first", flag + source.text("first")),
            second=compile_pattern(source, "second", flag + source.text("second")),
            exceptions=exceptions(source, setting),
        )

    def find(self, reading: Reading) -> Iterator[Match]:
        text, parts = self.text(reading), self.parts(reading)
        if not self.second.groups and any(self.second.search(part.of(text)) is not None for part in parts):
            return
        known = {_term(match) for part in parts for match in self.second.finditer(part.of(text))}
        for part in parts:
            for match in self.first.finditer(part.of(text)):
                term = _term(match)
                if term not in known and not (self.exceptions is not None and self.exceptions.fullmatch(term)):
                    yield Match(Span(part.start + match.start(), part.start + match.end()), words=(term,))


def _spans(pattern: Any, text: str, part: Span) -> list[Span]:
    return [Span(part.start + match.start(), part.start + match.end()) for match in pattern.finditer(part.of(text))]


def _term(match: Any) -> str:
    groups = [group for group in match.groups() if group]
    return str(groups[0] if groups else match.group())
