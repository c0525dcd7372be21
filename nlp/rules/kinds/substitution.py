"""Words with a better alternative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nlp.model import Span
from nlp.rules.parsing import bounded, case_flag, exceptions
from nlp.rules.patterns import compile_pattern, is_linear
from nlp.rules.rule import Match, PatternRule, fill_placeholders
from nlp.rules.sentence import begins_sentence
from nlp.rules.source import Source
from nlp.rules.swap import Swap

if TYPE_CHECKING:
    from nlp.language import Reading

_ARTICLE = re.compile(r"(?<!\w)([Aa]n?) $")
_VOWEL_SOUND = re.compile(r"[aeiou]|hour|honest|heir", re.IGNORECASE)
_CONSONANT_SOUND = re.compile(r"uni(?!n|m)|us[aeiu]|eu|one\b|once\b|ubiq|uti", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution(PatternRule):
    """Marks the keys of its swap and offers their replacements. ``message_without`` is the message where there is no
    replacement."""

    swap: Swap
    message_without: str = ""

    @classmethod
    def parse(cls, source: Source, common: dict[str, Any]) -> Self:
        table = source.table("swap", "a substitution rule needs a mapping of words to replacements")
        prefix = case_flag(source)
        pattern = compile_pattern(source, "swap", prefix + bounded(source, "|".join(table)))
        if not is_linear(pattern):
            # With lookaround, only the group shows which key matched.
            pattern = compile_pattern(source, "swap", prefix + bounded(source, "|".join(f"({key})" for key in table)))
        without = (source.data.get("repute") or {}).get("without", "")
        return cls(
            **common,
            pattern=pattern,
            exceptions=exceptions(source),
            swap=_swap(source, table),
            message_without=str(without),
        )

    def find(self, reading: Reading) -> Iterator[Match]:
        text = self.text(reading)
        for span, match in self.pattern_matches(reading):
            words = span.of(text)
            options = self._options(words, match)
            if options is None or _is_already_used(words, options):
                continue
            if words.isupper() and len(words) > 1:
                options = tuple(option.upper() for option in options)
            elif not begins_sentence(reading.views.raw, span.start):
                options = tuple(_inside_sentence(option, words) for option in options)
            yield _with_article(span, options, reading)

    def _options(self, words: str, match: Any) -> tuple[str, ...] | None:
        return self.swap.options(words, capital=True) if self.is_linear else self.swap.options_of(match, capital=True)

    def message(self, match: Match, quote: str) -> str:
        """The message; of two ``%s``, the first is the replacement, as in Vale."""
        text = self.info.message
        words = match.words or (quote,)
        if match.replacements and text.count("%s") > 1:
            words = (match.replacements[0], *words)
        elif not match.replacements and self.message_without:
            text = self.message_without
        return fill_placeholders(text, words)


def _swap(source: Source, table: dict[str, str]) -> Swap:
    pairs = []
    groups = []
    group = 1
    for key, value in table.items():
        pattern = compile_pattern(source, "swap", f"{case_flag(source)}(?:{key})")
        pairs.append((pattern, tuple(value.split("|")) if value else ()))
        groups.append(group)
        group += 1 + pattern.groups
    return Swap(tuple(pairs), tuple(groups))


def _is_already_used(words: str, options: tuple[str, ...]) -> bool:
    """Whether the text already has a replacement that would be offered."""
    return bool(options) and (words in options or all(option.lower() == words.lower() for option in options))


def _inside_sentence(option: str, words: str) -> str:
    """``option`` without the capital that it took from an "I" inside a sentence."""
    first = option.partition(" ")[0]
    if (
        not words.startswith(("I ", "I'", "I’"))
        or first in ("I", "I'm", "I've", "I'd", "I'll")
        or first[1:] != first[1:].lower()
    ):
        return option
    return option[:1].lower() + option[1:]


def _with_article(span: Span, options: tuple[str, ...], reading: Reading) -> Match:
    """The match. It includes the "a" or "an" before it where a replacement needs the other article."""
    article = _ARTICLE.search(reading.views.raw, max(0, span.start - 3), span.start)
    if article is None or all(_takes_an(option) == (len(article.group(1)) == 2) for option in options if option):
        return Match(span, options)
    capital = article.group(1)[0]
    with_articles = tuple(f"{capital}{'n' if _takes_an(option) else ''} {option}" for option in options)
    return Match(Span(article.start(1), span.end), with_articles)


def _takes_an(words: str) -> bool:
    return bool(_VOWEL_SOUND.match(words)) and not _CONSONANT_SOUND.match(words)
