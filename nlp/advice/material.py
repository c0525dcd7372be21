"""What the advice on a draft is chosen from."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nlp.advice import phrases
from nlp.advice.courtesies import Courtesy, courtesy, early

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.types import Word
    from nlp.model import Finding, Span, Surface
    from nlp.quality.marks.predict import Marks

REPLIES: frozenset[str] = frozenset({"linkedin-comment", "x-reply"})
#: A shorter sentence is seldom what advice is about.
MIN_WORDS = 4
#: What a draft is written for, where its kind does not tell; also variants of words (``texts.yml``).
SEEKING, UPCOMING = "seeking", "upcoming"
_OFFERS_WORK = frozenset({"hiring"})
#: Kinds that a draft about an event is taken for.
_OF_EVENTS = frozenset({"event", "announcement"})


@dataclass(frozen=True)
class Material:
    """``reading``: the whole text. ``kind``: what the draft does, one of ``KINDS``; empty where it could not be told.
    ``lever``: the change that alone helps a text with a ceiling (``Ceiling``); empty for other texts. ``genericness``:
    0-100."""

    surface: Surface
    reading: Reading
    kind: str
    marks: Marks
    findings: Sequence[Finding]
    lever: str = ""
    genericness: int = 0

    @property
    def text(self) -> str:
        """The text as it was read: blank where it is protected."""
        return self.reading.views.raw

    @property
    def is_reply(self) -> bool:
        return self.surface in REPLIES

    @cached_property
    def courtesy(self) -> Courtesy | None:
        """What a reply does that comforts, congratulates, welcomes, thanks or wishes well."""
        return courtesy(self.reading) if self.is_reply else None

    @cached_property
    def sold_beside_courtesy(self) -> tuple[Span, ...]:
        """What a reply sells that begins with a courtesy."""
        return phrases.offers_beside_courtesy(self.reading) if self.is_reply and early(self.reading) else ()

    @cached_property
    def occasion(self) -> str:
        """``SEEKING`` work, or an event that is ``UPCOMING``; empty for other drafts."""
        if phrases.seeks_work(self.reading):
            return SEEKING
        return UPCOMING if self.kind in _OF_EVENTS and phrases.is_upcoming(self.reading) else ""

    @property
    def is_about_work(self) -> bool:
        """Whether it offers or seeks a job: it asks readers to get in touch, as it should."""
        return self.kind in _OFFERS_WORK or self.occasion == SEEKING

    @cached_property
    def sentences(self) -> tuple[tuple[Span, Mapping[str, float]], ...]:
        """The sentences that count, each with what its words add to each dimension, in points of its mark."""
        return tuple((part.span, part.points) for part in self.marks.parts if part.kind == "sentence" and part.span)

    @cached_property
    def paragraphs(self) -> Mapping[Span, int]:
        """Each paragraph and how many words it has."""
        return {span: len(self.reading.words_in(span)) for span in self.reading.paragraphs}

    def words_in(self, span: Span) -> tuple[Word, ...]:
        return self.reading.words_in(span)

    def weakest(self, *dimensions: str, skip: re.Pattern[str] | None = None) -> tuple[Span, ...]:
        """The sentence whose words add least to ``dimensions``, without those that match ``skip``; empty where there is only
        one, which is the text."""
        long = [(span, points) for span, points in self.sentences if len(self.words_in(span)) >= MIN_WORDS]
        if skip is not None:
            long = [(span, points) for span, points in long if not skip.search(span.of(self.text))]
        if len(long) < 2:
            return ()
        return (min(long, key=lambda row: sum(row[1][dimension] for dimension in dimensions))[0],)

    def strongest(self, *dimensions: str, skip: re.Pattern[str]) -> Span | None:
        """The sentence after the first whose words add most to ``dimensions``, without those that match ``skip``."""
        later = [
            (span, points)
            for span, points in self.sentences[1:]
            if len(self.words_in(span)) >= MIN_WORDS and not skip.search(span.of(self.text))
        ]
        if not later:
            return None
        return max(later, key=lambda row: sum(row[1][dimension] for dimension in dimensions))[0]

    def found(self, rules: frozenset[str]) -> tuple[Span, ...]:
        """Where findings of ``rules`` are, in order and without overlaps."""
        spans = sorted((f.span for f in self.findings if f.rule in rules and f.span), key=lambda span: (span.start, -span.end))
        kept: list[Span] = []
        for span in spans:
            if not kept or span.start >= kept[-1].end:
                kept.append(span)
        return tuple(kept)

    def sentence_of(self, span: Span) -> Span:
        """The sentence that ``span`` begins in, among those that count; ``span`` itself where there is none."""
        starts = [sentence.start for sentence, _ in self.sentences]
        index = bisect.bisect_right(starts, span.start) - 1
        if index < 0 or span.start >= self.sentences[index][0].end:
            return span
        return self.sentences[index][0]
