"""What the learned models read off a text: its shape and a closed list of common words. Never a name, handle, link or
n-gram, so that the weights hold nothing of anybody's text.

``features`` gives every feature; each model uses those its weights name.
"""

from __future__ import annotations

import math
import re

from nlp.model import Span
from nlp.surfaces import links

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*", re.UNICODE)
_END = re.compile(r"[.!?…]+(?=\s|$)")
_QUOTED = re.compile(r"[“\"][^“”\"]{2,}[”\"]")

#: Words that bind or point, and common words of headlines; each is a feature of its own (1 where it stands in the text).
_LISTED_WORDS = (
    "a about after again all also always an and any are as at back be because been before being best better big but "
    "by can come could day days did do does don't down easy even ever every everyone everything facts find first for "
    "free from funny get gets getting go going good got great guess guide had happened has have he her here here's "
    "him his how i if i'm in into is isn't it it's its just know last learn let life like little live look looks made "
    "make makes making many may me more most much must my need never new next no not nothing now of off ok old on "
    "once one only or other our out over own part people perfect photos pictures place probably read real really "
    "reason reasons report right said say says secret see she should simple so some something still stop story study "
    "such take tell than that that's the their them then there there's these they thing things think this those "
    "thought time tips to today together too top true truth try two under up us use using very via video want was "
    "watch way ways we week well were what what's when where which while who why will win with without won't work "
    "world worst would year years yes yet you you'll your you're yourself"
)
LISTED = tuple(_LISTED_WORDS.split())
_LISTED = frozenset(LISTED)
_POINTING = frozenset({"this", "these", "here", "here's", "that", "those"})
_CURIOUS = frozenset({"how", "why", "what", "which", "who", "when", "where"})
_YOU = frozenset({"you", "your", "yours", "you're", "you'll", "you've", "yourself"})
_I = frozenset({"i", "i'm", "i've", "i'll", "me", "my", "mine", "we", "our", "us", "we're"})
_THIRD = frozenset({"he", "she", "they", "his", "her", "their", "him", "them"})
_STRONG = frozenset(
    {
        "amazing", "awesome", "best", "biggest", "brilliant", "crazy", "epic", "extremely", "finally", "genius", "greatest",
        "hilarious", "huge", "incredible", "insane", "literally", "massive", "perfect", "perfectly", "shocking", "stunning",
        "totally", "ultimate", "unbelievable", "weird", "worst",
    }
)  # fmt: skip

#: "Please RT" and its kin: asking for reach is bait, and no model of ours may learn that it works.
_BEGGING = re.compile(r"\b(?:rts?|retweet(?:s|ing)?|repost|pls|plz|please|share|follow|spread)\b", re.IGNORECASE)

SHAPE = (
    "words", "letters_in_a_word", "sentences", "characters", "capitals", "shouted_words", "title_case", "figures",
    "opens_with_figure", "figure_first_five", "questions", "exclamations", "ellipses", "colons", "commas", "dashes", "quotes",
    "brackets", "semicolons", "ampersands", "currency", "links", "mentions", "hashtags", "emoji", "opens_with_mention",
    "link_place", "long_words", "short_words", "distinct_words", "pointing", "opens_pointing", "curious", "opens_curious",
    "you", "i", "third_person", "strong", "listed_share", "ends_with_stop",
)  # fmt: skip
WORD_PREFIX = "word:"
FEATURES = (*SHAPE, *(WORD_PREFIX + word for word in LISTED))
_NO_WORDS = dict.fromkeys(FEATURES[len(SHAPE) :], 0.0)


def features(text: str) -> dict[str, float]:
    """Every feature of ``text`` by name, all finite. Counts are logged (``ln(1 + n)``), shares are 0-1, the rest is 0 or
    1; an empty text is all zeros. Requests to pass a text on count nothing (product.md L5): their words are dropped."""
    urls, mentions, tags, emoji = links.urls(text), links.mentions(text), links.hashtags(text), links.emoji(text)
    prose = _unbegged(_blank(text, [*urls, *mentions]))
    words = [word.replace("’", "'") for word in _WORD.findall(prose)]
    lower = [word.lower() for word in words]
    if not words and not text.strip():
        return dict.fromkeys(FEATURES, 0.0)
    count = max(1, len(words))
    letters = sum(len(word) for word in words)
    present = frozenset(lower)
    first = lower[0] if lower else ""

    def log(number: float) -> float:
        return math.log1p(number)

    def share(number: float) -> float:
        return number / count

    shape = {
        "words": log(len(words)),
        "letters_in_a_word": share(letters) / 10,
        "sentences": log(len(_END.findall(prose))),
        "characters": log(len(prose)),
        "capitals": sum(char.isupper() for char in prose) / max(1, letters),
        "shouted_words": log(sum(word.isupper() and len(word) > 2 for word in words)),
        "title_case": share(sum(word[:1].isupper() for word in words)),
        "figures": log(sum(word[0].isdigit() for word in words)),
        "opens_with_figure": float(first[:1].isdigit()),
        "figure_first_five": float(any(word[0].isdigit() for word in lower[:5])),
        "questions": log(prose.count("?")),
        "exclamations": log(prose.count("!")),
        "ellipses": log(prose.count("...") + prose.count("…")),
        "colons": log(prose.count(":")),
        "commas": log(prose.count(",")),
        "dashes": log(prose.count(" - ") + prose.count("–") + prose.count("—")),
        "quotes": log(len(_QUOTED.findall(prose))),
        "brackets": log(prose.count("(") + prose.count("[")),
        "semicolons": log(prose.count(";")),
        "ampersands": log(prose.count("&")),
        "currency": log(sum(prose.count(sign) for sign in "$€£%")),
        "links": log(len(urls)),
        "mentions": log(len(mentions)),
        "hashtags": log(len(tags)),
        "emoji": log(len(emoji)),
        "opens_with_mention": float(bool(mentions) and not text[: mentions[0].start].strip(' ."')),
        "link_place": min(1.0, len(_unbegged(text[: urls[0].start])) / max(1, len(prose))) if urls else 0.0,
        "long_words": share(sum(len(word) > 7 for word in words)),
        "short_words": share(sum(len(word) < 4 for word in words)),
        "distinct_words": share(len(present)),
        "pointing": log(sum(word in _POINTING for word in lower)),
        "opens_pointing": float(first in _POINTING),
        "curious": log(sum(word in _CURIOUS for word in lower)),
        "opens_curious": float(first in _CURIOUS),
        "you": log(sum(word in _YOU for word in lower)),
        "i": log(sum(word in _I for word in lower)),
        "third_person": log(sum(word in _THIRD for word in lower)),
        "strong": log(sum(word in _STRONG for word in lower)),
        "listed_share": share(sum(word in _LISTED for word in lower)),
        "ends_with_stop": float(prose.rstrip().endswith((".", "!", "?"))),
    }
    return shape | _NO_WORDS | {WORD_PREFIX + word: 1.0 for word in _LISTED & present}


def _blank(text: str, spans: list[Span]) -> str:
    parts = []
    at = 0
    for span in sorted(spans, key=lambda s: s.start):
        if span.start >= at:
            parts.append(text[at : span.start])
            at = span.end
    return " ".join([*parts, text[at:]])


def _unbegged(text: str) -> str:
    return " ".join(_BEGGING.sub(" ", text).split())
