"""The features of the learned models: the shape of a text, its layout around links and names, which of a closed list of common
words it contains, and how people rate its words. They never include a name, handle or link, so that the weights contain
nobody's text and no score depends on who is named.

A feature that is 0 is left out, and each model uses those that its weights name.
"""

from __future__ import annotations

import functools
import math
import re
from importlib import resources

from nlp.language.norms import RATINGS, norms
from nlp.model import Span
from nlp.surfaces import links

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*", re.UNICODE)
_END = re.compile(r"[.!?…]+(?=\s|$)")
_QUOTED = re.compile(r"[“\"][^“”\"]{2,}[”\"]")

_POINTING = frozenset({"this", "these", "here", "here's", "that", "those"})
_CURIOUS = frozenset({"how", "why", "what", "which", "who", "when", "where"})
_YOU = frozenset({"you", "your", "yours", "you're", "you'll", "you've", "yourself"})
_I = frozenset({"i", "i'm", "i've", "i'll", "me", "my", "mine", "we", "our", "us", "we're"})
_WRITER = frozenset({"i", "i'm", "i've", "i'll", "i'd"})
_THIRD = frozenset({"he", "she", "they", "his", "her", "their", "him", "them"})
_STRONG = frozenset(
    {
        "amazing", "awesome", "best", "biggest", "brilliant", "crazy", "epic", "extremely", "finally", "genius", "greatest",
        "hilarious", "huge", "incredible", "insane", "literally", "massive", "perfect", "perfectly", "shocking", "stunning",
        "totally", "ultimate", "unbelievable", "weird", "worst",
    }
)  # fmt: skip
#: Words of posts that are missing in edited English.
_POST_WORDS = (
    "alert awesome blog breaking cc column crazy epic exclusive facts funny gallery genius guide hilarious icymi insane link "
    "literally missed official photo photos pic pics revealed secret shocking stunning thank thanks tips tonight ultimate "
    "unbelievable update updated via video videos watch weird yesterday"
)

#: Requests to share: they are bait, and no model may learn that they work.
_REACH_REQUEST = re.compile(r"\b(?:rts?|retweet(?:s|ing)?|repost|pls|plz|please|share|follow|spread)\b", re.IGNORECASE)

SHAPE = (
    "words", "letters_in_a_word", "sentences", "characters", "capitals", "shouted_words", "title_case", "figures",
    "opens_with_figure", "figure_first_five", "questions", "exclamations", "ellipses", "colons", "commas", "dashes", "quotes",
    "brackets", "semicolons", "ampersands", "currency", "long_words", "short_words", "distinct_words", "pointing",
    "opens_pointing", "curious", "opens_curious", "you", "i", "third_person", "strong", "listed_share", "ends_with_stop",
    "opens_quoted", "label_first", "year", "percent", "money", "large_number", "smiley", "repeated_marks",
)  # fmt: skip
AROUND_LINKS = (
    "links", "mentions", "hashtags", "emoji", "opens_with_mention", "ends_with_mention", "link_place", "ends_with_link",
    "words_after_link", "colon_before_link", "dash_before_link", "stop_before_link", "question_before_link",
    "ellipsis_before_link", "opens_with_hashtag", "ends_with_hashtag", "credits_a_name", "quotes_a_post", "arrow",
)  # fmt: skip
WORD, FIRST = "word:", "first:"
_RATED = tuple(f"{kind}_{rating}" for kind in ("mean", "most", "least") for rating in RATINGS)

