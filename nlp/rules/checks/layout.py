"""Checks of length and layout: limits, hashtags, mentions, emoji, capitals and links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nlp import surfaces
from nlp.language import lexicon
from nlp.language.norms import norms
from nlp.language.pipeline import common_words
from nlp.model import Span, Surface
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading

#: A longer block fills the screen of a phone.
MAX_BLOCK_CHARACTERS = 600
MAX_MENTIONS = 5
MAX_HASHTAGS = 5
MAX_EMOJI = 6
MAX_EXCLAMATIONS = 4
#: A long text may have one exclamation mark for so many words, and one emoji for so many.
WORDS_PER_EXCLAMATION, WORDS_PER_EMOJI = 25, 15
#: Words in capitals, of four letters or more, that count as shouting.
MIN_CAPITAL_WORDS = 2
#: Words in capitals from which a row is taken for a sentence rather than for a name or a label.
MIN_SHOUTED_WORDS = 5
#: Words that stand in sentences and imperatives rather than in names and labels.
_SPOKEN = (lexicon.ENGLISH | lexicon.ME | lexicon.WE | lexicon.YOU) - frozenset(
    {"about", "after", "and", "at", "be", "before", "by", "from", "into", "of", "or", "out", "that", "the", "to"}
) | {"always", "buy", "call", "is", "never", "no", "now", "please", "read", "stop", "today", "was"}
#: Words that a text with a link needs.
MIN_WORDS_WITH_LINK = 6
_CAPS = re.compile(r"\b[A-Z][A-Z']*\b(?:[ ,]+\b[A-Z][A-Z']*\b)+")
#: Common words that may be acronyms in a text in capitals.
_ACRONYMS = frozenset({"am", "hr", "it", "pm", "us", "who"})
#: Signs that begin the items of a list, as opposed to emoji that carry a feeling.
_TICKS = frozenset("☐☑✅✓✔•▪▫■□◆◇▶►➡→➤👉🔸🔹🔶🔷")
_STYLED_LETTER = "\U0001d400-\U0001d7ff\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a"
_STYLED_LETTERS = re.compile(rf"[{_STYLED_LETTER}](?:[{_STYLED_LETTER} ’'-]*[{_STYLED_LETTER}])+")
#: Well-known hashtags of several words; a screen reader separates the words only by their capitals.
_CAMEL_CASE = {
    name.lower(): name
    for name in [
        *("AccountBasedMarketing", "ArtificialIntelligence", "B2BMarketing", "B2BSales", "BusinessDevelopment", "ColdCalling"),
        *("ContentMarketing", "CustomerExperience", "CustomerSuccess", "DigitalMarketing", "DigitalTransformation"),
        *(
            "B2BSaaS",
            "BusinessGrowth",
            "CustomerService",
            "InsideSales",
            "LeadGen",
            "SalesCoaching",
            "SalesLife",
            "SalesManager",
        ),
        *("SalesTeam", "SupplyChainManagement", "TeamBuilding", "WarehouseManagement", "WorkLifeBalance", "AccountManagement"),
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
    """More emoji than the text can carry. Ticks and arrows that begin a line are bullets and do not count."""
    text = reading.views.raw
    line_starts = {line.start for line in reading.lines}
    counted = [emoji for emoji in reading.emoji if not (emoji.start in line_starts and text[emoji.start] in _TICKS)]
    if len(counted) > max(MAX_EMOJI, len(reading.words) // WORDS_PER_EMOJI):
        yield Match(counted[MAX_EMOJI], words=(str(len(counted)),))


def exclamation_clutter(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """More exclamation marks than the text can carry; those in a row count once."""
    marks = [match.span() for match in re.finditer(r"[!\uff01]+", reading.views.prose)]
    if len(marks) > max(MAX_EXCLAMATIONS, len(reading.words) // WORDS_PER_EXCLAMATION):
        yield Match(Span(*marks[MAX_EXCLAMATIONS]), words=(str(len(marks)),))


def pseudo_letters(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Mathematical and enclosed letters used as bold or italic."""
    for match in _STYLED_LETTERS.finditer(reading.views.raw):
        yield Match(Span(*match.span()), (unicodedata.normalize("NFKC", match.group()),))


def all_caps(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Words in capitals that say something: names, labels and acronyms do not shout. Where a word is not known, it may be a
    name, and no replacement is offered."""
    for match in _CAPS.finditer(reading.views.prose):
        words = [word.lower() for word in re.findall(r"[A-Z']+", match.group())]
        all_common = all(map(_is_common, words))
        is_spoken = not _SPOKEN.isdisjoint(words) or (all_common and len(words) >= MIN_SHOUTED_WORDS)
        if not is_spoken or sum(len(word) > 3 for word in words) < MIN_CAPITAL_WORDS:
            continue
        start = match.start()
        lowered = match.group().lower()
        if any(sentence.start == start for sentence in reading.sentences):
            lowered = lowered[0].upper() + lowered[1:]
        replacements = (re.sub(r"\bi\b", "I", lowered),) if all_common and _ACRONYMS.isdisjoint(words) else ()
        yield Match(Span(*match.span()), replacements)


def _is_common(lower: str) -> bool:
    """Whether a word is in one of the lists of common words, or an inflection of one that is."""
    stems = {lower, *(lower.removesuffix(ending) for ending in ("s", "d", "ed", "ing", "n't", "'s"))}
    return not stems.isdisjoint(common_words()) or not stems.isdisjoint(norms())


def bare_link(reading: Reading, _surface: Surface) -> Iterator[Match]:
    if reading.links and len(reading.words) < MIN_WORDS_WITH_LINK:
        yield Match(reading.links[0])
