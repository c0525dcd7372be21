"""One line of a text and everything that depends on that line alone.

Lines are cached, so that after an edit only the changed line is analysed again. The analysis of a line must therefore not
depend on its position in a text or on other lines.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from nlp.language.english import foreign_evidence
from nlp.language.lexicon import ELATION
from nlp.language.types import Word
from nlp.language.views import TextViews, mask_spans
from nlp.model import Span
from nlp.surfaces import links

if TYPE_CHECKING:
    from nlp.language.types import Block, Token

#: Begins with a letter; digits within it belong to it ("B2B"), a letter after a figure does not begin one ("3x").
_WORD = re.compile(r"(?<![^\W_])[^\W\d_][^\W_]*(?:['-][^\W_]+)*")
_NUMBER = re.compile(r"(?<![\w.,])[$€£]?\d+(?:[.,]\d+)*(?:\s?%|[kKmMbB](?![^\W\d_])|x\b|\+)?(?![\w])", re.UNICODE)
_RANK = re.compile(r"(?:#\s?|\b(?:no\. ?|number |ranked ))\d+$|\btop \d+(?:[.,]\d+)?\s?%$", re.IGNORECASE)
#: Words between quotation marks on one line. An apostrophe within a word does not close a quotation, and an inch sign does
#: not open one.
_QUOTATION = re.compile(
    r"“[^“”\n]+”|„[^„“\n]+“|«[^«»\n]+»|‘(?:[^‘’\n]|’(?=\w))+’|(?<!\w)\"(?=\S)[^\"\n]+(?<=\S)\"(?!\w)"
    r"|(?<!\w)'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w))+(?<=\S)'(?!\w)"
)

#: A segment of at least this many words is list-like when it has more than ``MAX_WORDS_PER_VERB`` words for each verb, and a
#: segment without a verb when it has at least ``LIST_SEGMENT_MIN_FIGURES`` figures.
LIST_SEGMENT_MIN_WORDS, MAX_WORDS_PER_VERB, LIST_SEGMENT_MIN_FIGURES = 12, 25, 4

#: Dependency relations in which a participle describes a noun.
_DESCRIBING = ("amod", "compound", "acl")

Value = TypeVar("Value")


class Segment(NamedTuple):
    """The text between two unambiguous sentence boundaries: ``words`` in lower case; ``is_list_like`` for a run of words with
    hardly a verb, or of figures without one, such as a list of names."""

    span: Span
    words: tuple[str, ...]
    is_list_like: bool


@dataclass(frozen=True, slots=True)
class _PlacedWords:
    """A line's words in a text where the line begins at code point ``start`` with sentence number ``sentence``."""

    start: int
    sentence: int
    words: tuple[Word, ...]


