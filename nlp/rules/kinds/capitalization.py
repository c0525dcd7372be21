"""The case of whole headings or sentences: title case, sentence case, lower case or upper case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from nlp.model import Span
from nlp.rules.parsing import Setting, exceptions
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Match, TextRule
from nlp.rules.source import Source

if TYPE_CHECKING:
    from nlp.language import Reading

#: The share of words that must have the right case, unless a rule sets its own.
THRESHOLD = 0.8
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_BULLET = re.compile(r"\s*(?:#{1,6}\s+)?")
#: Words that a title keeps in lower case: up to three letters in Associated Press style, all of them in Chicago style.
_SMALL = frozenset(
    {
        "a", "an", "and", "as", "at", "but", "by", "en", "for", "if", "in", "nor", "of", "on", "or", "per", "so", "the", "to",
        "v", "vs", "via", "yet", "about", "above", "across", "after", "against", "along", "among", "around", "before", "behind",
        "below", "beneath", "beside", "between", "beyond", "down", "during", "from", "inside", "into", "like", "near", "off",
        "onto", "out", "over", "past", "since", "than", "through", "toward", "under", "until", "up", "upon", "with", "within",
        "without",
    }
)  # fmt: skip
_MAX_SMALL_LETTERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Capitalization(TextRule):
    """Marks a part of the text, without its bullet, whose case ``is_right`` rejects."""

    is_right: Callable[[str], bool]
    prefix: Any = None

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        prefix = source.text("prefix")
        return cls(
            **common,
            is_right=_case_check(source, exceptions(source, setting)),
            prefix=compile_pattern(source, "prefix", prefix) if prefix else None,
        )

    def find(self, reading: Reading) -> Iterator[Match]:
        text = self.text(reading)
        for part in self.parts(reading):
            bullet = _BULLET.match(text, part.start, part.end)
            start = bullet.end() if bullet else part.start
            words = text[start : part.end].strip()
            if self.prefix is not None and (match := self.prefix.search(words)) is not None and match.start() == 0:
                words = words[match.end() :]
            if words and not self.is_right(words):
                words_start = text.index(words, start)
                yield Match(Span(words_start, words_start + len(words)), words=(words,))


def _case_check(source: Source, allowed: Any) -> Callable[[str], bool]:
    match_type = source.text("match")
    threshold = source.number("threshold", THRESHOLD)
    if match_type == "$title":
        return partial(_is_title, allowed=allowed, threshold=threshold, chicago=source.text("style", "AP") == "Chicago")
    if match_type == "$sentence":
        return partial(_is_sentence, allowed=allowed, threshold=threshold, indicators=tuple(source.strings("indicators")))
    if match_type == "$lower":
        return lambda words: _without_exceptions(words, allowed) == _without_exceptions(words, allowed).lower()
    if match_type == "$upper":
        return lambda words: _without_exceptions(words, allowed) == _without_exceptions(words, allowed).upper()
    if match_type:
        pattern = compile_pattern(source, "match", match_type)
        return lambda words: pattern.search(words) is not None
    raise source.error("match", "a capitalization rule needs $title, $sentence, $lower, $upper or a pattern")


def _without_exceptions(words: str, allowed: Any) -> str:
    """The words that no exception covers, joined by spaces."""
    return " ".join(word for word in _WORD.findall(words) if not _is_allowed(word, allowed))


def _is_allowed(word: str, allowed: Any) -> bool:
    return allowed is not None and allowed.fullmatch(word) is not None


def _is_sentence(words: str, *, allowed: Any, threshold: float, indicators: tuple[str, ...]) -> bool:
    """The first word has a capital and the others have none, apart from exceptions, acronyms, and words that follow
    an indicator such as a colon."""
    matches = list(_WORD.finditer(words))
    right = 0
    for number, match in enumerate(matches):
        word = match.group()
        starts_sentence = number == 0 or words[: match.start()].rstrip().endswith(indicators or ("\0",))
        if _is_allowed(word, allowed) or not word[0].isalpha() or (len(word) > 1 and word.upper() == word):
            right += 1
        elif starts_sentence:
            right += word[0].isupper()
        else:
            right += word == word.lower()
    return _meets_threshold(right, len(matches), threshold)


def _is_title(words: str, *, allowed: Any, threshold: float, chicago: bool) -> bool:
    """Every word has a capital, apart from short words between the first and the last."""
    matches = _WORD.findall(words)
    right = 0
    for number, word in enumerate(matches):
        small = word.lower() in _SMALL and (chicago or len(word) <= _MAX_SMALL_LETTERS) and 0 < number < len(matches) - 1
        if _is_allowed(word, allowed) or not word[0].isalpha():
            right += 1
        else:
            right += (word == word.lower()) if small else word[0].isupper()
    return _meets_threshold(right, len(matches), threshold)


def _meets_threshold(right: int, count: int, threshold: float) -> bool:
    return right == count or right / count > threshold