_LABEL = re.compile(r"\s*[^\W_]+(?: [^\W_]+)?:(?=\s)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LARGE = re.compile(r"\d[\d,]{3,}|\b(?:million|billion|thousand)\b", re.IGNORECASE)
_SMILEY = re.compile(r"(?<!\w)[:;]-?[)DP(](?!\w)|<3")
_REPEATED = re.compile(r"[!?]{2,}")
_ARROW = re.compile(r"->|>>|[»→]")
_CREDIT = re.compile(r"\b(?:via|by|cc|h/t):?\s*$", re.IGNORECASE)
_QUOTES_A_POST = re.compile(r"(?:^|\s)(?:RT\s*)$")
_PLACEHOLDER = "Name"


@functools.cache
def vocabulary() -> frozenset[str]:
    """The closed list: words with twelve or more uses in the training treebanks, and some words of posts."""
    listed = resources.files(__package__).joinpath("vocabulary.txt").read_text(encoding="utf-8").split()
    return frozenset(listed) | frozenset(_POST_WORDS.split())


@functools.cache
def known() -> frozenset[str]:
    """The names of all features."""
    words = (prefix + word for prefix in (WORD, FIRST) for word in vocabulary())
    return frozenset((*SHAPE, *AROUND_LINKS, *_RATED, *words))


def of_post(text: str) -> dict[str, float]:
    """The features of a whole short text as it is posted, with its links, hashtags and mentions. Requests to pass it on do
    not count (EVIDENCE.md L5): their words are dropped."""
    urls, mentions, tags, emoji = links.urls(text), links.mentions(text), links.hashtags(text), links.emoji(text)
    prose = _without_reach_requests(_cut(text, [*urls, *mentions]))
    features = of_prose(prose)
    around = {
        "links": math.log1p(len(urls)),
        "mentions": math.log1p(len(mentions)),
        "hashtags": math.log1p(len(tags)),
        "emoji": math.log1p(len(emoji)),
        "arrow": bool(_ARROW.search(text)),
    }
    if mentions:
        around["opens_with_mention"] = not text[: mentions[0].start].strip(' ."')
        around["ends_with_mention"] = not text[mentions[-1].end :].strip(' ."!)')
        around["credits_a_name"] = any(_CREDIT.search(text[: name.start]) for name in mentions)
        around["quotes_a_post"] = any(_QUOTES_A_POST.search(text[: name.start]) for name in mentions)
    if tags:
        around["opens_with_hashtag"] = not text[: tags[0].start].strip()
        around["ends_with_hashtag"] = not text[tags[-1].end :].strip()
    if urls:
        before, after = text[: urls[0].start].rstrip(), text[urls[-1].end :].strip()
        around["link_place"] = min(1.0, len(_without_reach_requests(before)) / max(1, len(prose)))
        around["ends_with_link"] = not after
        around["words_after_link"] = bool(_WORD.search(after))
        around["colon_before_link"] = before.endswith(":")
        around["dash_before_link"] = before.endswith(("-", "–", "—", ">"))
        around["ellipsis_before_link"] = before.endswith(("...", "…"))
        around["stop_before_link"] = before.endswith((".", "!")) and not before.endswith("...")
        around["question_before_link"] = before.endswith("?")
    features.update((name, float(value)) for name, value in around.items() if value)
    return features


def of_prose(prose: str) -> dict[str, float]:
    """The features of the words alone. Counts are ``ln(1 + n)``, shares 0-1, ratings are distances from the mean word, and all
    others are 1; all are finite."""
    prose = _anonymized(prose.replace("’", "'"))
    words = _WORD.findall(prose)
    lower = [word.lower() for word in words]
    count = max(1, len(words))
    letters = sum(map(len, words))
    listed = vocabulary()
    present = listed.intersection(lower)
    first = lower[0] if lower else ""
    log = math.log1p

    shape = {
        "words": log(len(words)),
        "letters_in_a_word": letters / count / 10,
        "sentences": log(len(_END.findall(prose))),
        "characters": log(len(prose)),
        "capitals": sum(map(str.isupper, prose)) / max(1, letters),
        "shouted_words": log(sum(len(word) > 2 and word.isupper() for word in words)),
        "title_case": sum(word[0].isupper() for word in words) / count,
        "figures": log(sum(word[0].isdigit() for word in words)),
        "opens_with_figure": first[:1].isdigit(),
        "figure_first_five": any(word[0].isdigit() for word in lower[:5]),
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
        "long_words": sum(len(word) > 7 for word in words) / count,
        "short_words": sum(len(word) < 4 for word in words) / count,
        "distinct_words": len(set(lower)) / count,
        "pointing": log(sum(word in _POINTING for word in lower)),
        "opens_pointing": first in _POINTING,
        "curious": log(sum(word in _CURIOUS for word in lower)),
        "opens_curious": first in _CURIOUS,
        "you": log(sum(word in _YOU for word in lower)),
        "i": log(sum(word in _I for word in lower)),
        "third_person": log(sum(word in _THIRD for word in lower)),
        "strong": log(sum(word in _STRONG for word in lower)),
        "listed_share": sum(word in listed for word in lower) / count,
        "ends_with_stop": prose.rstrip().endswith((".", "!", "?")),
        "opens_quoted": prose.lstrip()[:1] in ("“", '"'),
        "label_first": bool(_LABEL.match(prose)),
        "year": bool(_YEAR.search(prose)),
        "percent": "%" in prose,
        "money": any(sign in prose for sign in "$€£"),
        "large_number": bool(_LARGE.search(prose)),
        "smiley": bool(_SMILEY.search(prose)),
        "repeated_marks": bool(_REPEATED.search(prose)),
    }
    features = {name: float(value) for name, value in shape.items() if value}
    features.update((WORD + word, 1.0) for word in present)
    if first in listed:
        features[FIRST + first] = 1.0
    rated = norms()
    if ratings := [rated[word] for word in lower if word in rated]:
        columns = [*zip(*ratings, strict=True)]
        values = [*(sum(c) / len(c) for c in columns), *map(max, columns), *map(min, columns)]
        features.update(zip(_RATED, values, strict=True))
    return features


def _anonymized(prose: str) -> str:
    """``prose`` with one placeholder for every name, recognised by its capital. A headline in title case stays as it is."""
    words = [*_WORD.finditer(prose)]
    listed = vocabulary()
    names = [
        word
        for i, word in enumerate(words)
        if word.group()[0].isupper()
        and not (len(word.group()) > 1 and word.group().isupper())
        and (word.group().lower() not in listed if i == 0 else word.group().lower() not in _WRITER)
    ]
    if not names or 2 * len(names) > len(words):
        return prose
    parts, end = [], 0
    for word in names:
        parts += [prose[end : word.start()], _PLACEHOLDER]
        end = word.end()
    return "".join([*parts, prose[end:]])


def _cut(text: str, spans: list[Span]) -> str:
    parts = []
    end = 0
    for span in sorted(spans, key=lambda s: s.start):
        if span.start >= end:
            parts.append(text[end : span.start])
            end = span.end
    return " ".join([*parts, text[end:]])


def _without_reach_requests(text: str) -> str:
    return " ".join(_REACH_REQUEST.sub(" ", text).split())
