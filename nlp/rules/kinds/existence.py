"""Words to avoid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nlp.model import Span
from nlp.rules.parsing import bounded, case_flag, exceptions
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Match, PatternRule
from nlp.rules.sentence import begins_sentence
from nlp.rules.source import Source

if TYPE_CHECKING:
    from nlp.language import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Existence(PatternRule):
    """Marks every match of its pattern and offers the replacement that its action produces."""

    @classmethod
    def parse(cls, source: Source, common: dict[str, Any]) -> Self:
        parts = [part for part in source.strings("tokens") if part]
        raw = "".join(source.strings("raw"))
        if not parts and not raw:
            raise source.error("tokens", "an existence rule needs tokens or raw")
        tokens = bounded(source, "|".join(parts)) if parts else ""
        whole = tokens + raw if source.flag("append") else raw + tokens
        pattern = compile_pattern(source, "tokens" if parts else "raw", case_flag(source) + whole)
        return cls(**common, pattern=pattern, exceptions=exceptions(source))

    def find(self, reading: Reading) -> Iterator[Match]:
        for span, _ in self.pattern_matches(reading):
            if self.action.name == "remove":
                yield _removal(span, reading)
            else:
                yield Match(span, self.action.edit(span.of(reading.views.raw)))


#: Words that go on with what stands before them, so that no sentence begins with them where it is deleted.
_CONTINUES = frozenset({"and", "are", "for", "is", "of", "or", "than", "that", "to", "was", "were", "where", "which", "with"})


def _removal(span: Span, reading: Reading) -> Match:
    """A match that deletes the words together with the whitespace and punctuation that would be left over. At the start of a
    sentence the match includes the next word, which gets the capital. Where no sentence would be left, because no word follows
    or the next one goes on with the deleted words, there is no replacement."""
    text = reading.views.raw
    words = (span.of(text).strip(),)
    at_start = begins_sentence(text, span.start)
    end = span.end
    while end < len(text) and (text[end] in " ,:;\u00a0\u2014-" or (span.start == 0 and text[end].isspace())):
        end += 1
    following = next((word for word in reading.words_in(Span(end, len(text)))[:1] if word.start == end), None)
    if following is None or (at_start and following.lower in _CONTINUES and "," not in text[span.end : end]):
        return Match(span, (), words)
    if at_start and following.text[0].islower() and text[span.start].isupper():
        return Match(Span(span.start, following.end), (following.text[0].upper() + following.text[1:],), words)
    if text[: span.start].endswith(", ") and text[span.end : span.end + 1] == ",":
        # The words are between two commas; both commas are deleted.
        return Match(Span(span.start - 2, end), (" ",), words)
    return Match(Span(span.start, end), ("",), words)
