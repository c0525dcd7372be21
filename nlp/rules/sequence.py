"""Rules on runs of words by what they are: a pattern, a tag of the Penn Treebank, or both."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nlp.model import Span
from nlp.rules.match import Match
from nlp.rules.patterns import compiled
from nlp.rules.scopes import holds

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.types import Token
    from nlp.rules.source import Source

#: Tokens that may lie between two of a rule.
MOST_SKIPPED = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One token of a rule: what it has to read like and be tagged as, whether it must not, and how many may come before."""

    pattern: Any
    tag: Any
    negate: bool
    skip: int

    def fits(self, token: Token) -> bool:
        fits = (self.pattern is None or self.pattern.fullmatch(token.text) is not None) and (
            self.tag is None or self.tag.search(token.tag) is not None
        )
        return fits != self.negate


@dataclass(frozen=True, slots=True)
class Run:
    steps: tuple[Step, ...]

    def find(self, reading: Reading, _text: str, scopes: tuple[Span, ...]) -> Iterator[Match]:
        tokens = [token for token in reading.tokens if not token.text.isspace()]
        at = 0
        for sentence in reading.sentences:
            start = bisect.bisect_left(tokens, sentence.start, lo=at, key=lambda token: token.start)
            at = bisect.bisect_left(tokens, sentence.end, lo=start, key=lambda token: token.start)
            if holds(scopes, sentence.start):
                yield from self._in(reading, tokens[start:at])

    def _in(self, reading: Reading, tokens: Sequence[Token]) -> Iterator[Match]:
        at = 0
        while at < len(tokens):
            last = self._end(tokens, at)
            if last is None:
                at += 1
                continue
            span = Span(tokens[at].start, tokens[last].end)
            parts = (span.of(reading.views.raw), *(token.text for token in tokens[at : last + 1]))
            yield Match(span, words=parts)
            at = last + 1

    def _end(self, tokens: Sequence[Token], at: int) -> int | None:
        """The last token of a match that begins at ``at``."""
        if not self.steps[0].fits(tokens[at]):
            return None
        for step in self.steps[1:]:
            found = next((i for i in range(at + 1, min(len(tokens), at + 2 + step.skip)) if step.fits(tokens[i])), None)
            if found is None:
                return None
            at = found
        return at


def sequence(source: Source) -> Run:
    tokens = source.data.get("tokens")
    if not isinstance(tokens, list) or not tokens or not all(isinstance(token, dict) for token in tokens):
        raise source.error("tokens", "a sequence rule needs a list of tokens with a pattern or a tag each")
    flags = "(?i)" if source.flag("ignorecase") else ""
    return Run(tuple(_step(source, token, flags) for token in tokens))


def _step(source: Source, token: dict[str, Any], flags: str) -> Step:
    pattern, tag, skip = token.get("pattern") or "", token.get("tag") or "", token.get("skip") or 0
    if not isinstance(pattern, str) or not isinstance(tag, str) or not (pattern or tag):
        raise source.error("tokens", "each token needs a pattern or a tag")
    if not isinstance(skip, int) or not 0 <= skip <= MOST_SKIPPED:
        raise source.error("tokens", f"skip must be a whole number from 0 to {MOST_SKIPPED}")
    return Step(
        compiled(source, "tokens", flags + pattern) if pattern else None,
        compiled(source, "tokens", tag) if tag else None,
        bool(token.get("negate")),
        skip,
    )
