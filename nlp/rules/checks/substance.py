"""Checks of the content of a text: details, scenes, sources, and whom it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import re2

from nlp.language import lexicon
from nlp.measures import audience, specificity, story
from nlp.model import Span, Surface
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading

#: More words, about four lines, are hard to follow on a phone.
MAX_SENTENCE_WORDS = 32
#: More words are hard to follow even in a text that is clear as a whole.
MAX_CLEAR_SENTENCE_WORDS = 48
#: Words a text needs before a check applies. Fewer do not show whom it is about, or leave no room for a detail or a scene.
MIN_WORDS_ABOUT_US, MIN_WORDS_SPECIFICS, MIN_WORDS_SCENE = 40, 50, 80
#: A text is mostly about us if it has at least this many words for our side, more than this many for each word for the reader,
MIN_WORDS_FOR_US, MAX_US_PER_READER = 4, 3
#: and at least this many mentions of our own company.
MIN_COMPANY_MENTIONS = 2
#: Past events that a scene needs.
MIN_EVENTS = 3
#: Characters around a sentence in which the source of its number may be named.
SOURCE_DISTANCE = 160
#: Customers say "we" just as often; only these phrases show that the writer's own company is meant.
_OUR_COMPANY = re.compile(
    r"\b(?:our|we(?:'re| are) (?:a|an|the)) (?:[a-z-]+ ){0,2}(?:company|team|platform|solutions?|products?|tools?|software"
    r"|technolog(?:y|ies)|services?|clients?|customers?|founders?|offices?|mission|vision|values|growth|journey|chapter|launch|people"
    r"|culture|brand|business|experts?|partners?|factory|plant|family|release|app|roadmap|award)\b",
    re.IGNORECASE,
)
_OTHERS = frozenset(
    {
        "he", "she", "they", "him", "her", "his", "hers", "them", "their", "customer", "customers", "buyer", "buyers", "client",
        "clients",
    }
)  # fmt: skip
#: A job advertisement or an invitation needs no scene.
_ANNOUNCEMENT = re.compile(
    r"\b(?:(?:we're|we are|is|are|i'm|now) (?:now )?(?:hiring|recruiting)|apply (?:at|here|now|by|via|below)|vacanc(?:y|ies)"
    r"|register|webinar|booth|stand \d+|come and see us|join us (?:on|at|for|in))\b",
    re.IGNORECASE,
)
_PERCENT_CLAIM = re2.compile(
    r"(?i)\b\d+(?:\.\d+)?\s?(?:%|percent|per cent)\s+(?:of\s+)?(?:all\s+)?(?:the\s+)?(?:b2b\s+)?"
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


def no_specifics(reading: Reading, surface: Surface) -> Iterator[Match]:
    """A longer post without a single number, name or date."""
    scored = reading.scored
    if len(scored.words) >= MIN_WORDS_SPECIFICS and not (
        specificity.numbers(scored, surface).value or specificity.names(scored, surface).value or scored.entities
    ):
        yield Match(None)


def mostly_about_us(reading: Reading, _surface: Surface) -> Iterator[Match]:
    us = len(reading.find_stems(lexicon.WE))
    reader = len(reading.find_stems(lexicon.YOU)) + reading.sum_lines(audience.count_reader_words)
    # A story about somebody else is not about us, even if we tell it.
    others = sum(word.stem in _OTHERS for word in reading.words)
    if len(reading.words) < MIN_WORDS_ABOUT_US or us < MIN_WORDS_FOR_US or us <= others:
        return
    if us > MAX_US_PER_READER * max(1, reader) and len(_OUR_COMPANY.findall(reading.views.normalized)) >= MIN_COMPANY_MENTIONS:
        yield Match(None, words=(_times(us), _times(reader)))


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def no_scene(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A long post without a scene: too few past events, or nobody who experienced them and no time."""
    words = reading.words
    if (
        len(words) < MIN_WORDS_SCENE
        or _ANNOUNCEMENT.search(reading.views.normalized)
        or reading.prose_sentences[0].of(reading.views.normalized).rstrip().endswith("?")
    ):
        return
    events = len(reading.find_in_lines(story.event_spans))
    people = reading.find_stems(lexicon.ME) or any(word.stem in ("he", "she") for word in words)
    if events < MIN_EVENTS or (not people and not reading.find_words(lexicon.TIMES)):
        yield Match(None)


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
