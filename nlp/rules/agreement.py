"""Rules on what a text says in two places: one of two spellings throughout, and one thing only with another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nlp.model import Span
from nlp.rules.match import Match
from nlp.rules.patterns import compiled

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.rules.source import Source


@dataclass(frozen=True, slots=True)
class Consistency:
    """Marks every place of the spelling that came second, where a text has both of a pair."""

    pairs: tuple[tuple[Any, Any], ...]

    def find(self, _reading: Reading, text: str, scopes: tuple[Span, ...]) -> Iterator[Match]:
        for pair in self.pairs:
            first, second = ([span for scope in scopes for span in _spans(pattern, text, scope)] for pattern in pair)
            if first and second:
                for span in max(first, second, key=lambda spans: spans[0].start):
                    yield Match(span)


@dataclass(frozen=True, slots=True)
class Conditional:
    """Marks what ``first`` finds and no match of ``second`` introduced: an acronym that is spelled out nowhere. What is
    compared is the first group of each pattern, or all of it."""

    first: Any
    second: Any
    exceptions: Any

    def find(self, _reading: Reading, text: str, scopes: tuple[Span, ...]) -> Iterator[Match]:
        if not self.second.groups and any(self.second.search(scope.of(text)) is not None for scope in scopes):
            return
        known = {_told(found) for scope in scopes for found in self.second.finditer(scope.of(text))}
        for scope in scopes:
            for found in self.first.finditer(scope.of(text)):
                said = _told(found)
                if said not in known and not (self.exceptions is not None and self.exceptions.fullmatch(said)):
                    yield Match(Span(scope.start + found.start(), scope.start + found.end()), words=(said,))


def consistency(source: Source) -> Consistency:
    table = source.table("either", "a consistency rule needs a mapping of spellings to keep apart")
    flags = "(?i)" if source.flag("ignorecase") else ""
    bound = "{}" if source.flag("nonword") else r"\b(?:{})\b"
    pairs = ((compiled(source, "either", flags + bound.format(word)) for word in pair) for pair in table.items())
    return Consistency(tuple((first, second) for first, second in pairs))


def conditional(source: Source, exceptions: Any) -> Conditional:
    flags = "(?mi)" if source.flag("ignorecase") else "(?m)"
    for key in ("first", "second"):
        if not source.text(key):
            raise source.error(key, "a conditional rule needs first and second")
    return Conditional(
        compiled(source, "first", flags + source.text("first")),
        compiled(source, "second", flags + source.text("second")),
        exceptions,
    )


def _spans(pattern: Any, text: str, scope: Span) -> list[Span]:
    return [Span(scope.start + found.start(), scope.start + found.end()) for found in pattern.finditer(scope.of(text))]


def _told(found: Any) -> str:
    groups = [group for group in found.groups() if group]
    return str(groups[0] if groups else found.group())
