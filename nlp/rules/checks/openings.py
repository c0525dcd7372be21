"""Checks of how a text begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nlp import surfaces
from nlp.language import lexicon
from nlp.language.lexicon import stem
from nlp.measures import audience, hook
from nlp.model import Span, Surface
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading

#: Characters by which a sentence may end after a fold, because folds are estimates.
FOLD_TOLERANCE = 20
#: Words that a post needs before its opening is checked.
MIN_WORDS = 25
#: What a company says about itself when it opens with "we", as opposed to what it did, saw or got wrong.
_ABOUT_OURSELVES = re.compile(
    r"(?:at (?-i:[A-Z])[\w&.'-]*(?: (?-i:[A-Z])[\w&.'-]*)*, )?"
    r"we(?:'re|'ve| are| have| just| also| recently| at [A-Z]\w+)*[, ]+(?:so |very |really |now |currently )*"
    r"(?:hiring|recruit\w*|thrilled|excited|proud|pleased|happy|delighted|honou?red|launch\w*|announc\w*|offer\w*|provid\w*|help\w*"
    r"|speciali[sz]\w+|deliver\w*|believ\w*|won\b|celebrat\w*|opened|opening|expand\w*|partner\w*|empower\w*|exist\b|pride"
    r"|the leading|a leading|looking for)",
    re.IGNORECASE,
)


def point_below_the_fold(reading: Reading, surface: Surface) -> Iterator[Match]:
    """The first sentence does not end before a phone cuts off the text."""
    folds = [fold.offset for fold in surfaces.measure(surface, reading.views.raw).folds if fold.offset is not None]
    if folds and reading.prose_sentences and reading.prose_sentences[0].end > min(folds) + FOLD_TOLERANCE:
        yield Match(reading.prose_sentences[0])


def flat_opening(reading: Reading, surface: Surface) -> Iterator[Match]:
    """The first sentence of a post has no number, no name, no event and no problem, and does not address the reader."""
    if len(reading.words) < MIN_WORDS:
        return
    first = reading.words_by_sentence[0]
    if any(word.lower == "question" for word in first):
        return
    substance, about_reader = hook.opening_substance(reading, surface), hook.opening_about_reader(reading, surface)
    if not substance.value and about_reader.value <= 0 and not any(stem(word) in lexicon.WE for word in first):
        yield Match(Span(first[0].start, first[-1].end))


def opens_with_us(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """The first sentence begins with "we", "our" or "At Acme, we", has no number, and mentions nobody else."""
    if len(reading.prose_sentences) < 2:
        return
    first, sentence = reading.words_by_sentence[0], reading.prose_sentences[0]
    if stem(first[0]) not in ("we", "our", "at") or sentence.start != first[0].start:
        return
    if stem(first[0]) != "our" and not _ABOUT_OURSELVES.match(sentence.of(reading.views.normalized)):
        return
    concrete = any(sentence.start <= number.start < sentence.end for number in reading.numbers)
    if not concrete and not (
        audience.reader_words(first) or any(stem(word) in lexicon.YOU or word.lower in lexicon.PROBLEMS for word in first)
    ):
        yield Match(Span(first[0].start, first[min(3, len(first) - 1)].end))
