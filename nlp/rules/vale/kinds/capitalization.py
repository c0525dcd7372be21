"""The case of whole blocks: title case, sentence case, lower case or upper case (https://vale.sh/docs/checks/capitalization)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from nlp.rules.patterns import compile_pattern
from nlp.rules.source import MAX_BYTES, Source
from nlp.rules.vale.block import MASK, Block
from nlp.rules.vale.rule import Hit, Memory, Rule, Setting, exceptions

#: The share of words that must have the right case, unless a rule sets its own.
THRESHOLD = 0.8
_WORD = rf"(?:[^\W_]|\{MASK})\S*"
_NUMBER = re.compile(r"\d+\.")
_TITLE_WORD = re.compile(r"[^\W_]+[^\s/-]*")
#: Words that a title keeps in lower case: the first list in the style of the Associated Press, both in that of Chicago.
_SMALL = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "en", "for", "if", "in", "nor", "of", "on", "or", "per", "the", "to", "vs",
     "vs.", "via", "v", "v."}
)  # fmt: skip
_PREPOSITIONS = frozenset(
    {"with", "from", "into", "during", "including", "until", "against", "among", "throughout", "despite", "towards", "upon",
     "concerning", "about", "over", "through", "before", "between", "after", "since", "without", "under", "within", "along",
     "following", "across", "beyond", "around", "down", "near", "above"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Capitalization(Rule):
    """Marks a block that differs from ``expected(text)`` in too many words, or that ``is_right`` rejects."""

    exceptions: Any = None
    pattern: Any = None
    convert: Callable[[str], str] | None = None
    #: Whether a first word with the wrong case is enough.
    first_counts: bool = False
    threshold: float = THRESHOLD

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        match = source.text("match")
        if not match:
            raise source.error("match", "a capitalization rule needs $title, $sentence, $lower, $upper or a pattern")
        terms = source.strings("exceptions") + list(setting.vocabulary.accept if source.flag("vocab", default=True) else ())
        prefix = compile_pattern(source, "prefix", source.text("prefix")) if source.text("prefix") else None
        converters: dict[str, Callable[[str], str]] = {
            "$title": _Title(_Terms(source, terms), prefix, chicago=source.text("style") == "Chicago"),
            "$sentence": _Sentence(_Terms(source, terms), prefix, source.strings("indicators")),
            "$lower": str.lower,
            "$upper": str.upper,
        }
        return cls(
            **common,
            exceptions=exceptions(source, setting),
            pattern=None if match in converters else compile_pattern(source, "match", match),
            convert=converters.get(match),
            first_counts=match == "$sentence",
            threshold=source.number("threshold") or THRESHOLD,
        )

    def find(self, block: Block, _memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        text = block.text
        expected = self.convert(text) if self.convert is not None else self.pattern.pattern
        if not self._is_right(text, expected):
            replacements = (expected,) if self.convert is not None and self.action.name == "replace" else ()
            yield Hit(0, len(text), (text, expected), replacements or self.action.edit(text))

    def _is_right(self, text: str, expected: str) -> bool:
        if self.convert in (str.lower, str.upper):
            return text == expected or self._allows(text)
        if self.convert is None:
            return self.pattern.search(text) is not None or self._allows(text)
        words, right = _split_words(text, self.exceptions), _split_words(expected, self.exceptions)
        if self.first_counts and words and not self._fits(words[0], right[:1]) and words[0] != words[0].lower().capitalize():
            return False
        count = sum(self._fits(word, right[number : number + 1]) for number, word in enumerate(words))
        return not words or count / len(words) >= self.threshold

    def _fits(self, word: str, expected: list[str]) -> bool:
        """Whether ``word`` is as expected, or one that may have any case: an exception, and capitals in a title."""
        return expected in ([], [word]) or self._allows(word) or (not self.first_counts and word == word.upper())

    def _allows(self, words: str) -> bool:
        return self.exceptions is not None and self.exceptions.search(words) is not None


class _Terms:
    """Words that keep the case in which they are listed, or as patterns the case of the text."""

    def __init__(self, source: Source, terms: Sequence[str]) -> None:
        self._by_lower = {term.lower(): term for term in terms}
        pattern = "|".join(f"(?:{term})" for term in terms)
        self._pattern = compile_pattern(source, "exceptions", pattern, longest=MAX_BYTES) if terms else None
        self._tokens = compile_pattern(source, "exceptions", rf"(?i)\b(?:{pattern})\b", longest=MAX_BYTES) if terms else None

    def find(self, word: str) -> str:
        """How ``word`` is to be written; empty where no term says so."""
        if self._pattern is None:
            return ""
        return self._by_lower.get(word.lower()) or (word if self._pattern.search(word) is not None else "")

    def words(self, text: str) -> list[str]:
        """The words of ``text``; a term of several words is one."""
        return _split_words(text, self._tokens)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Sentence case: the first word has a capital, and words after an indicator such as a colon, or after a number that begins
    the text."""

    terms: _Terms
    prefix: Any
    indicators: list[str]

    def __call__(self, text: str) -> str:
        prefix, rest = _split(self.prefix, text)
        made: list[str] = []
        previous = ""
        for number, word in enumerate(self.terms.words(rest)):
            begins = number == 0 or self._indicates(previous, number - 1)
            made.append(self.terms.find(word) or (word[:1].upper() + word[1:].lower() if begins else word.lower()))
            previous = word
        return prefix + " ".join(made)

    def _indicates(self, word: str, number: int) -> bool:
        if number == 0 and _NUMBER.search(word):
            return True
        return any(word.endswith(indicator) and len(word) > len(indicator) for indicator in self.indicators)


@dataclass(frozen=True, slots=True)
class _Title:
    """Title case: every word has a capital, apart from small words between the first and the last."""

    terms: _Terms
    prefix: Any
    chicago: bool

    def __call__(self, text: str) -> str:
        prefix, rest = _split(self.prefix, text)
        return prefix + _TITLE_WORD.sub(lambda match: self._word(match, rest), rest)

    def _word(self, match: re.Match[str], text: str) -> str:
        word, start, end = match.group(), match.start(), match.end()
        if known := self.terms.find(word):
            return known
        small = word.lower() in _SMALL or (self.chicago and word.lower() in _PREPOSITIONS)
        inside = (
            start > 0 and end < len(text) and text[start - 1] in " -/" and text[max(0, start - 2) : start - 1] not in (":", "-")
        )
        if small and inside and (text[end : end + 1] != "-" or text[start - 1] == "-"):
            return word.lower()
        return word[:1].upper() + word[1:]


def _split_words(text: str, terms: Any) -> list[str]:
    """The words of ``text``; what the pattern ``terms`` matches is one."""
    found: list[str] = []
    end = 0
    for match in terms.finditer(text) if terms is not None else ():
        if match.start() < match.end() and match.start() >= end:
            found += [*re.findall(_WORD, text[end : match.start()]), match.group()]
            end = match.end()
    return found + re.findall(_WORD, text[end:])


def _split(prefix: Any, text: str) -> tuple[str, str]:
    """The words at the beginning of ``text`` that ``prefix`` matches, and the rest."""
    match = prefix.search(text) if prefix is not None else None
    return (match.group(), text.removeprefix(match.group())) if match is not None else ("", text)
