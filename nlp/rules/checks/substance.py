"""Checks of the content of a text: long sentences, and numbers without a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import re2

from nlp.model import Span, Surface
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading

#: More words, about four lines, are hard to follow on a phone.
MAX_SENTENCE_WORDS = 32
#: More words are hard to follow even in a text that is clear as a whole.
MAX_CLEAR_SENTENCE_WORDS = 48
#: Characters around a sentence in which the source of its number may be named.
SOURCE_DISTANCE = 160
_PERCENT_CLAIM = re2.compile(
    r"(?i)\b\d+(?:\.\d+)?\s?(?:%|percent|per cent)\s+(?:of\s+)?(?:all\s+)?(?:the\s+)?"
    r"(?:(?:b2b|cold|new|lost|potential|sales|inbound|outbound|small|large)\s+)?"
    r"(?:buyers|customers|companies|businesses|people|sellers|reps|salespeople|leaders|marketers|executives|decision[- ]makers"
    r"|consumers|organi[sz]ations|teams|managers|deals|sales|emails|calls|leads|employees|users|professionals|startups)\b"
    r"|\b\d+\s?(?:%|percent|per cent) (?:through|of the way|more likely|less likely)\b"
)
_OWN_COUNT = re.compile(r"\b(?:our|my|we|i|us|me)\b", re.IGNORECASE)
_SUPPOSES = re.compile(
    r"\b(?:if|imagine|suppose|say|aim(?:ing)?|goal|target|let's|guess|bet|would|could|should|roughly half)\b", re.IGNORECASE
)
_SOURCE = re.compile(
    r"\b(?:according to|source|survey(?:ed)?|stud(?:y|ies)|report(?:ed|s)?|research (?:by|from)|data from|published|found that"
    r"|gartner|forrester|mckinsey|idc|bcg|deloitte|accenture|poll|census|index|benchmark|sample|respondents"
    r"|linkedin's|hubspot|analy[sz]ed|we asked|counted|interviewed)\b",
    re.IGNORECASE,
)


def long_sentence(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A sentence with more words than a phone shows well; a longer one is an endless sentence."""
    yield from _sentences_of(reading, MAX_SENTENCE_WORDS, MAX_CLEAR_SENTENCE_WORDS)


def endless_sentence(reading: Reading, _surface: Surface) -> Iterator[Match]:
    yield from _sentences_of(reading, MAX_CLEAR_SENTENCE_WORDS, len(reading.words))


def _sentences_of(reading: Reading, over: int, up_to: int) -> Iterator[Match]:
    for sentence in reading.words_by_sentence:
        if over < len(sentence) <= up_to:
            yield Match(reading.sentence_at(sentence[0].start), words=(str(len(sentence)),))


def number_without_source(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A percentage of people or companies in general with no source near it. A sentence that reports an event or supposes
    something states no general fact."""
    if reading.links:
        return
    for match in _PERCENT_CLAIM.finditer(reading.views.prose):
        if reading.views.prose[: match.start()].lower().endswith("top "):
            continue
        sentence = reading.sentence_at(match.start())
        around = reading.views.prose[max(0, sentence.start - SOURCE_DISTANCE) : sentence.end + SOURCE_DISTANCE]
        claim = sentence.of(reading.views.prose)
        tells = any(sentence.start <= start < sentence.end for start in reading.event_starts)
        if not (tells or _SOURCE.search(around) or _OWN_COUNT.search(claim) or _SUPPOSES.search(claim)):
            yield Match(Span(*match.span()))
