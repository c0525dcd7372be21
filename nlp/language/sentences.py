"""Certain sentence boundaries in social text, as a spaCy component.

A line break always ends a sentence. Otherwise a full stop, question mark, exclamation mark or ellipsis
ends one, together with the quotation marks, brackets and emoji after it; abbreviations, initials, numbered lines,
decimals and links do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from spacy.attrs import SENT_START

from nlp.language.lexicon import ABBREVIATIONS, SENTENCE_OPENERS, TITLES
from nlp.model import Span
from nlp.surfaces import links

if TYPE_CHECKING:
    from spacy.tokens import Doc

NAME = "repute_sentences"

_END = re.compile(r"(?:[.!?…]+|[!?]+[.!?…]*)")
_EMOTICON = re.compile(r"[:;=][\"'’]?[-o^]?[)(\]\[DPpO/\\|*]+|<3|xD+")
#: A block ends at the next space after this many tokens, at the latest ``MAX_OVERRUN`` later. Only text without sentences has
#: such long blocks: the longest in 1,061 posts has 154 tokens.
MAX_BLOCK_TOKENS, MAX_OVERRUN = 192, 32
_CLOSING = frozenset("\"'”’)]}»*_")


def split_sentences(doc: Doc) -> Doc:
    """Mark the tokens that certainly start a sentence and leave the others undecided. A doc that already has sentence starts
    keeps them."""
    if not len(doc) or doc.has_annotation("SENT_START"):
        return doc
    starts = _starts([token.text for token in doc], [bool(token.whitespace_) for token in doc])
    # As one array: setting token.is_sent_start for a single token scans all tokens.
    values = np.array([[int(i in starts)] for i in range(len(doc))], dtype="uint64")
    return doc.from_array([SENT_START], cast("Any", values))


def split_into_blocks(text: str, words: list[str], spaced: list[bool]) -> Iterator[Span]:
    """The parts of ``text`` between unambiguous sentence boundaries, without surrounding whitespace, in code points; blank
    parts are left out. ``words`` are its tokens, ``spaced`` says whether a space follows each."""
    starts = _starts(words, spaced)
    offsets = []
    offset = length = 0
    after_space = True
    for i, (word, space) in enumerate(zip(words, spaced, strict=True)):
        is_too_long = length >= MAX_BLOCK_TOKENS and (after_space or length >= MAX_BLOCK_TOKENS + MAX_OVERRUN)
        if i in starts or is_too_long:
            offsets.append(offset)
            length = 0
        offset += len(word) + space
        length += 1
        after_space = space
    for start, end in zip(offsets, [*offsets[1:], len(text)][: len(offsets)], strict=True):
        inner = text[start:end].strip()
        if inner:
            begin = text.index(inner[0], start)
            yield Span(begin, begin + len(inner))


def _starts(words: list[str], spaced: list[bool]) -> set[int]:
    starts = {0}
    line = 0
    i = 0
    while i < len(words):
        if "\n" in words[i] or "\r" in words[i]:
            line = i + 1
            starts.add(line)
            i += 1
        elif _ends(words, spaced, i, line):
            i = _after_closing(words, spaced, i)
            starts.add(i)
        else:
            i += 1
    return starts


def _ends(words: list[str], spaced: list[bool], i: int, line: int) -> bool:
    """Whether a sentence ends with token ``i``; ``line`` is where its line begins."""
    word = words[i]
    following = words[i + 1] if i + 1 < len(words) else "\n"
    at_edge = spaced[i] or following.isspace() or following[0] in _CLOSING or links.is_emoji(following)
    if not word.isascii() and links.is_emoji(word):
        return spaced[i] and _opens(following)
    if _END.fullmatch(word) is None:
        # "a.m." and "U.S." are one token: they end a sentence only before a word that opens one.
        return len(word) > 2 and word.endswith(".") and word[0].isalpha() and spaced[i] and _opens(following)
    if not at_edge:
        return False
    if word in ("...", "…", ".."):
        return not following[0].islower()
    return word != "." or _full_stop_ends(words, spaced, i, line)


def _full_stop_ends(words: list[str], spaced: list[bool], i: int, line: int) -> bool:
    """Whether the full stop at ``i`` ends a sentence: not after an abbreviation, an initial or the number of a line."""
    before = words[i - 1] if i else ""
    if i and spaced[i - 1]:
        return True
    if before.lower() == "no":
        # "No. 5" against a plain no.
        return i + 1 >= len(words) or not words[i + 1][0].isdigit()
    numbers_a_line = i - 1 <= line and (before.isdigit() or len(before) == 1)
    initial = len(before) == 1 and before.isupper() and before != "I"
    if initial or before.lower() in ABBREVIATIONS:
        return not numbers_a_line and _opens(words[i + 1] if i + 1 < len(words) else "") and before.lower() not in TITLES
    return not numbers_a_line


def _opens(word: str) -> bool:
    return word[:1].isupper() and word.lower() in SENTENCE_OPENERS


def _after_closing(words: list[str], spaced: list[bool], i: int) -> int:
    """The first token after the end at ``i`` that does not belong to that sentence any more. A straight quotation mark
    closes if no blank precedes it; after a blank it opens the next sentence."""
    i += 1
    while i < len(words):
        if (
            _END.fullmatch(words[i])
            or _EMOTICON.fullmatch(words[i])
            or links.is_emoji(words[i])
            or (all(char in _CLOSING for char in words[i]) and not spaced[i - 1])
        ):
            i += 1
        elif words[i] == "[" and words[i + 1 : i + 2] and words[i + 1].isdigit() and words[i + 2 : i + 3] == ["]"]:
            i += 3
        else:
            break
    # A token of whitespace (two spaces in a row) belongs to the sentence before it.
    while i < len(words) and words[i].isspace() and "\n" not in words[i]:
        i += 1
    return i
