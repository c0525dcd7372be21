"""Checks of turns of phrase: teasers, stock words, adjectives and sentences in rows of three, and rows of passives."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import re2

from nlp.model import Span, Surface
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.language.types import Word

#: Words between two stock words that still sound together, and how many in a whole text sound so wherever they are.
STOCK_DISTANCE, MAX_STOCK_WORDS = 30, 3
#: Sentences in a row that begin alike, and the most words of each: longer ones say something of their own.
MIN_ALIKE, MAX_ALIKE_WORDS = 3, 7
#: Passives in one paragraph, and the least share of them among its sentences.
MIN_PASSIVES, MIN_PASSIVE_SHARE = 4, 0.75
_QUESTION = re2.compile(
    r"(?i)(?:(?:and|but|so),? )?(?:(?:the|my|our|their|your) (?:(?:best|worst|crazy|craziest|scariest|hardest"
    r"|funniest|saddest|biggest"
    r"|real|surprising|interesting|fun|cool|wild|sad|hard|simple|end) )?(?:results?|outcome|part|thing|lessons?"
    r"|takeaways?|kicker"
    r"|catch|twist|secret|truth|problem|solution|difference|moral|irony|fix|bottom line)|honestly|guess what"
    r"|you know what)\?"
)
_LEAD_IN = re2.compile(
    r"(?i)(?:(?:and|but|so|now|because),? )?(?:here(?:'s| is) (?:the (?:thing|kicker|truth|reality|deal|catch"
    r"|secret|harsh truth"
    r"|hard truth|uncomfortable truth|real kicker|funny thing|interesting part|crazy part|best part)\b(?: [a-z]+){0,2}"
    r"(?: ?[:.,!\x{2014}\x{2013}\x{2026}-]|$)|(?:why|how) ?(?:[:.\x{2026}\x{2b07}]|$))|spoiler(?: alert)?[:,!.]"
    r"|plot twist[:,!.]|(?:(?:un)?popular|controversial|contrarian|hot) (?:opinion|take)s?[:,.!]|(?:picture"
    r"|imagine) this[:,.!]|news ?flash[:,!.]"
    r"|(?:most (?:people|sellers|salespeople|reps|leaders|companies|founders|teams|gurus|experts)|they|no one|nobody)"
    r" (?:won't|will not|will never|never) (?:tell|teach|show) you)"
)
_STOCK = frozenset(
    {
        "additionally", "agile", "beacon", "bolster", "bolstering", "bolsters", "catalyst", "comprehensive", "cornerstone",
        "cultivate", "cultivating", "delve", "delves", "delving", "dynamic", "ecosystem", "elevate", "elevates", "elevating",
        "embark", "embarking", "empower", "empowering", "empowers", "foster", "fostering", "fosters", "furthermore",
        "groundbreaking", "harness", "harnessing", "holistic", "impactful", "innovative", "intricate", "invaluable",
        "landscape", "meticulous", "meticulously", "moreover", "multifaceted", "nuanced", "paramount", "pivotal",
        "proactive", "profound", "realm", "resonate", "resonates", "robust", "scalable", "seamless", "seamlessly",
        "spearhead", "spearheaded", "streamline", "streamlined", "streamlines", "streamlining", "synergy", "tapestry",
        "testament", "transformative", "underscore", "underscores", "unparalleled", "unwavering", "utmost", "vibrant",
    }
)  # fmt: skip
_TRIPLE = re2.compile(r"(?i)\b([a-z][a-z-]+), ([a-z][a-z-]+),? (?:and|&|or|yet|but) ([a-z][a-z-]{4,})\b")
_GENERAL_ADJECTIVES = frozenset(
    {
        "actionable", "affordable", "agile", "amazing", "ambitious", "authentic", "beautiful", "bold", "brave", "bright",
        "clear", "collaborative", "compelling", "comprehensive", "connected", "consistent", "cost-effective", "creative",
        "curious", "customer-centric", "data-driven", "dedicated", "disciplined", "driven", "dynamic", "easy", "effective",
        "efficient", "empathetic", "engaging", "exciting", "fast", "flexible", "focused", "forward-thinking", "fresh",
        "friendly", "future-oriented", "future-proof", "future-ready", "genuine", "hard-working", "hardworking", "holistic",
        "honest", "human", "humble", "hungry", "impactful", "inclusive", "innovative", "insightful", "inspiring",
        "intelligent", "intentional", "intuitive", "kind", "lean", "meaningful", "memorable", "modern", "motivated",
        "nimble", "passionate", "personal", "personalised", "personalized", "powerful", "practical", "proactive", "proven",
        "purposeful", "raw", "real", "relevant", "reliable", "resilient", "results-driven", "robust", "scalable", "seamless",
        "secure", "simple", "smart", "strategic", "streamlined", "strong", "sustainable", "talented", "thoughtful", "timely",
        "transformative", "transparent", "trusted", "trustworthy", "unique", "user-friendly", "valuable", "vibrant",
        "visionary", "wonderful",
    }
)  # fmt: skip
_DRUM_ROLL = frozenset({"it's", "that's", "this is", "no", "more", "less", "every", "be", "better", "faster", "real"})


def teasers(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A phrase that announces the point: "The result?", "Here's the thing:"."""
    sentences = reading.prose_sentences
    for number, span in enumerate(sentences):
        text = span.of(reading.views.normalized)
        start = span.start + len(text) - len(text.lstrip(" \"'*_-•→>"))
        text = reading.views.normalized[start : span.end].rstrip()
        if _QUESTION.fullmatch(text):
            words = (reading.views.raw[start : start + len(text)],)
            following = sentences[number + 1].start if number + 1 < len(sentences) else start
            if start < following and reading.views.raw[start + len(text) : following].strip(" ") == "":
                yield Match(Span(start, following), ("",), words)
            else:
                yield Match(Span(start, start + len(text)), (), words)
        elif lead_in := _LEAD_IN.match(text):
            words = (lead_in.group().rstrip(" :.,!-—–…"),)
            yield Match(Span(start, start + lead_in.end()), (), words)


