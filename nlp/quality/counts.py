"""What the features of a text are computed from, counted line by line, so that an edit only affects its line."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Sequence
from importlib import resources
from typing import NamedTuple

from nlp.language.norms import norms
from nlp.model import Span
from nlp.surfaces import links

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*", re.UNICODE)
#: Words of a text among which a figure counts as one in its opening.
OPENING_WORDS = 5

_END = re.compile(r"[.!?…]+(?=\s|$)")
POINTING = frozenset({"this", "these", "here", "here's", "that", "those"})
CURIOUS = frozenset({"how", "why", "what", "which", "who", "when", "where"})
_YOU = frozenset({"you", "your", "yours", "you're", "you'll", "you've", "yourself"})
_I = frozenset({"i", "i'm", "i've", "i'll", "me", "my", "mine", "we", "our", "us", "we're"})
_WRITER = frozenset({"i", "i'm", "i've", "i'll", "i'd"})
_THIRD = frozenset({"he", "she", "they", "his", "her", "their", "him", "them"})
_STRONG = frozenset(
    {
        "amazing", "awesome", "best", "biggest", "brilliant", "crazy", "epic", "extremely", "finally", "genius", "greatest",
        "hilarious", "huge", "incredible", "insane", "literally", "massive", "perfect", "perfectly", "shocking", "stunning",
        "totally", "ultimate", "unbelievable", "weird", "worst",
    }
)  # fmt: skip
#: Words of posts that are missing in edited English.
_POST_WORDS = (
    "alert awesome blog breaking cc column crazy epic exclusive facts funny gallery genius guide hilarious icymi insane link "
    "literally missed official photo photos pic pics revealed secret shocking stunning thank thanks tips tonight ultimate "
    "unbelievable update updated via video videos watch weird yesterday"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LARGE = re.compile(r"\d[\d,]{3,}|\b(?:million|billion|thousand)\b", re.IGNORECASE)
_SMILEY = re.compile(r"(?<!\w)[:;]-?[)DP(](?!\w)|<3")
_REPEATED = re.compile(r"[!?]{2,}")
_ARROW = re.compile(r"->|>>|[»→]")
#: Requests to share: they are bait, and no model may learn that they work.
_REACH_REQUEST = re.compile(r"\b(?:rts?|retweet(?:s|ing)?|repost|pls|plz|please|share|follow|spread)\b", re.IGNORECASE)
_PLACEHOLDER = "Name"


@functools.cache
def vocabulary() -> frozenset[str]:
    """The closed list: words with twelve or more uses in the training treebanks, and some words of posts."""
    listed = resources.files(__package__).joinpath("vocabulary.txt").read_text(encoding="utf-8").split()
    return frozenset(map(sys.intern, (*listed, *_POST_WORDS.split())))


class Numbers(NamedTuple):
    """Counts that add up over the lines of a text."""

    words: int
    letters: int
    capitals: int
    sentences: int
    shouted: int
    capitalized: int
    figures: int
    questions: int
    exclamations: int
    ellipses: int
    colons: int
    commas: int
    long_dashes: int
    brackets: int
    semicolons: int
    ampersands: int
    percent: int
    money: int
    long_words: int
    short_words: int
    pointing: int
    curious: int
    you: int
    i: int
    third_person: int
    strong: int
    listed: int
    years: int
    large_numbers: int
    smileys: int
    repeated_marks: int


NONE = Numbers(*(0 for _ in Numbers._fields))


class Counts(NamedTuple):
    """``opening``: the first words, lower-case. ``distinct``: all words, lower-case. ``rated``: the ratings of those words
    that have some, in order."""

    prose: str
    numbers: Numbers
    opening: tuple[str, ...]
    distinct: frozenset[str]
    rated: tuple[tuple[float, ...], ...]


def count(prose: str) -> Counts:
    words: list[str] = WORD.findall(prose)
    lower = [sys.intern(word.lower()) for word in words]
    listed, ratings = vocabulary(), norms()
    numbers = Numbers(
        words=len(words),
        letters=sum(map(len, words)),
        capitals=sum(map(str.isupper, prose)),
        sentences=len(_END.findall(prose)),
        shouted=sum(len(word) > 2 and word.isupper() for word in words),
        capitalized=sum(word[0].isupper() for word in words),
        figures=sum(word[0].isdigit() for word in words),
        questions=prose.count("?"),
        exclamations=prose.count("!"),
        ellipses=prose.count("...") + prose.count("…"),
        colons=prose.count(":"),
        commas=prose.count(","),
        long_dashes=prose.count("–") + prose.count("—"),
        brackets=prose.count("(") + prose.count("["),
        semicolons=prose.count(";"),
        ampersands=prose.count("&"),
        percent=prose.count("%"),
        money=sum(map(prose.count, "$€£")),
        long_words=sum(len(word) > 7 for word in words),
        short_words=sum(len(word) < 4 for word in words),
        pointing=sum(word in POINTING for word in lower),
        curious=sum(word in CURIOUS for word in lower),
        you=sum(word in _YOU for word in lower),
        i=sum(word in _I for word in lower),
        third_person=sum(word in _THIRD for word in lower),
        strong=sum(word in _STRONG for word in lower),
        listed=sum(word in listed for word in lower),
        years=_YEAR.search(prose) is not None,
        large_numbers=_LARGE.search(prose) is not None,
        smileys=_SMILEY.search(prose) is not None,
        repeated_marks=_REPEATED.search(prose) is not None,
    )
    rated = tuple(ratings[word] for word in lower if word in ratings)
    return Counts(prose, numbers, tuple(lower[:OPENING_WORDS]), frozenset(lower), rated)


class Prose:
    """A line or text as it is read by the features: its words are counted with a placeholder for each name, or as they are."""

    def __init__(self, prose: str) -> None:
        self.text = prose.replace("’", "'")
        words = [*WORD.finditer(self.text)]
        self.words = len(words)
        later = tuple(Span(*word.span()) for word in words[1:] if _is_capitalized(word) and word.group().lower() not in _WRITER)
        first = [Span(*word.span()) for word in words[:1] if _is_capitalized(word)]
        self._names = {
            True: (*(span for span in first if span.of(self.text).lower() not in vocabulary()), *later),
            False: (*(span for span in first if span.of(self.text).lower() not in _WRITER), *later),
        }
        self._counts: dict[tuple[Span, ...], Counts] = {}

    def names(self, *, opens: bool) -> int:
        """How many of the words are names, recognised by their capitals. ``opens``: the first word is the first of the text,
        which has a capital without being a name."""
        return len(self._names[opens])

    def counts(self, *, anonymous: bool, opens: bool) -> Counts:
        names = self._names[opens] if anonymous else ()
        counts = self._counts.get(names)
        if counts is None:
            # Two threads may count the same words at once; either result is correct.
            counts = self._counts[names] = count(_replace(self.text, names, _PLACEHOLDER))
        return counts


class PostLine:
    """A line of a text as it is posted. ``prose``: without links and mentions, and without requests to pass it on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.urls, self.mentions, self.hashtags = links.urls(text), links.mentions(text), links.hashtags(text)
        self.emoji = len(links.emoji(text))
        self.has_arrow = _ARROW.search(text) is not None
        spans = sorted((*self.urls, *self.mentions), key=lambda span: span.start)
        self.prose = Prose(without_reach_requests(_replace(text, spans, " ")))


def without_reach_requests(text: str) -> str:
    """``text`` without requests to pass it on, its words separated by single blanks."""
    return " ".join(_REACH_REQUEST.sub(" ", text).split())


def _is_capitalized(word: re.Match[str]) -> bool:
    """Whether a word begins with a capital and is not an abbreviation."""
    text = word.group()
    return text[0].isupper() and not (len(text) > 1 and text.isupper())


def _replace(text: str, spans: Sequence[Span], replacement: str) -> str:
    """``text`` with ``replacement`` in place of each of ``spans``, in order; of two that overlap the first counts."""
    parts = []
    end = 0
    for span in spans:
        if span.start >= end:
            parts += [text[end : span.start], replacement]
            end = span.end
    return "".join([*parts, text[end:]]) if parts else text
