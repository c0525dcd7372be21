"""Rules that count occurrences, and rules that find repeated words."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nlp.model import Span
from nlp.rules.parsing import Setting, exceptions, flags
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Dialect, Match, PatternRule
from nlp.rules.scopes import contains
from nlp.rules.source import Source

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence(PatternRule):
    """Fires where its pattern occurs more than ``maximum`` or fewer than ``minimum`` times in one part of the text; 0 means
    no bound."""

    minimum: int = 0
    maximum: int = 0

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        return cls(
            **common,
            pattern=compile_pattern(source, "token", flags(source, setting.dialect) + source.text("token")),
            exceptions=exceptions(source, setting),
            minimum=int(source.number("min")),
            maximum=int(source.number("max")),
        )

    @property
    def prefilter(self) -> Any:
        # With a minimum, the rule fires where its pattern does not match.
        return None

    def find(self, reading: Reading) -> Iterator[Match]:
        text = self.text(reading)
        for part in self.parts(reading):
            spans = [Span(part.start + m.start(), part.start + m.end()) for m in self.pattern.finditer(part.of(text))]
            count = (str(len(spans)),)
            if self.maximum and len(spans) > self.maximum:
                house = self.dialect is Dialect.HOUSE
                yield Match(Span(spans[self.maximum].start, spans[-1].end) if house else spans[0], words=count)
            elif self.minimum and len(spans) < self.minimum:
                yield Match(part if part.start < part.end else None, words=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition(PatternRule):
    """Fires on a word that is repeated in a row more than ``maximum`` times. ``alpha`` restricts it to words made of
    letters."""

    maximum: int = 0
    alpha: bool = False
    ignores_case: bool = False

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        return cls(
            **common,
            pattern=compile_pattern(source, "tokens", flags(source, setting.dialect) + "|".join(source.strings("tokens"))),
            exceptions=exceptions(source, setting),
            maximum=int(source.number("max")),
            alpha=source.flag("alpha"),
            ignores_case=source.flag("ignorecase"),
        )

    def find(self, reading: Reading) -> Iterator[Match]:
        parts = self.parts(reading)
        seen: Counter[tuple[int, str]] = Counter()
        for first, second in self._pairs(reading, parts):
            if not contains(parts, first.start) or not contains(parts, second.end - 1):
                continue
            word = first.of(reading.views.raw)
            part = bisect.bisect_right(parts, first.start, key=lambda span: span.start)
            seen[part, word.lower()] += 1
            if seen[part, word.lower()] > self.maximum:
                both = Span(first.start, second.end)
                yield Match(both, self.action.edit(both.of(reading.views.raw)) or (word,), (word,))

    def _pairs(self, reading: Reading, parts: tuple[Span, ...]) -> Iterator[tuple[Span, Span]]:
        if self.dialect is Dialect.VALE:
            yield from (pair for part in parts for pair in self._repeated(self.text(reading), part))
            return
        # A word and its repetition are in one line, so the result for a line that was not edited is cached with it.
        key = (self.info.id, self.pattern)
        for start, line in reading.placed_lines:
            for first, second in line.cached(key, self._doubled):
                yield Span(start + first.start, start + first.end), Span(start + second.start, start + second.end)

    def _repeated(self, text: str, part: Span) -> Iterator[tuple[Span, Span]]:
        """Consecutive matches with the same words, compared as Vale does."""
        matches = (m for m in self.pattern.finditer(part.of(text)) if m.group())
        spans = (Span(part.start + m.start(), part.start + m.end()) for m in matches)
        for first, second in itertools.pairwise(spans):
            word, next_word = first.of(text), second.of(text)
            same = word.lower() == next_word.lower() if self.ignores_case else word == next_word
            if same and (word.isalpha() or not self.alpha) and not self.allows(word):
                yield first, second

    def _doubled(self, line: Line) -> tuple[tuple[Span, Span], ...]:
        """Adjacent matches with the same words, separated by whitespace alone."""
        text = line.views.normalized if self.reads_raw else line.views.prose
        spans = [Span(*match.span()) for match in self.pattern.finditer(text)]
        doubles = [
            (first, second)
            for first, second in itertools.pairwise(spans)
            if first.of(text).lower() == second.of(text).lower()
            and text[first.end : second.start].isspace()
            and not self.allows(second.of(text))
        ]
        # Three or more in a row are intentional.
        firsts, seconds = ({pair[i].start for pair in doubles} for i in (0, 1))
        return tuple(pair for pair in doubles if pair[0].start not in seconds and pair[1].start not in firsts)
