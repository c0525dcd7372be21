"""A text as its parts: words, sentences, paragraphs, links, hashtags, mentions, emoji, with where each of them stands."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nlp.model import Span
from nlp.surfaces import links

if TYPE_CHECKING:
    from spacy.tokens import Doc

#: Stands for one character of a link, hashtag or mention where only prose counts: matches no letter, blank or mark.
MASK = "\x01"
#: Begins with a letter; digits within it belong to it ("B2B"), a letter behind a figure does not begin one ("3x").
_WORD = re.compile(r"(?<![^\W_])[^\W\d_][^\W_]*(?:['-][^\W_]+)*")
_NUMBER = re.compile(r"(?<![\w.,])[$€£]?\d+(?:[.,]\d+)*(?:\s?%|[kKmMbB](?![^\W\d_])|x\b|\+)?(?![\w])", re.UNICODE)
_RANK = re.compile(r"(?:#\s?|\b(?:no\. ?|number |ranked ))\d+$|\btop \d+(?:[.,]\d+)?\s?%$", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\S(?:.|\n(?![^\S\n]*\n))*", re.UNICODE)
_LINE = re.compile(r"\S[^\n]*")
#: Words between quotation marks on one line; an apostrophe within a word closes nothing, nor does the sign for inches open.
_QUOTATION = re.compile(
    r"“[^“”\n]+”|„[^„“\n]+“|«[^«»\n]+»|‘(?:[^‘’\n]|’(?=\w))+’|(?<!\w)\"(?=\S)[^\"\n]+(?<=\S)\"(?!\w)"
    r"|(?<!\w)'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w))+(?<=\S)'(?!\w)"
)
#: Typed either way, meant the same; each is one character for one, so offsets hold.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "‑": "-"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the prose. ``lower`` has straight apostrophes; ``sentence`` is the index of its sentence."""

    text: str
    lower: str
    start: int
    end: int
    sentence: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Reading:
    """A read text. ``prose`` is the text with straight quotes and everything that is no prose masked out, character for
    character; rules match on it. Spans are code points of ``text``."""

    def __init__(self, doc: Doc, text: str, sentences: tuple[Span, ...]) -> None:
        self.doc = doc
        self.text = text
        self.sentences = sentences
        self.links = links.urls(text)
        self.hashtags = tuple(tag for tag in links.hashtags(text) if not _inside(tag, self.links))
        self.mentions = tuple(name for name in links.mentions(text) if not _inside(name, self.links))
        self.emoji = tuple(picture for picture in links.emoji(text) if not _inside(picture, self.links))
        self.plain = text.translate(_PLAIN)
        self.prose = _masked(self.plain, (*self.links, *self.hashtags, *self.mentions))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        starts = [span.start for span in self.sentences]
        return tuple(
            Word(m.group(), m.group().lower(), m.start(), m.end(), max(0, bisect.bisect_right(starts, m.start()) - 1))
            for m in _WORD.finditer(self.prose)
        )

    @cached_property
    def numbers(self) -> tuple[Span, ...]:
        """Figures as written, with currency, percent or multiplier; not the ones that number a line ("1.") or tell a
        rank ("#1", "top 1%"), which measure nothing."""
        found = (Span(*match.span()) for match in _NUMBER.finditer(self.prose))
        return tuple(s for s in found if not self._numbers_a_line(s) and not self._tells_a_rank(s))

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """Blocks between blank lines."""
        return tuple(Span(m.start(), m.start() + len(m.group().rstrip())) for m in _PARAGRAPH.finditer(self.text))

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        """Words that the writer says or shows as another's, with their marks. None where the whole text is quoted: then the
        words are the writer's own."""
        found = tuple(Span(*match.span()) for match in _QUOTATION.finditer(self.text))
        return found if _WORD.search(_masked(self.prose, found)) else ()

    def is_quoted(self, span: Span) -> bool:
        before = bisect.bisect_right(self.quotations, span.start, key=lambda quotation: quotation.start)
        return before > 0 and span.end <= self.quotations[before - 1].end

    @cached_property
    def lines(self) -> tuple[Span, ...]:
        """Lines that hold something."""
        return tuple(Span(m.start(), m.start() + len(m.group().rstrip())) for m in _LINE.finditer(self.text))

    @cached_property
    def prose_sentences(self) -> tuple[Span, ...]:
        """Sentences that hold at least one word of prose (a row of hashtags is none)."""
        with_words = {word.sentence for word in self.words}
        return tuple(span for i, span in enumerate(self.sentences) if i in with_words)

    @cached_property
    def by_sentence(self) -> tuple[tuple[Word, ...], ...]:
        """The words of each sentence of ``prose_sentences``."""
        groups: dict[int, list[Word]] = {}
        for word in self.words:
            groups.setdefault(word.sentence, []).append(word)
        return tuple(tuple(groups[i]) for i in sorted(groups))

    def words_in(self, span: Span) -> tuple[Word, ...]:
        starts = [word.start for word in self.words]
        return self.words[bisect.bisect_left(starts, span.start) : bisect.bisect_left(starts, span.end)]

    def sentence_at(self, offset: int) -> Span:
        """The sentence that holds ``offset``; the whole text where there is none."""
        index = bisect.bisect_right([span.start for span in self.sentences], offset) - 1
        return self.sentences[index] if index >= 0 else Span(0, len(self.text))

    def _numbers_a_line(self, span: Span) -> bool:
        line_start = self.text.rfind("\n", 0, span.start) + 1
        return not self.text[line_start : span.start].strip() and self.text[span.end : span.end + 1] in (".", ")", ":")

    def _tells_a_rank(self, span: Span) -> bool:
        return _RANK.search(self.prose[max(0, span.start - 12) : span.end]) is not None


def read_doc(doc: Doc) -> Reading:
    text = doc.text
    spans = []
    for sentence in doc.sents:
        start, end = sentence.start_char, sentence.end_char
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            spans.append(Span(start, end))
    return Reading(doc, text, tuple(spans))


def _inside(span: Span, others: tuple[Span, ...]) -> bool:
    return any(other.start <= span.start < other.end for other in others)


def _masked(text: str, spans: tuple[Span, ...]) -> str:
    parts = []
    at = 0
    for span in sorted(spans, key=lambda s: s.start):
        if span.start < at:
            continue
        parts += [text[at : span.start], MASK * (span.end - span.start)]
        at = span.end
    return "".join([*parts, text[at:]])
