"""Sentence ends in social text, as a spaCy component.

A line break ends a sentence, whatever stands before it. Otherwise a full stop, question mark, exclamation mark or ellipsis
ends one, together with the quotation marks, brackets and emoji behind it; abbreviations, initials, numbered lines,
decimals and links do not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language

from nlp.surfaces import links

if TYPE_CHECKING:
    from spacy.tokens import Doc

NAME = "repute_sentences"

_END = re.compile(r"(?:[.!?…]+|[!?]+[.!?…]*)")
_CLOSING = frozenset("\"'”’)]}»*_")
#: Written with a full stop inside a sentence; the tokenizer keeps some of them whole, others not.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st sr jr vs approx no fig est dept inc ltd co corp llc gov sen rep gen capt jan feb mar apr jun jul aug "
    "sep sept oct nov dec mon tue tues wed thu thurs fri sat sun e.g i.e eg ie cf al ca min max avg incl ext tel".split()
)
#: Abbreviations that do end sentences when a common opening word follows ("at 9 a.m. We met").
_STARTERS = frozenset(
    "a an and as at but for he her here his how i if in it its my no not now our she so that the their then there these they "
    "this those to we what when where which who why with yes you your".split()
)


@Language.component(NAME, assigns=["token.is_sent_start"])
def split_sentences(doc: Doc) -> Doc:
    words = [token.text for token in doc]
    spaced = [bool(token.whitespace_) for token in doc]
    starts = _starts(words, spaced)
    # All at once: setting token.is_sent_start one by one looks at every token each time.
    marks = np.array([[1 if i in starts else -1] for i in range(len(words))], dtype="int64").astype("uint64")
    return doc.from_array([SENT_START], marks) if words else doc


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
            i = _after_closing(words, i)
            starts.add(i)
        else:
            i += 1
    return starts


def _ends(words: list[str], spaced: list[bool], i: int, line: int) -> bool:
    """Whether a sentence ends with token ``i``; ``line`` is where its line begins."""
    word = words[i]
    following = words[i + 1] if i + 1 < len(words) else "\n"
    at_edge = spaced[i] or following.isspace() or following[0] in _CLOSING or links.is_emoji(following)
    if _END.fullmatch(word) is None:
        # "a.m." and "U.S." are one token: they end a sentence only before a word that opens one.
        return len(word) > 2 and word.endswith(".") and word[0].isalpha() and spaced[i] and _opens(following)
    if not at_edge:
        return False
    if word in ("...", "…", ".."):
        return not following[0].islower()
    if word != ".":
        return True
    before = words[i - 1] if i else ""
    if i - 1 <= line and (before.isdigit() or len(before) == 1):
        return False
    if spaced[i - 1] if i else False:
        return True
    if before.lower() in _ABBREVIATIONS:
        return _opens(following) and before.lower() not in ("mr", "mrs", "ms", "dr", "prof", "st", "no", "vs")
    return not (len(before) == 1 and before.isupper() and before != "I" and not _opens(following))


def _opens(word: str) -> bool:
    return word[:1].isupper() and word.lower() in _STARTERS


def _after_closing(words: list[str], i: int) -> int:
    """The first token after the end at ``i`` that does not belong to that sentence any more."""
    i += 1
    while i < len(words) and (
        _END.fullmatch(words[i]) or all(c in _CLOSING for c in words[i]) or links.is_emoji(words[i])
    ):
        i += 1
    # A space of its own (two blanks in a row) stays with the sentence before it.
    while i < len(words) and words[i].isspace() and "\n" not in words[i]:
        i += 1
    return i