class Line:
    """One line; spans are code points of the line. ``excluded`` are the parts that are left out of its prose."""

    def __init__(self, text: str, blocks: tuple[tuple[int, Block], ...], excluded: tuple[Span, ...] = ()) -> None:
        self._text = text
        self.blocks = blocks
        self.excluded = excluded
        self.sentences = tuple(_split_at(text, [offset + start for offset, block in blocks for start in block.starts]))
        self._cache: dict[Hashable, Any] = {}
        self._placed_words: _PlacedWords | None = None
        self._shortened: Line | None = None

    def excluding(self, excluded: tuple[Span, ...]) -> Line:
        """The same line with ``excluded`` left out of its prose."""
        # Kept, because an edit elsewhere rarely changes what is left out here. Two threads may both make one.
        shortened = self._shortened
        if shortened is None or shortened.excluded != excluded:
            shortened = self._shortened = Line(self._text, self.blocks, excluded)
        return shortened

    @cached_property
    def views(self) -> TextViews:
        return TextViews.of_line(self._text, mask=(*self.links, *self.hashtags, *self.mentions), excluded=self.excluded)

    @cached_property
    def links(self) -> tuple[Span, ...]:
        return links.urls(self._text)

    @cached_property
    def hashtags(self) -> tuple[Span, ...]:
        return tuple(tag for tag in links.hashtags(self._text) if not starts_inside(tag, self.links))

    @cached_property
    def mentions(self) -> tuple[Span, ...]:
        return tuple(name for name in links.mentions(self._text) if not starts_inside(name, self.links))

    @cached_property
    def emoji(self) -> tuple[Span, ...]:
        return tuple(emoji for emoji in links.emoji(self._text) if not starts_inside(emoji, self.links))

    @cached_property
    def segments(self) -> tuple[Span, ...]:
        """The spans between unambiguous sentence boundaries, found by rules: independent of the parser, which reads English."""
        return tuple(_split_at(self._text, [offset for offset, _ in self.blocks]))

    @cached_property
    def foreign_evidence(self) -> tuple[float, ...]:
        """For each of ``segments`` the evidence for a language other than English (``english.foreign_evidence``)."""
        return tuple(foreign_evidence(segment.of(self.views.masked)) for segment in self.segments)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        starts = [span.start for span in self.sentences]
        words = []
        for match in _WORD.finditer(self.views.prose):
            text, start, end = intern(match.group()), match.start(), match.end()
            lower = intern(text.lower())
            stem = intern(lower.partition("'")[0])
            words.append(Word(text, lower, stem, start, end, max(0, bisect.bisect_right(starts, start) - 1)))
        return tuple(words)

    def words_placed_at(self, start: int, sentence: int) -> tuple[Word, ...]:
        """The words with the offsets and sentence numbers of a text in which the line begins at code point ``start`` with
        sentence number ``sentence``."""
        if start == 0 and sentence == 0:
            return self.words
        # Two threads may compute the same words at once; either result is correct.
        placed = self._placed_words
        if placed is None or placed.start != start or placed.sentence != sentence:
            words = tuple(
                Word(w.text, w.lower, w.stem, w.start + start, w.end + start, w.sentence + sentence) for w in self.words
            )
            placed = self._placed_words = _PlacedWords(start, sentence, words)
        return placed.words

    def cached(self, key: Hashable, compute: Callable[[Line], Value]) -> Value:
        """``compute(line)``, computed once. It must depend on the line alone, and ``key`` must come from a small fixed set,
        because results are kept as long as the line."""
        if key not in self._cache:
            self._cache[key] = compute(self)
        value: Value = self._cache[key]
        return value

    def word_indices(self, words: frozenset[str]) -> tuple[int, ...]:
        """Indices of the line's words whose lower case is in ``words``, one of the closed lists of the lexicon."""
        return self.cached(words, lambda line: tuple(i for i, word in enumerate(line.words) if word.lower in words))

    def stem_indices(self, stems: frozenset[str]) -> tuple[int, ...]:
        """Indices of the line's words whose stem is in ``stems``, one of the closed lists of the lexicon."""
        return self.cached(("stem", stems), lambda line: tuple(i for i, word in enumerate(line.words) if word.stem in stems))

    @cached_property
    def words_by_sentence(self) -> tuple[tuple[Word, ...], ...]:
        return group_by_sentence(self.words)

    @cached_property
    def prose_sentences(self) -> tuple[Span, ...]:
        return tuple(self.sentences[words[0].sentence] for words in self.words_by_sentence)

    @cached_property
    def segment_details(self) -> tuple[Segment, ...]:
        verbs = [
            offset + token.start for offset, block in self.blocks for token in block.tokens if token.pos in ("VERB", "AUX")
        ]
        word_starts, figures = [word.start for word in self.words], [number.start for number in self.numbers]
        details = []
        for span in self.segments:
            words = tuple(self.words[i].lower for i in _inside(word_starts, span))
            verb_count, figure_count = len(_inside(verbs, span)), len(_inside(figures, span))
            has_few_verbs = len(words) >= LIST_SEGMENT_MIN_WORDS and len(words) > MAX_WORDS_PER_VERB * verb_count
            is_figures = figure_count >= LIST_SEGMENT_MIN_FIGURES and not verb_count
            details.append(Segment(span, words, bool(words) and (has_few_verbs or is_figures)))
        return tuple(details)

    @cached_property
    def event_starts(self) -> frozenset[int]:
        """Where words begin that report an event: past tenses, and participles that do not depend on a past-tense auxiliary
        and do not describe a noun ("we've sold", "sold out"; not "was sold", where "was" counts, nor "a closed door").
        Elation ("humbled") is a state and no event."""
        words = {word.start: word for word in self.words if word.lower not in ELATION}
        starts = set()
        for offset, block in self.blocks:
            has_past_auxiliary = {
                token.head for token in block.tokens if token.tag == "VBD" and token.dep in ("aux", "aux:pass", "cop")
            }
            for i, token in enumerate(block.tokens):
                is_event = token.tag == "VBD" or (
                    token.tag == "VBN" and i not in has_past_auxiliary and token.dep not in _DESCRIBING
                )
                if is_event and offset + token.start in words:
                    starts.add(offset + token.start)
        return frozenset(starts)

    @cached_property
    def numbers(self) -> tuple[Span, ...]:
        matches = (Span(*match.span()) for match in _NUMBER.finditer(self.views.prose))
        return tuple(span for span in matches if not self._is_list_number(span) and not self._is_rank(span))

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        return tuple(Span(*match.span()) for match in _QUOTATION.finditer(self._text))

    @cached_property
    def has_unquoted_words(self) -> bool:
        return _WORD.search(mask_spans(self.views.prose, self.quotations)) is not None

    def _is_list_number(self, span: Span) -> bool:
        return not self._text[: span.start].strip() and self._text[span.end : span.end + 1] in (".", ")", ":")

    def _is_rank(self, span: Span) -> bool:
        return _RANK.search(self.views.prose[max(0, span.start - 12) : span.end]) is not None


