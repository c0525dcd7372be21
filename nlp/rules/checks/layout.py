"""Checks of length and layout: limits, hashtags, mentions, emoji, capitals and links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nlp import surfaces
from nlp.model import Span, Surface
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading

#: A longer block fills the screen of a phone.
MAX_BLOCK_CHARACTERS = 600
MAX_MENTIONS = 5
MAX_HASHTAGS = 5
MAX_EMOJI = 6
#: Words in capitals, of four letters or more, that count as shouting.
MIN_CAPITAL_WORDS = 2
#: Words that a text with a link needs.
MIN_WORDS_WITH_LINK = 6
_CAPS = re.compile(r"\b[A-Z][A-Z']{3,}\b(?:[ ,]+\b[A-Z][A-Z']+\b)*")
_STYLED_LETTER = "\U0001d400-\U0001d7ff\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a"
_STYLED_LETTERS = re.compile(rf"[{_STYLED_LETTER}](?:[{_STYLED_LETTER} ’'-]*[{_STYLED_LETTER}])+")
#: Well-known hashtags of several words; a screen reader separates the words only by their capitals.
_CAMEL_CASE = {
    name.lower(): name
    for name in [
        *("AccountBasedMarketing", "ArtificialIntelligence", "B2BMarketing", "B2BSales", "BusinessDevelopment", "ColdCalling"),
        *("ContentMarketing", "CustomerExperience", "CustomerSuccess", "DigitalMarketing", "DigitalTransformation"),
        *("FutureOfWork", "LeadGeneration", "LinkedInTips", "MachineLearning", "PersonalBranding", "ProjectManagement"),
        *("RevenueOperations", "SalesDevelopment", "SalesEnablement", "SalesLeadership", "SalesManagement", "SalesStrategy"),
        *("SalesTips", "SalesTraining", "SmallBusiness", "SocialSelling", "SupplyChain", "ThoughtLeadership", "WomenInSales"),
    ]
}


def over_the_limit(reading: Reading, surface: Surface) -> Iterator[Match]:
    limit_end = surfaces.overflow(surface, reading.views.raw)
    if limit_end is not None and limit_end < len(reading.views.raw):
        length = surfaces.measure(surface, reading.views.raw)
        yield Match(Span(limit_end, len(reading.views.raw)), words=(_characters(length.used - length.limit),))


def comment_length(reading: Reading, surface: Surface) -> Iterator[Match]:
    length = surfaces.measure(surface, reading.views.raw)
    if length.used > length.limit:
        yield Match(None, words=(_characters(length.limit),))


def _characters(count: int) -> str:
    return f"{count:,} character{'s' * (count != 1)}"


def wall_of_text(reading: Reading, _surface: Surface) -> Iterator[Match]:
    for block in reading.lines:
        if block.end - block.start > MAX_BLOCK_CHARACTERS:
            yield Match(block)


def many_hashtags(reading: Reading, _surface: Surface) -> Iterator[Match]:
    tags = reading.hashtags
    if len(tags) > MAX_HASHTAGS:
        rest = reading.views.raw[tags[MAX_HASHTAGS - 1].end : tags[-1].end]
        only_tags = not re.sub(r"[#＃]\w+|\s", "", rest)
        span = Span(tags[MAX_HASHTAGS - 1].end, tags[-1].end) if only_tags else tags[MAX_HASHTAGS]
        yield Match(span, ("",) if only_tags else (), (str(len(tags)),))


def hashtag_case(reading: Reading, _surface: Surface) -> Iterator[Match]:
    for tag in reading.hashtags:
        name = tag.of(reading.views.raw)[1:]
        if name.islower() and name in _CAMEL_CASE:
            yield Match(tag, ("#" + _CAMEL_CASE[name],))


def many_mentions(reading: Reading, _surface: Surface) -> Iterator[Match]:
    names = reading.mentions
    if len(names) > MAX_MENTIONS:
        yield Match(names[MAX_MENTIONS], words=(str(len(names)),))


def many_emoji(reading: Reading, _surface: Surface) -> Iterator[Match]:
    if len(reading.emoji) > max(MAX_EMOJI, len(reading.words) // 15):
        yield Match(reading.emoji[MAX_EMOJI], words=(str(len(reading.emoji)),))


def pseudo_letters(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Mathematical and enclosed letters used as bold or italic."""
    for match in _STYLED_LETTERS.finditer(reading.views.raw):
        yield Match(Span(*match.span()), (unicodedata.normalize("NFKC", match.group()),))


def all_caps(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """At least two consecutive words in capitals, of four letters or more."""
    for match in _CAPS.finditer(reading.views.prose):
        words = re.findall(r"[A-Z']+", match.group())
        if sum(len(word) > 3 for word in words) >= MIN_CAPITAL_WORDS:
            start = match.start()
            lowered = match.group().lower()
            if any(sentence.start == start for sentence in reading.sentences):
                lowered = lowered[0].upper() + lowered[1:]
            yield Match(Span(*match.span()), (re.sub(r"\bi\b", "I", lowered),))


def bare_link(reading: Reading, _surface: Surface) -> Iterator[Match]:
    if reading.links and len(reading.words) < MIN_WORDS_WITH_LINK:
        yield Match(reading.links[0])
