"""Rules on sequences of tokens, each given by a pattern, a Penn Treebank part-of-speech tag, or both."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nlp.model import Span
from nlp.rules.parsing import Setting, case_flag
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Match, TextRule
from nlp.rules.scopes import contains
from nlp.rules.source import Source

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.types import Token

#: Tokens that a step may skip at most.
MAX_SKIP = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One token of a sequence: the pattern and the tag that it must (with ``negate``: must not) match, and how many tokens may
    be skipped before it."""

    pattern: Any
    tag: Any
    negate: bool
    skip: int

    def matches(self, token: Token) -> bool:
        is_match = (self.pattern is None or self.pattern.fullmatch(token.text) is not None) and (
            self.tag is None or self.tag.search(token.tag) is not None
        )
        return is_match != self.negate


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSequence(TextRule):
    """Marks sequences of tokens within one sentence that match its steps in order."""

    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, source: Source, _setting: Setting, common: dict[str, Any]) -> Self:
        tokens = source.data.get("tokens")
        if not isinstance(tokens, list) or not tokens or not all(isinstance(token, dict) for token in tokens):
            raise source.error("tokens", "a sequence rule needs a list of tokens, each with a pattern or a tag")
        return cls(**common, steps=tuple(_step(source, token, case_flag(source)) for token in tokens))

    def find(self, reading: Reading) -> Iterator[Match]:
        parts = self.parts(reading)
        tokens = [token for token in reading.tokens if not token.text.isspace()]
        end = 0
        for sentence in reading.sentences:
            start = bisect.bisect_left(tokens, sentence.start, lo=end, key=lambda token: token.start)
            end = bisect.bisect_left(tokens, sentence.end, lo=start, key=lambda token: token.start)
            if contains(parts, sentence.start):
                yield from self._find_in(tokens[start:end], reading)

    def _find_in(self, tokens: Sequence[Token], reading: Reading) -> Iterator[Match]:
        first = 0
        while first < len(tokens):
            last = self._match_end(tokens, first)
            if last is None:
                first += 1
                continue
            span = Span(tokens[first].start, tokens[last].end)
            yield Match(span, words=(span.of(reading.views.raw), *(token.text for token in tokens[first : last + 1])))
            first = last + 1

    def _match_end(self, tokens: Sequence[Token], first: int) -> int | None:
        """The index of the last token of a match that begins at ``first``; ``None`` where there is no match."""
        if not self.steps[0].matches(tokens[first]):
            return None
        last = first
        for step in self.steps[1:]:
            candidates = range(last + 1, min(len(tokens), last + 2 + step.skip))
            following = next((i for i in candidates if step.matches(tokens[i])), None)
            if following is None:
                return None
            last = following
        return last


def _step(source: Source, token: dict[str, Any], flag: str) -> Step:
    pattern, tag, skip = token.get("pattern") or "", token.get("tag") or "", token.get("skip") or 0
    if not isinstance(pattern, str) or not isinstance(tag, str) or not (pattern or tag):
        raise source.error("tokens", "each token needs a pattern or a tag")
    if not isinstance(skip, int) or not 0 <= skip <= MAX_SKIP:
        raise source.error("tokens", f"skip must be a whole number from 0 to {MAX_SKIP}")
    return Step(
        compile_pattern(source, "tokens", flag + pattern) if pattern else None,
        compile_pattern(source, "tokens", tag) if tag else None,
        bool(token.get("negate")),
        skip,
    )
