"""A text as its parts: words, sentences, paragraphs, links, hashtags, mentions, emoji, names, with where each of them stands.

All of it is found line by line. What was found in a line depends on that line alone and is kept, so that after an edit only
the changed line is read again; a ``Reading`` puts the lines of a text together.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from nlp.language import characters
from nlp.language.blocks import Entity, Token
from nlp.language.english import evidence
from nlp.language.words import ELATION
from nlp.model import Span
from nlp.surfaces import links

if TYPE_CHECKING:
    from nlp.language.blocks import Block

#: Stands for one character of a link, hashtag or mention where only prose counts: matches no letter, blank or mark.
MASK = "\x01"
#: Begins with a letter; digits within it belong to it ("B2B"), a letter behind a figure does not begin one ("3x").
_WORD = re.compile(r"(?<![^\W_])[^\W\d_][^\W_]*(?:['-][^\W_]+)*")
_NUMBER = re.compile(r"(?<![\w.,])[$€£]?\d+(?:[.,]\d+)*(?:\s?%|[kKmMbB](?![^\W\d_])|x\b|\+)?(?![\w])", re.UNICODE)
_RANK = re.compile(r"(?:#\s?|\b(?:no\. ?|number |ranked ))\d+$|\btop \d+(?:[.,]\d+)?\s?%$", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\S(?:.|\n(?![^\S\n]*\n))*", re.UNICODE)
#: Words between quotation marks on one line; an apostrophe within a word closes nothing, nor does the sign for inches open.
_QUOTATION = re.compile(
    r"“[^“”\n]+”|„[^„“\n]+“|«[^«»\n]+»|‘(?:[^‘’\n]|’(?=\w))+’|(?<!\w)\"(?=\S)[^\"\n]+(?<=\S)\"(?!\w)"
    r"|(?<!\w)'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w))+(?<=\S)'(?!\w)"
)
#: Typed either way, meant the same; each is one character for one, so offsets hold.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "‑": "-"})

#: From so many words on, a stretch with more words for each verb than this is no sentence; nor are so many figures without one.
HEAP_WORDS, WORDS_OF_A_VERB, HEAP_FIGURES = 12, 25, 4

#: Relations in which a participle describes a noun.
_DESCRIBING = ("amod", "compound", "acl")

Found = TypeVar("Found")


class Word(NamedTuple):
    """A word of the prose. ``lower`` has straight apostrophes, ``stem`` is what stands before one (``we're`` -> ``we``);
    ``sentence`` is the index of its sentence."""

    text: str
    lower: str
    stem: str
    start: int
    end: int
    sentence: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class _Shift:
    """A line's words where the line stands in a text."""

    start: int
    sentence: int
    words: tuple[Word, ...]


class Line:
    """What was found in one line; spans are code points of the line. ``foreign`` are its parts in another language."""

    def __init__(self, text: str, blocks: tuple[tuple[int, Block], ...], foreign: tuple[Span, ...] = ()) -> None:
        self.text = text
        self.blocks = blocks
        self.foreign = foreign
        self.sentences = tuple(_sentences(text, blocks))
        self._found: dict[Hashable, Any] = {}
        self._shift: _Shift | None = None

    def without(self, foreign: tuple[Span, ...]) -> Line:
        """The line with its parts in another language out of the prose."""
        return Line(self.text, self.blocks, foreign)

    @cached_property
    def links(self) -> tuple[Span, ...]:
        return links.urls(self.text)

    @cached_property
    def hashtags(self) -> tuple[Span, ...]:
        return tuple(tag for tag in links.hashtags(self.text) if not _inside(tag, self.links))

    @cached_property
    def mentions(self) -> tuple[Span, ...]:
        return tuple(name for name in links.mentions(self.text) if not _inside(name, self.links))

    @cached_property
    def emoji(self) -> tuple[Span, ...]:
        return tuple(picture for picture in links.emoji(self.text) if not _inside(picture, self.links))

    @cached_property
    def plain(self) -> str:
        """With straight quotes and plain letters, character for character."""
        return characters.plain(self.text).translate(_PLAIN)

    @cached_property
    def signs_out(self) -> str:
        """``plain`` with links, hashtags and mentions masked."""
        return _masked(self.plain, (*self.links, *self.hashtags, *self.mentions))

    @cached_property
    def stretches(self) -> tuple[Span, ...]:
        """The stretches between sure sentence ends; the parser, which reads English, has no say in them."""
        return tuple(_between(self.text, [at for at, _ in self.blocks]))

    @cached_property
    def evidence(self) -> tuple[float, ...]:
        """What each stretch says for another language than English."""
        return tuple(evidence(stretch.of(self.signs_out)) for stretch in self.stretches)

    @cached_property
    def prose(self) -> str:
        return _masked(self.signs_out, self.foreign)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        starts = [span.start for span in self.sentences]
        found = []
        for match in _WORD.finditer(self.prose):
            text, start, end = match.group(), match.start(), match.end()
            lower = text.lower()
            found.append(Word(text, lower, lower.partition("'")[0], start, end, max(0, bisect.bisect_right(starts, start) - 1)))
        return tuple(found)

    def words_at(self, start: int, sentence: int) -> tuple[Word, ...]:
        """The words as they count in a text, where the line begins at ``start`` with the sentence of that number."""
        # Two threads may work out the same; either result is right.
        shift = self._shift
        if shift is None or shift.start != start or shift.sentence != sentence:
            words = tuple(
                Word(w.text, w.lower, w.stem, w.start + start, w.end + start, w.sentence + sentence) for w in self.words
            )
            shift = self._shift = _Shift(start, sentence, words)
        return shift.words

    def once(self, key: Hashable, find: Callable[[Line], Found]) -> Found:
        """What ``find`` finds in this line, looked for once: it may depend on the line alone, and ``key`` has to be one of
        few, because what was found stays with the line."""
        if key not in self._found:
            self._found[key] = find(self)
        found: Found = self._found[key]
        return found

    def listed(self, words: frozenset[str]) -> tuple[int, ...]:
        """Places in ``words`` whose lower case is among ``words``, which has to be one of the closed lists."""
        return self.once(words, lambda line: tuple(i for i, word in enumerate(line.words) if word.lower in words))

    def stemmed(self, words: frozenset[str]) -> tuple[int, ...]:
        """The same by the words' stems."""
        return self.once(("stem", words), lambda line: tuple(i for i, word in enumerate(line.words) if word.stem in words))

    @cached_property
    def by_sentence(self) -> tuple[tuple[Word, ...], ...]:
        return _by_sentence(self.words)

    @cached_property
    def prose_sentences(self) -> tuple[Span, ...]:
        return tuple(self.sentences[words[0].sentence] for words in self.by_sentence)

    @cached_property
    def accounts(self) -> tuple[tuple[Span, tuple[str, ...], bool], ...]:
        """Each stretch with its words in small letters and whether it is a heap: of words with hardly a verb, or of figures
        without one."""
        verbs = [at + token.start for at, block in self.blocks for token in block.tokens if token.pos in ("VERB", "AUX")]
        found = []
        for stretch in self.stretches:
            words = tuple(word.lower for word in self.words if stretch.start <= word.start < stretch.end)
            acts = sum(stretch.start <= verb < stretch.end for verb in verbs)
            figures = sum(stretch.start <= number.start < stretch.end for number in self.numbers)
            heap = len(words) >= HEAP_WORDS and len(words) > WORDS_OF_A_VERB * acts
            found.append((stretch, words, bool(words) and (heap or (figures >= HEAP_FIGURES and not acts))))
        return tuple(found)

    @cached_property
    def past(self) -> frozenset[int]:
        """Where words begin that tell what happened: past tenses, and participles that have no past tense before them and
        describe no noun ("we've sold", "sold out"; not "was sold", where "was" tells it, nor "a closed door"). Elation
        ("humbled") is a state and no event."""
        words = {word.start: word for word in self.words if word.lower not in ELATION}
        found = set()
        for at, block in self.blocks:
            told = {token.head for token in block.tokens if token.tag == "VBD" and token.dep in ("aux", "aux:pass", "cop")}
            for i, token in enumerate(block.tokens):
                is_past = token.tag == "VBD" or (token.tag == "VBN" and i not in told and token.dep not in _DESCRIBING)
                if is_past and at + token.start in words:
                    found.add(at + token.start)
        return frozenset(found)

    @cached_property
    def numbers(self) -> tuple[Span, ...]:
        found = (Span(*match.span()) for match in _NUMBER.finditer(self.prose))
        return tuple(s for s in found if not self._numbers_the_line(s) and not self._tells_a_rank(s))

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        return tuple(Span(*match.span()) for match in _QUOTATION.finditer(self.text))

    @cached_property
    def unquoted(self) -> bool:
        """Whether a word stands outside quotation marks."""
        return _WORD.search(_masked(self.prose, self.quotations)) is not None

    def _numbers_the_line(self, span: Span) -> bool:
        return not self.text[: span.start].strip() and self.text[span.end : span.end + 1] in (".", ")", ":")

    def _tells_a_rank(self, span: Span) -> bool:
        return _RANK.search(self.prose[max(0, span.start - 12) : span.end]) is not None


class Reading:
    """A read text. ``prose`` is the text with straight quotes and everything that is no English prose masked out, character
    for character; rules match on it. Spans are code points of ``text``. ``foreign`` are its parts in another language than
    English; ``is_foreign`` where hardly anything else is left, and then they do count as prose, for what reads layout only."""

    def __init__(
        self, text: str, lines: Sequence[tuple[int, Line]], *, foreign: tuple[Span, ...] = (), is_foreign: bool = False
    ) -> None:
        self.text = text
        self.foreign = foreign
        self.is_foreign = is_foreign
        self.placed = tuple(lines)
        counts = [0]
        for _, line in self.placed:
            counts.append(counts[-1] + len(line.sentences))
        self._first_sentences = counts[:-1]

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return self._shifted(line.sentences for _, line in self.placed)

    @cached_property
    def stretches(self) -> tuple[Span, ...]:
        """The stretches between sure sentence ends, each a sentence or more."""
        return self._shifted(line.stretches for _, line in self.placed)

    @cached_property
    def links(self) -> tuple[Span, ...]:
        return self._shifted(line.links for _, line in self.placed)

    @cached_property
    def hashtags(self) -> tuple[Span, ...]:
        return self._shifted(line.hashtags for _, line in self.placed)

    @cached_property
    def mentions(self) -> tuple[Span, ...]:
        return self._shifted(line.mentions for _, line in self.placed)

    @cached_property
    def emoji(self) -> tuple[Span, ...]:
        return self._shifted(line.emoji for _, line in self.placed)

    @cached_property
    def plain(self) -> str:
        """The text with straight quotes and plain letters."""
        return self._joined(line.plain for _, line in self.placed)

    @cached_property
    def prose(self) -> str:
        return self._joined(line.prose for _, line in self.placed)

    @cached_property
    def signs_out(self) -> str:
        """``plain`` with links, hashtags and mentions masked, in every language."""
        return self._joined(line.signs_out for _, line in self.placed)

    @cached_property
    def evidence(self) -> tuple[float, ...]:
        """What each of ``stretches`` says for another language than English (``english.evidence``)."""
        return tuple(value for _, line in self.placed for value in line.evidence)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(chain.from_iterable(self._placed_words))

    @cached_property
    def numbers(self) -> tuple[Span, ...]:
        """Figures as written, with currency, percent or multiplier; not the ones that number a line ("1.") or tell a
        rank ("#1", "top 1%"), which measure nothing."""
        return self._shifted(line.numbers for _, line in self.placed)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """Blocks between blank lines."""
        return tuple(Span(m.start(), m.start() + len(m.group().rstrip())) for m in _PARAGRAPH.finditer(self.text))

    @cached_property
    def lines(self) -> tuple[Span, ...]:
        """Lines that hold something, without the blanks around it."""
        trimmed = ((start, line.text, line.text.strip()) for start, line in self.placed)
        found = ((start + text.index(inner), inner) for start, text, inner in trimmed if inner)
        return tuple(Span(start, start + len(inner)) for start, inner in found)

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        """Words that the writer says or shows as another's, with their marks. None where the whole text is quoted: then the
        words are the writer's own."""
        if not any(line.unquoted for _, line in self.placed):
            return ()
        return self._shifted(line.quotations for _, line in self.placed)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """What the pipeline says of each token; ``start``, ``end`` are code points of the text, ``head`` a place in here."""
        found: list[Token] = []
        for start, block in self._blocks():
            before = len(found)
            found += (t._replace(start=t.start + start, end=t.end + start, head=t.head + before) for t in block.tokens)
        return tuple(found)

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """Names of people, places and organisations in the English part."""
        found = (Entity(e.label, e.start + start, e.end + start) for start, block in self._blocks() for e in block.entities)
        return tuple(e for e in found if not _inside(Span(e.start, e.end), self.foreign))

    @cached_property
    def past(self) -> frozenset[int]:
        """Where words begin that tell what happened (``Line.past``)."""
        return frozenset(start + at for start, line in self.placed for at in line.past)

    @property
    def english(self) -> str:
        """The text without its parts in another language."""
        cuts = [0, *(at for part in self.foreign for at in (part.start, part.end)), len(self.text)]
        return "".join(self.text[start:end] for start, end in zip(cuts[::2], cuts[1::2], strict=True)).strip()

    def is_quoted(self, span: Span) -> bool:
        before = bisect.bisect_right(self.quotations, span.start, key=lambda quotation: quotation.start)
        return before > 0 and span.end <= self.quotations[before - 1].end

    @cached_property
    def prose_sentences(self) -> tuple[Span, ...]:
        """Sentences that hold at least one word of prose (a row of hashtags is none)."""
        return tuple(self.sentences[words[0].sentence] for words in self.by_sentence)

    @cached_property
    def by_sentence(self) -> tuple[tuple[Word, ...], ...]:
        """The words of each sentence of ``prose_sentences``."""
        return _by_sentence(self.words)

    def total(self, count: Callable[[Line], int]) -> int:
        """The sum of what ``count`` counts in each line; it has to be a function of a module and to look at nothing else."""
        return sum(line.once(count, count) for _, line in self.placed)

    def places(self, find: Callable[[Line], tuple[Span, ...]]) -> tuple[Span, ...]:
        """All that ``find`` finds in the lines; it has to be a function of a module and to look at nothing else."""
        return self._shifted(line.once(find, find) for _, line in self.placed)

    def listed(self, words: frozenset[str]) -> tuple[Word, ...]:
        """The words whose lower case is among ``words``, one of the closed lists."""
        pairs = zip(self._placed_words, (line.listed(words) for _, line in self.placed), strict=True)
        return tuple(placed[i] for placed, places in pairs for i in places)

    def stemmed(self, words: frozenset[str]) -> tuple[Word, ...]:
        """The words whose stem is among ``words``, one of the closed lists."""
        pairs = zip(self._placed_words, (line.stemmed(words) for _, line in self.placed), strict=True)
        return tuple(placed[i] for placed, places in pairs for i in places)

    def words_in(self, span: Span) -> tuple[Word, ...]:
        starts = self._word_starts
        return self.words[bisect.bisect_left(starts, span.start) : bisect.bisect_left(starts, span.end)]

    def sentence_at(self, offset: int) -> Span:
        """The sentence that holds ``offset``; the whole text where there is none."""
        index = bisect.bisect_right(self.sentences, offset, key=lambda span: span.start) - 1
        return self.sentences[index] if index >= 0 else Span(0, len(self.text))

    def without(self, foreign: tuple[Span, ...], *, everything: bool) -> Reading:
        """The text with the parts ``foreign`` out of its prose, unless they are ``everything`` there is; each is a run of
        whole sentences."""
        if everything:
            return Reading(self.text, self.placed, foreign=foreign, is_foreign=True)
        placed = []
        for start, line in self.placed:
            end = start + len(line.text)
            parts = tuple(
                Span(max(p.start, start) - start, min(p.end, end) - start) for p in foreign if p.start < end and start < p.end
            )
            placed.append((start, line.without(parts) if parts else line))
        return Reading(self.text, placed, foreign=foreign)

    @cached_property
    def told(self) -> Reading:
        """The text with what tells nothing out of its prose: stretches that say again what an earlier one said, figures aside,
        and heaps of words or figures, such as lists of names, with hardly a verb."""
        seen: set[tuple[str, ...]] = set()
        idle = []
        for start, line in self.placed:
            for stretch, words, heap in line.accounts:
                if heap or (words and words in seen):
                    idle.append(Span(stretch.start + start, stretch.end + start))
                seen.add(words)
        if not idle:
            return self
        # Parts in another language are none of the prose already, so no stretch with words lies within one.
        return self.without(tuple(sorted((*self.foreign, *idle), key=lambda span: span.start)), everything=False)

    @cached_property
    def _word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _placed_words(self) -> list[tuple[Word, ...]]:
        pairs = zip(self.placed, self._first_sentences, strict=True)
        return [line.words_at(start, sentence) for (start, line), sentence in pairs]

    def _blocks(self) -> Iterable[tuple[int, Block]]:
        return ((start + at, block) for start, line in self.placed for at, block in line.blocks)

    def _shifted(self, spans: Iterable[tuple[Span, ...]]) -> tuple[Span, ...]:
        pairs = zip(self.placed, spans, strict=True)
        return tuple(Span(span.start + start, span.end + start) for (start, _), found in pairs for span in found)

    def _joined(self, parts: Iterable[str]) -> str:
        return "\n".join(parts)


def _sentences(text: str, blocks: Iterable[tuple[int, Block]]) -> Iterable[Span]:
    return _between(text, [at + start for at, block in blocks for start in block.starts])


def _between(text: str, starts: list[int]) -> Iterable[Span]:
    """The stretches of a line from each of ``starts`` to the next, without the blanks around them."""
    for start, end in zip(starts, [*starts[1:], len(text)][: len(starts)], strict=True):
        inner = text[start:end].strip()
        if inner:
            begin = text.index(inner[0], start)
            yield Span(begin, begin + len(inner))


def _by_sentence(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], ...]:
    groups: dict[int, list[Word]] = {}
    for word in words:
        groups.setdefault(word.sentence, []).append(word)
    return tuple(map(tuple, groups.values()))


def _inside(span: Span, others: tuple[Span, ...]) -> bool:
    return any(other.start <= span.start < other.end for other in others)


def _masked(text: str, spans: Iterable[Span]) -> str:
    parts = []
    at = 0
    for span in sorted(spans, key=lambda s: s.start):
        if span.start < at:
            continue
        parts += [text[at : span.start], MASK * (span.end - span.start)]
        at = span.end
    return "".join([*parts, text[at:]]) if parts else text