def _split_at(text: str, starts: list[int]) -> Iterable[Span]:
    """The parts of a line from each of ``starts`` to the next, without surrounding whitespace."""
    for start, end in zip(starts, [*starts[1:], len(text)][: len(starts)], strict=True):
        inner = text[start:end].strip()
        if inner:
            begin = text.index(inner[0], start)
            yield Span(begin, begin + len(inner))


def group_by_sentence(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], ...]:
    groups: dict[int, list[Word]] = {}
    for word in words:
        groups.setdefault(word.sentence, []).append(word)
    return tuple(map(tuple, groups.values()))


def words_by_block(line: Line, left_out: Iterable[Span], compute: Callable[[Sequence[Token]], Value]) -> Iterator[Value]:
    """``compute(tokens)`` for the tokens of each block that are neither whitespace nor begin in ``left_out``. The result for a
    whole block is cached with the block, so ``compute`` must be a module-level function of the tokens alone."""
    spans = tuple(left_out)
    for offset, block in line.blocks:
        end = offset + (block.tokens[-1].end if block.tokens else 0)
        nearby = tuple(span for span in spans if span.start < end and span.end > offset)
        if not nearby:
            yield block.cached(compute, lambda block: compute([t for t in block.tokens if not t.text.isspace()]))
            continue
        yield compute(
            [
                token
                for token in block.tokens
                if not token.text.isspace() and not starts_inside(Span(offset + token.start, offset + token.end), nearby)
            ]
        )


def starts_inside(span: Span, others: tuple[Span, ...]) -> bool:
    return any(other.start <= span.start < other.end for other in others)


def _inside(starts: Sequence[int], span: Span) -> range:
    """The indices of the ``starts``, in ascending order, that lie within ``span``."""
    return range(bisect.bisect_left(starts, span.start), bisect.bisect_left(starts, span.end))
