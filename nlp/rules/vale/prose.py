"""Sentences, words and the counts of readability formulas, divided and counted as Vale does.

Vale divides with the Punkt tokenizer and counts with jdkato/prose; these functions follow their rules. No parser is needed, so
a text of 500,000 bytes takes a fraction of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.language.lexicon import ABBREVIATIONS, TITLES
from nlp.model import Span

_END = re.compile(r"[.!?]+[\"'”’)\]*_]*(?=\s|$)")
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘]+$")
_COUNTED_WORD = re.compile(r"(?:[A-Z]\.){2,}|(?:[^\W_]|')+")
_PARAGRAPH = re.compile(r".+?(?:\n\n|\Z)", re.DOTALL)
#: What a word loses at its ends before it is looked up in a dictionary.
_PREFIXES, _SUFFIXES = "$(\"['*", ",)\"]!;.?:'*"
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
#: Letters; a longer word counts as long, and more syllables make it complex.
_LONG, _COMPLEX = 6, 2


def sentences(text: str) -> Iterator[Span]:
    """The sentences of ``text``, without surrounding whitespace. A blank line ends one, a line break does not."""
    for paragraph in paragraphs(text):
        start = paragraph.start
        for end in _END.finditer(text, paragraph.start, paragraph.end):
            if not _is_abbreviated(text[start : end.start()], end.group()):
                yield from _stripped(text, start, end.end())
                start = end.end()
        yield from _stripped(text, start, paragraph.end)


def paragraphs(text: str) -> Iterator[Span]:
    """The parts of ``text`` up to and including each blank line."""
    return (Span(match.start(), match.end()) for match in _PARAGRAPH.finditer(text) if match.group().strip())


def words(text: str) -> Iterator[tuple[str, int]]:
    """The words of ``text`` to look up in a dictionary, with straight quotation marks, and where each begins."""
    for match in re.finditer(r"\S+", text):
        token = match.group().translate(_QUOTES)
        start = len(token) - len(token.lstrip(_PREFIXES))
        word = token[start:].rstrip(_SUFFIXES)
        if any(char.isalpha() for char in word):
            yield word, match.start() + start


def counts(text: str) -> dict[str, float]:
    """The counts that the formula of a metric may name; empty for a text without words."""
    found = [match.group() for match in _COUNTED_WORD.finditer(text)]
    if not found:
        return {}
    by_word = [_syllables(word) for word in found]
    return {
        "words": len(found),
        "sentences": sum(1 for _ in sentences(text)),
        "paragraphs": sum(1 for _ in paragraphs(text)),
        "characters": sum(char.isalnum() for word in found for char in word),
        "syllables": sum(by_word),
        "polysyllabic_words": sum(count > _COMPLEX for count in by_word),
        "complex_words": sum(
            count - word.endswith(("es", "ed", "ing")) > _COMPLEX for word, count in zip(found, by_word, strict=True)
        ),
        "long_words": sum(len(word) > _LONG for word in found),
    }


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    return groups - word.endswith(("e", "es"))


def _is_abbreviated(before: str, end: str) -> bool:
    """Whether a full stop after ``before`` belongs to an abbreviation, an initial or a number that begins the sentence."""
    if not end.startswith(".") or end.startswith(".."):
        return False
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    last = word.group()
    is_number = last.isdigit() and not before[: word.start()].strip()
    is_initial = len(last) == 1 and last.isalpha() and last != "I"
    return is_number or is_initial or last.lower() in ABBREVIATIONS or last.lower() in TITLES or "." in last


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    inner = text[start:end].strip()
    if inner:
        begin = start + len(text[start:end]) - len(text[start:end].lstrip())
        yield Span(begin, begin + len(inner))
