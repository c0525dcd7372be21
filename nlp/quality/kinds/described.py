"""A draft as the features that tell its kind: cues, layout, parts of speech, listed words and what its words are about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from itertools import chain, pairwise
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nlp.language.meaning import meaning, width
from nlp.model import DRAFT_SURFACES, Surface
from nlp.quality.kinds import cues

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line

#: Words, hashtags, links, mentions, question and exclamation marks, and emoji, which also tell a kind.
_TOKEN = re.compile(
    r"https?://\S+|@\w+|#\w+|[^\W_]+(?:['’-][^\W_]+)*|[?!]|[\u231a-\u23ff\u2600-\u27bf\u2b50\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
)
LINK, MENTION, NUMBER = "<link>", "<mention>", "<n>"
#: What a line of a list begins with.
_BULLET = re.compile(r"^\s*(?:[-–•*✅👉🔹▪✔💧☎📍📅]|\d+[.):/])", re.MULTILINE)
_NUMBERED = re.compile(r"^\s*\d+[.)/:]", re.MULTILINE)
_QUOTE = re.compile(r"[“\"][^“”\"\n]{2,}[”\"]")
_YOU = frozenset({"you", "your", "yours", "you're", "you'll", "you've", "yourself"})
_I = frozenset({"i", "i'm", "i've", "i'll", "i'd", "me", "my", "mine", "myself"})
_WE = frozenset({"we", "we're", "we've", "we'll", "us", "our", "ours"})
_THIRD = frozenset({"he", "she", "they", "his", "her", "their", "him", "them"})
_QUESTION_WORDS = frozenset({"how", "why", "what", "which", "who", "when", "where", "what's", "who's"})
_TAGS = (
    "CC", "CD", "DT", "EX", "IN", "JJ", "JJR", "JJS", "MD", "NN", "NNP", "NNPS", "NNS", "PRP", "PRP$", "RB", "RP", "TO", "UH",
    "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "WDT", "WP", "WRB",
)  # fmt: skip
PLACES = ("whole", "first", "last")
#: Words that a text begins with are listed apart.
START = "^"

SHAPE = (
    "words", "sentences", "lines", "paragraphs", "bullets", "bullet_share", "numbered", "hashtags", "emoji", "links",
    "mentions", "opens_with_mention", "ends_with_link", "questions", "question_share", "ends_asking", "opens_asking",
    "first_line_asks", "exclamations", "quotes", "colons", "dashes", "commas", "ellipses", "currency", "percent",
    "numbers", "shouted", "capitals", "long_words", "distinct_words", "you", "i", "we", "third_person", "first_i", "first_we",
    "first_you", "past_events", "people", "organisations", "under_12_words", "under_30_words", "over_120_words",
)  # fmt: skip


class Described(NamedTuple):
    """``numbers``: by name, those that are 0 left out. ``vectors``: the mean vector of all words, of those of the first
    sentence and of the last. ``words``: words and pairs of neighbours, and the ``START`` of the text."""

    numbers: Mapping[str, float]
    vectors: np.ndarray[Any, np.dtype[np.float64]]
    words: frozenset[str]


def number_names() -> tuple[str, ...]:
    """The names of all ``Described.numbers``."""
    return (
        *(f"surface:{surface}" for surface in DRAFT_SURFACES),
        *(f"{place}:{group}" for place in PLACES for group in cues.groups()),
        *(f"shape:{name}" for name in SHAPE),
        *(f"tag:{tag}" for tag in _TAGS),
    )


def tokens(text: str) -> tuple[str, ...]:
    return tuple(map(_normalized, _TOKEN.findall(text)))


def describe(reading: Reading, surface: Surface) -> Described:
    """``reading``: the whole text, with its lists and repetitions."""
    text = reading.views.raw
    spans = reading.prose_sentences
    words = tuple(chain.from_iterable(line.cached(_tokens, _tokens) for _, line in reading.placed_lines))
    # One character more than the sentence, which may be an emoji.
    first = tokens(text[spans[0].start : spans[0].end + 2]) if spans else words
    last = tokens(text[spans[-1].start : spans[-1].end + 2]) if len(spans) > 1 else first
    numbers = {f"surface:{surface}": 1.0}
    for place, own in zip(PLACES, (words, first, last), strict=True):
        numbers.update((f"{place}:{group}", math.log1p(count)) for group, count in cues.count(own).items())
    shape = _shape(reading, text, words, first)
    numbers.update((f"shape:{name}", float(value)) for name, value in shape.items() if value)
    tags = Counter[str]()
    for _, line in reading.placed_lines:
        tags.update(line.cached(_tags, _tags))
    total = max(1, tags.total())
    numbers.update((f"tag:{tag}", tags[tag] / total) for tag in _TAGS if tags[tag])
    return Described(numbers, _vectors(reading), _listed(words))


def _tokens(line: Line) -> tuple[str, ...]:
    return tokens(line.views.raw)


def _normalized(token: str) -> str:
    if token.startswith(("http://", "https://")):
        return LINK
    if token[0] == "@":
        return MENTION
    return NUMBER if token[0].isdigit() else intern(token.replace("’", "'").lower())


def _listed(words: tuple[str, ...]) -> frozenset[str]:
    pairs = (f"{a} {b}" for a, b in pairwise(words))
    starts = (f"{START} {' '.join(words[:n])}" for n in (1, 2, 3) if len(words) >= n)
    return frozenset((*words, *pairs, *starts))


def _vectors(reading: Reading) -> np.ndarray[Any, np.dtype[np.float64]]:
    meant = [found for _, line in reading.placed_lines for found in line.cached(_meanings, _meanings)]
    if not meant:
        return np.zeros(len(PLACES) * width())
    pieces = max(1, sum(found.pieces for found in meant))
    # Added one after the other, so that the last digit does not depend on the number of sentences.
    total = np.add.reduce([found.total for found in meant], axis=0)
    return np.concatenate([total / pieces, meant[0].mean, meant[-1].mean]).astype(np.float64)


def _meanings(line: Line) -> tuple[Any, ...]:
    return tuple(meaning(word.lower for word in words) for words in line.words_by_sentence)


def _tags(line: Line) -> Counter[str]:
    return Counter(token.tag for _, block in line.blocks for token in block.tokens)


class _LineCounts(NamedTuple):
    """What adds up over the lines of a text."""

    lines: int
    bullets: int
    numbered: int
    quotes: int
    colons: int
    dashes: int
    commas: int
    ellipses: int
    currency: int
    percent: int
    shouted: int
    capitalized: int
    long_words: int


def _line_counts(line: Line) -> _LineCounts:
    text = line.views.raw
    return _LineCounts(
        lines=bool(text.strip()),
        bullets=len(_BULLET.findall(text)),
        numbered=len(_NUMBERED.findall(text)),
        quotes=len(_QUOTE.findall(text)),
        colons=text.count(":"),
        dashes=text.count(" - ") + text.count("–") + text.count("—"),
        commas=text.count(","),
        ellipses=text.count("...") + text.count("…"),
        currency=sum(map(text.count, "$€£")),
        percent=text.count("%"),
        shouted=sum(len(word.text) > 2 and word.text.isupper() for word in line.words),
        capitalized=sum(word.text[0].isupper() for word in line.words),
        long_words=sum(len(word.text) > 7 for word in line.words),
    )


def _shape(reading: Reading, text: str, words: tuple[str, ...], first: tuple[str, ...]) -> dict[str, float]:
    log = math.log1p
    count = len(reading.words)
    per_word = 1 / max(1, count)
    used = Counter(words)
    by_line = [line.cached(_line_counts, _line_counts) for _, line in reading.placed_lines]
    n = _LineCounts(*(sum(column) for column in zip(*by_line, strict=True)))
    end = text.rstrip()
    sentences = len(reading.prose_sentences)
    names = Counter(entity.label for entity in reading.entities)
    return {
        "words": log(count),
        "sentences": log(sentences),
        "lines": log(n.lines),
        "paragraphs": log(len(reading.paragraphs)),
        "bullets": log(n.bullets),
        "bullet_share": n.bullets / max(1, n.lines),
        "numbered": log(n.numbered),
        "hashtags": log(len(reading.hashtags)),
        "emoji": log(len(reading.emoji)),
        "links": log(len(reading.links)),
        "mentions": log(len(reading.mentions)),
        "opens_with_mention": bool(words) and words[0] == MENTION,
        "ends_with_link": bool(words) and words[-1] == LINK,
        "questions": log(used["?"]),
        "question_share": used["?"] / (1 + sentences),
        "ends_asking": "?" in end[-3:],
        "opens_asking": bool(words) and words[0] in _QUESTION_WORDS,
        "first_line_asks": text.strip().partition("\n")[0].rstrip().endswith("?"),
        "exclamations": log(used["!"]),
        "quotes": log(n.quotes),
        "colons": log(n.colons),
        "dashes": log(n.dashes),
        "commas": n.commas * per_word,
        "ellipses": log(n.ellipses),
        "currency": log(n.currency),
        "percent": n.percent > 0,
        "numbers": log(used[NUMBER]),
        "shouted": log(n.shouted),
        "capitals": n.capitalized * per_word,
        "long_words": n.long_words * per_word,
        "distinct_words": len(used) / max(1, len(words)),
        "you": log(sum(used[word] for word in _YOU)),
        "i": log(sum(used[word] for word in _I)),
        "we": log(sum(used[word] for word in _WE)),
        "third_person": log(sum(used[word] for word in _THIRD)),
        "first_i": any(word in _I for word in first),
        "first_we": any(word in _WE for word in first),
        "first_you": any(word in _YOU for word in first),
        "past_events": log(len(reading.event_starts)),
        "people": log(names["PER"]),
        "organisations": log(names["ORG"]),
        "under_12_words": count < 12,
        "under_30_words": count < 30,
        "over_120_words": count > 120,
    }
