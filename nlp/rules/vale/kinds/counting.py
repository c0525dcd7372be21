"""Rules that count occurrences, and rules that find repeated words (https://vale.sh/docs/checks/occurrence and /repetition)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from nlp.rules.patterns import compile_pattern, is_linear
from nlp.rules.source import Source
from nlp.rules.vale import prose
from nlp.rules.vale.block import MASK, Block
from nlp.rules.vale.rule import Hit, Memory, PatternRule, Rule, Setting, case_flag, exceptions, phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence(Rule):
    """Fires where its pattern occurs more than ``maximum`` or fewer than ``minimum`` times in a block; 0 means no bound."""

    pattern: Any
    minimum: int = 0
    maximum: int = 0

    @classmethod
    def parse(cls, source: Source, _setting: Setting, common: dict[str, Any]) -> Self:
        return cls(
            **common,
            pattern=compile_pattern(source, "token", f"{case_flag(source)}(?:{source.text('token')})"),
            minimum=int(source.number("min")),
            maximum=int(source.number("max")),
        )

    @property
    def is_linear(self) -> bool:
        return is_linear(self.pattern)

    def find(self, block: Block, _memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        spans = [match.span() for match in self.pattern.finditer(block.text)]
        if not (0 < self.maximum < len(spans) or len(spans) < self.minimum):
            return
        words = (str(len(spans)),)
        # Code is counted but not marked.
        first = next((span for span in spans if block.text[slice(*span)].strip(f"{MASK} \n\t")), None)
        if first is not None:
            yield Hit(first[0], first[1], words)
        elif not spans:
            yield Hit(words=words, whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition(PatternRule):
    """Fires on words that follow each other more than ``maximum`` times. ``alpha`` restricts it to words made of letters."""

    phrases: Any = None
    maximum: int = 0
    alpha: bool = False
    ignores_case: bool = False

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        return cls(
            **common,
            pattern=compile_pattern(source, "tokens", f"{case_flag(source)}(?:{'|'.join(source.strings('tokens'))})"),
            exceptions=exceptions(source, setting),
            phrases=phrases(source, setting),
            nonword=True,
            maximum=int(source.number("max")),
            alpha=source.flag("alpha"),
            ignores_case=source.flag("ignorecase"),
        )

    def find(self, block: Block, _memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        text = block.text
        previous, previous_start, count = "", 0, 0
        allowed: list[tuple[int, int]] | None = None
        for match in self.matches(text):
            word = match.group().strip()
            if word and self._is_same(word, previous):
                count += 1
                both = text[previous_start : match.end()]
                if count > self.maximum and len(list(prose.sentences(both))) == 1 and not self.allows(both):
                    if allowed is None:
                        allowed = [m.span() for m in self.phrases.finditer(text)] if self.phrases is not None else []
                    if not any(start <= previous_start and match.end() <= end for start, end in allowed):
                        yield Hit(previous_start, match.end(), (word,), self.action.edit(both) or (previous,))
                        count = 0
            previous, previous_start = word, match.start()

    def _is_same(self, word: str, previous: str) -> bool:
        same = word.casefold() == previous.casefold() if self.ignores_case else word == previous
        return same and (word.isalpha() or not self.alpha)