def stock_words(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Two different words of brochures close to each other, or three anywhere. One alone is no fault."""
    found = [(number, word) for number, word in enumerate(reading.words) if word.lower in _STOCK]
    for (place, word), (next_place, next_word) in itertools.pairwise(found):
        if next_place - place <= STOCK_DISTANCE and next_word.lower[:6] != word.lower[:6]:
            yield _stock_match([word, next_word])
            return
    distinct = list({word.lower[:6]: word for _, word in reversed(found)}.values())[::-1]
    if len(distinct) >= MAX_STOCK_WORDS:
        yield _stock_match(distinct[:MAX_STOCK_WORDS])


def _stock_match(words: list[Word]) -> Match:
    quoted = [f"“{word.text}”" for word in words]
    return Match(words[-1].span, words=(f"{', '.join(quoted[:-1])} and {quoted[-1]}",))


def triple_adjectives(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Three adjectives in a row, two of which would fit any product or person."""
    for match in _TRIPLE.finditer(reading.views.prose):
        words = [word.lower() for word in match.groups()]
        if words[-1] in _GENERAL_ADJECTIVES and sum(word in _GENERAL_ADJECTIVES for word in words) > 1:
            yield Match(Span(*match.span()))


def same_openings(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Three short sentences in a row with the same beginning: "It's fast. It's simple. It's yours."."""
    pairs = zip(reading.prose_sentences, reading.words_by_sentence, strict=True)
    for opening, group in itertools.groupby(pairs, key=lambda pair: _drum_roll(pair[1])):
        run = list(group)
        if opening and len(run) >= MIN_ALIKE:
            yield Match(Span(run[0][0].start, run[-1][0].end), words=(str(len(run)),))


def _drum_roll(words: tuple[Word, ...]) -> str:
    """How a short sentence begins, if with one of ``_DRUM_ROLL``; empty otherwise."""
    if len(words) > MAX_ALIKE_WORDS:
        return ""
    one, two = words[0].lower, " ".join(word.lower for word in words[:2])
    return one if one in _DRUM_ROLL else two if two in _DRUM_ROLL else "it's" if two == "it is" else ""


def stacked_passives(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A paragraph in which most sentences are passive. A single passive is no fault."""
    starts = [auxiliary.start for auxiliary in reading.find_in_lines(_passives)]
    if len(starts) < MIN_PASSIVES:
        return
    for paragraph in reading.paragraphs:
        inside = [start for start in starts if paragraph.start <= start < paragraph.end]
        sentences = sum(paragraph.start <= span.start < paragraph.end for span in reading.prose_sentences)
        if len(inside) >= MIN_PASSIVES and len(inside) >= MIN_PASSIVE_SHARE * sentences:
            yield Match(paragraph, words=(str(len(inside)),))


def _passives(line: Line) -> tuple[Span, ...]:
    """The auxiliaries of passives. "It's gone" and the like are mostly states."""
    return tuple(
        Span(offset + token.start, offset + token.end)
        for offset, block in line.blocks
        for token in block.tokens
        if token.dep == "aux:pass" and token.text.isalpha()
    )
