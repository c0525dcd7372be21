"""An analysed text: its words, sentences, paragraphs, links, hashtags, mentions, emoji and names, each with its position.

Everything is analysed line by line and cached with the line (``line.py``); a ``Reading`` combines the lines of a text.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from nlp.language.line import group_by_sentence, starts_inside
from nlp.language.types import Entity
from nlp.language.views import TextViews
from nlp.model import Span

if TYPE_CHECKING:
    from nlp.language.line import Line
    from nlp.language.types import Block, Token, Word

_PARAGRAPH = re.compile(r"\S(?:.|\n(?![^\S\n]*\n))*", re.UNICODE)


class Reading:
    """An analysed text. Spans are code points of the text and valid in all its ``views`` but ``views.english``.

    ``excluded`` are the parts that are left out of the prose, because they are in a language other than English.
    ``is_foreign`` is true where hardly any English is left. Nothing is then left out of the prose, so that checks of length
    and layout still apply.
    """

    def __init__(self, lines: Sequence[tuple[int, Line]], *, excluded: tuple[Span, ...] = (), is_foreign: bool = False) -> None:
        """``lines`` are (code point where the line begins, line), one or more."""
        self.placed_lines = tuple(lines)
        self.excluded = excluded
        self.is_foreign = is_foreign
        self.views = TextViews.of_lines((line.views for _, line in self.placed_lines), excluded=excluded)
        counts = [0]
        for _, line in self.placed_lines:
            counts.append(counts[-1] + len(line.sentences))
        self._first_sentences = counts[:-1]

    @property
    def is_partly_foreign(self) -> bool:
        return bool(self.excluded) and not self.is_foreign

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return self._placed(line.sentences for _, line in self.placed_lines)

    @cached_property
    def segments(self) -> tuple[Span, ...]:
        """The spans between unambiguous sentence boundaries, each one sentence or more (``Line.segments``)."""
        return self._placed(line.segments for _, line in self.placed_lines)

    @cached_property
    def links(self) -> tuple[Span, ...]:
        return self._placed(line.links for _, line in self.placed_lines)

    @cached_property
    def hashtags(self) -> tuple[Span, ...]:
        return self._placed(line.hashtags for _, line in self.placed_lines)

    @cached_property
    def mentions(self) -> tuple[Span, ...]:
        return self._placed(line.mentions for _, line in self.placed_lines)

    @cached_property
    def emoji(self) -> tuple[Span, ...]:
        return self._placed(line.emoji for _, line in self.placed_lines)

    @cached_property
    def foreign_evidence(self) -> tuple[float, ...]:
        """For each of ``segments`` the evidence for a language other than English (``english.foreign_evidence``)."""
        return tuple(value for _, line in self.placed_lines for value in line.foreign_evidence)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(chain.from_iterable(self._words_by_line))

    @cached_property
    def numbers(self) -> tuple[Span, ...]:
        """Figures as written, with currency, percent or multiplier; not those that number a line ("1.") or state a rank
        ("#1", "top 1%"), which measure nothing."""
        return self._placed(line.numbers for _, line in self.placed_lines)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """Blocks between blank lines."""
        return tuple(Span(m.start(), m.start() + len(m.group().rstrip())) for m in _PARAGRAPH.finditer(self.views.raw))

    @cached_property
    def lines(self) -> tuple[Span, ...]:
        """The lines that are not blank, without surrounding whitespace."""
        trimmed = ((start, line.views.raw, line.views.raw.strip()) for start, line in self.placed_lines)
        places = ((start + text.index(inner), inner) for start, text, inner in trimmed if inner)
        return tuple(Span(start, start + len(inner)) for start, inner in places)

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        """Quoted words, with their quotation marks. Empty where the whole text is quoted: the words are then the writer's
        own."""
        if not any(line.has_unquoted_words for _, line in self.placed_lines):
            return ()
        return self._placed(line.quotations for _, line in self.placed_lines)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The pipeline's tokens; ``start`` and ``end`` are code points of the text, ``head`` is an index into this tuple."""
        tokens: list[Token] = []
        for start, block in self._blocks():
            first = len(tokens)
            tokens += (t._replace(start=t.start + start, end=t.end + start, head=t.head + first) for t in block.tokens)
        return tuple(tokens)

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """Names of people, places, organisations and other things outside ``excluded``."""
        placed = (Entity(e.label, e.start + start, e.end + start) for start, block in self._blocks() for e in block.entities)
        return tuple(e for e in placed if not starts_inside(Span(e.start, e.end), self.excluded))

    @cached_property
    def event_starts(self) -> frozenset[int]:
        """Where words begin that report an event (``Line.event_starts``)."""
        return frozenset(start + offset for start, line in self.placed_lines for offset in line.event_starts)

    def is_quoted(self, span: Span) -> bool:
        before = bisect.bisect_right(self.quotations, span.start, key=lambda quotation: quotation.start)
        return before > 0 and span.end <= self.quotations[before - 1].end

    @cached_property
    def prose_sentences(self) -> tuple[Span, ...]:
        """Sentences with at least one word of prose (a row of hashtags has none)."""
        return tuple(self.sentences[words[0].sentence] for words in self.words_by_sentence)

    @cached_property
    def words_by_sentence(self) -> tuple[tuple[Word, ...], ...]:
        """The words of each of ``prose_sentences``."""
        return group_by_sentence(self.words)

    def sum_lines(self, count: Callable[[Line], int]) -> int:
        """The sum of ``count(line)`` over all lines. Each result is cached with its line, so ``count`` must be a
        module-level function that depends on the line alone."""
        return sum(line.cached(count, count) for _, line in self.placed_lines)

    def find_in_lines(self, find: Callable[[Line], tuple[Span, ...]]) -> tuple[Span, ...]:
        """All spans that ``find(line)`` returns, placed in the text; ``find`` as in ``sum_lines``."""
        return self._placed(line.cached(find, find) for _, line in self.placed_lines)

    def find_words(self, words: frozenset[str]) -> tuple[Word, ...]:
        """The words whose lower case is in ``words``, one of the closed lists of the lexicon."""
        pairs = zip(self._words_by_line, (line.word_indices(words) for _, line in self.placed_lines), strict=True)
        return tuple(placed[i] for placed, indices in pairs for i in indices)

    def find_stems(self, stems: frozenset[str]) -> tuple[Word, ...]:
        """The words whose stem is in ``stems``, one of the closed lists of the lexicon."""
        pairs = zip(self._words_by_line, (line.stem_indices(stems) for _, line in self.placed_lines), strict=True)
        return tuple(placed[i] for placed, indices in pairs for i in indices)

    def words_in(self, span: Span) -> tuple[Word, ...]:
        """The words that begin within ``span``."""
        starts = self._word_starts
        return self.words[bisect.bisect_left(starts, span.start) : bisect.bisect_left(starts, span.end)]

    def sentence_at(self, offset: int) -> Span:
        """The sentence that contains ``offset``; the whole text where there is none."""
        index = bisect.bisect_right(self.sentences, offset, key=lambda span: span.start) - 1
        return self.sentences[index] if index >= 0 else Span(0, len(self.views.raw))

    def as_foreign(self, parts: tuple[Span, ...]) -> Reading:
        """The reading of a text that is almost entirely in another language. ``parts`` are in that language and stay in the
        prose."""
        return Reading(self.placed_lines, excluded=parts, is_foreign=True)

    def excluding(self, parts: tuple[Span, ...]) -> Reading:
        """The reading with ``parts``, each a run of whole segments in order, left out of its prose."""
        placed = []
        starts, ends = [part.start for part in parts], [part.end for part in parts]
        for start, line in self.placed_lines:
            end = start + len(line.views.raw)
            # Searched for, because thousands of lines may have a part each.
            overlapping = parts[bisect.bisect_right(ends, start) : bisect.bisect_left(starts, end)]
            in_line = tuple(Span(max(p.start, start) - start, min(p.end, end) - start) for p in overlapping)
            placed.append((start, line.excluding(in_line) if in_line else line))
        return Reading(placed, excluded=parts)

    @cached_property
    def scored(self) -> Reading:
        """The reading that measures see: also without repeated segments, which repeat the words of an earlier one (different
        figures do not matter), and without list-like ones."""
        seen: set[tuple[str, ...]] = set()
        unscored = []
        for start, line in self.placed_lines:
            for segment in line.segment_details:
                if segment.is_list_like or (segment.words and segment.words in seen):
                    unscored.append(Span(segment.span.start + start, segment.span.end + start))
                seen.add(segment.words)
        if not unscored:
            return self
        # Parts in another language are not in the prose already, so no segment with words lies within one.
        return self.excluding(tuple(sorted((*self.excluded, *unscored), key=lambda span: span.start)))

    @cached_property
    def _word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _words_by_line(self) -> list[tuple[Word, ...]]:
        pairs = zip(self.placed_lines, self._first_sentences, strict=True)
        return [line.words_placed_at(start, sentence) for (start, line), sentence in pairs]

    def _blocks(self) -> Iterable[tuple[int, Block]]:
        return ((start + offset, block) for start, line in self.placed_lines for offset, block in line.blocks)

    def _placed(self, spans: Iterable[tuple[Span, ...]]) -> tuple[Span, ...]:
        """Spans of the lines as spans of the text."""
        pairs = zip(self.placed_lines, spans, strict=True)
        return tuple(Span(span.start + start, span.end + start) for (start, _), line_spans in pairs for span in line_spans)
