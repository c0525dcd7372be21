"""Rules that find repeated words."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nlp.model import Span
from nlp.rules.parsing import case_flag, exceptions
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Match, PatternRule
from nlp.rules.source import Source

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition(PatternRule):
    """Fires on a word that is repeated in a row more than ``maximum`` times."""

    maximum: int = 0

    @classmethod
    def parse(cls, source: Source, common: dict[str, Any]) -> Self:
        return cls(
            **common,
            pattern=compile_pattern(source, "tokens", case_flag(source) + "|".join(source.strings("tokens"))),
            exceptions=exceptions(source),
            maximum=int(source.number("max")),
        )

    def find(self, reading: Reading) -> Iterator[Match]:
        seen: Counter[str] = Counter()
        for first, second in self._pairs(reading):
            word = first.of(reading.views.raw)
            seen[word.lower()] += 1
            if seen[word.lower()] > self.maximum:
                both = Span(first.start, second.end)
                yield Match(both, self.action.edit(both.of(reading.views.raw)) or (word,), (word,))

    def _pairs(self, reading: Reading) -> Iterator[tuple[Span, Span]]:
        # A word and its repetition are in one line, so the result for a line that was not edited is cached with it.
        key = (self.info.id, self.pattern)
        for start, line in reading.placed_lines:
            for first, second in line.cached(key, self._doubled):
                yield Span(start + first.start, start + first.end), Span(start + second.start, start + second.end)

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
