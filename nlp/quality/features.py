"""The features of the learned models: the shape of a text, its layout around links and names, which of a closed list of common
words it contains, and how people rate its words. They never include a name, handle or link, so that the weights contain
nobody's text and no score depends on who is named.

A feature that is 0 is left out, and each model uses those that its weights name.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from nlp.language.norms import RATINGS
from nlp.model import Span
from nlp.quality import counts
from nlp.quality.counts import (
    CURIOUS,
    OPENING_WORDS,
    POINTING,
    Counts,
    Numbers,
    PostLine,
    Prose,
    vocabulary,
    without_reach_requests,
)

if TYPE_CHECKING:
    from nlp.language.line import Line

_QUOTED = re.compile(r"[“\"][^“”\"]{2,}[”\"]")

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
_CREDIT = re.compile(r"\b(?:via|by|cc|h/t):?\s*$", re.IGNORECASE)
_QUOTES_A_POST = re.compile(r"(?:^|\s)(?:RT\s*)$")


@functools.cache
def known() -> frozenset[str]:
    """The names of all features."""
    words = (prefix + word for prefix in (WORD, FIRST) for word in vocabulary())
    return frozenset((*SHAPE, *AROUND_LINKS, *_RATED, *words))


def of_post(text: str) -> dict[str, float]:
    """The features of a whole short text as it is posted, with its links, hashtags and mentions. Requests to pass it on do
    not count (EVIDENCE.md L5): their words are dropped."""
    return _of_post(text, {})


def of_lines(text: str, lines: Iterable[Line]) -> dict[str, float]:
    """``of_post`` of ``text``, which consists of the English parts of ``lines``. What is counted is cached with each line."""
    counted = (line.cached(_post_line, _post_line) for line in lines)
    return _of_post(text, {line.text: line for line in counted})


def _post_line(line: Line) -> PostLine:
    return PostLine(line.views.english)


def _of_post(text: str, counted: Mapping[str, PostLine]) -> dict[str, float]:
    """``counted``: lines that are counted already, by their text."""
    lines: list[PostLine] = []
    urls: list[Span] = []
    mentions: list[Span] = []
    tags: list[Span] = []
    start = 0
    for written in text.split("\n"):
        inner = written.strip()
        line = counted.get(inner) or PostLine(inner)
        lines.append(line)
        begin = start + (written.index(inner[0]) if inner else 0)
        for spans, found in ((urls, line.urls), (mentions, line.mentions), (tags, line.hashtags)):
            spans.extend(Span(span.start + begin, span.end + begin) for span in found)
        start += len(written) + 1
    parts = [line.prose for line in lines if line.prose.text]
    features = _of_parts(parts)
    around = {
        "links": math.log1p(len(urls)),
        "mentions": math.log1p(len(mentions)),
        "hashtags": math.log1p(len(tags)),
        "emoji": math.log1p(sum(line.emoji for line in lines)),
        "arrow": any(line.has_arrow for line in lines),
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
        length = sum(len(part.text) + 1 for part in parts) - 1
        around["link_place"] = min(1.0, len(without_reach_requests(before)) / max(1, length))
        around["ends_with_link"] = not after
        around["words_after_link"] = bool(counts.WORD.search(after))
        around["colon_before_link"] = before.endswith(":")
        around["dash_before_link"] = before.endswith(("-", "–", "—", ">"))
        around["ellipsis_before_link"] = before.endswith(("...", "…"))
        around["stop_before_link"] = before.endswith((".", "!")) and not before.endswith("...")
        around["question_before_link"] = before.endswith("?")
    features.update((name, float(value)) for name, value in around.items() if value)
    return features


def anonymous(text: str) -> str:
    """The words of a post as they are counted: without links, mentions and requests to pass it on, and with a placeholder for
    each name."""
    lines = (PostLine(written.strip()).prose for written in text.split("\n"))
    return " ".join(part.prose for part in _counted([prose for prose in lines if prose.text]))


def of_prose(prose: str) -> dict[str, float]:
    """The features of the words alone. Counts are ``ln(1 + n)``, shares 0-1, ratings are distances from the mean word, and all
    others are 1; all are finite."""
    return _of_parts([Prose(prose)])


def _counted(parts: Sequence[Prose]) -> list[Counts]:
    """All names are replaced, or none in a headline in title case."""
    opening = next((i for i, part in enumerate(parts) if part.words), 0)
    names = sum(part.names(opens=i == opening) for i, part in enumerate(parts))
    is_anonymous = 2 * names <= sum(part.words for part in parts)
    return [part.counts(anonymous=is_anonymous, opens=i == opening) for i, part in enumerate(parts)]


def _of_parts(parts: Sequence[Prose]) -> dict[str, float]:
    """The features of ``parts`` in order, separated by blanks."""
    counted = _counted(parts)
    prose = " ".join(part.prose for part in counted)
    n = Numbers(*(sum(column) for column in zip(*(part.numbers for part in counted), strict=True))) if counted else counts.NONE
    opens_with = [word for part in counted for word in part.opening][:OPENING_WORDS]
    distinct = frozenset[str]().union(*(part.distinct for part in counted))
    count = max(1, n.words)
    listed = vocabulary()
    first = opens_with[0] if opens_with else ""
    log = math.log1p

    shape = {
        "words": log(n.words),
        "letters_in_a_word": n.letters / count / 10,
        "sentences": log(n.sentences),
        "characters": log(len(prose)),
        "capitals": n.capitals / max(1, n.letters),
        "shouted_words": log(n.shouted),
        "title_case": n.capitalized / count,
        "figures": log(n.figures),
        "opens_with_figure": first[:1].isdigit(),
        "figure_first_five": any(word[0].isdigit() for word in opens_with),
        "questions": log(n.questions),
        "exclamations": log(n.exclamations),
        "ellipses": log(n.ellipses),
        "colons": log(n.colons),
        "commas": log(n.commas),
        # Over all lines: the blank or the other mark may be on the next one.
        "dashes": log(prose.count(" - ") + n.long_dashes),
        "quotes": log(len(_QUOTED.findall(prose))),
        "brackets": log(n.brackets),
        "semicolons": log(n.semicolons),
        "ampersands": log(n.ampersands),
        "currency": log(n.money + n.percent),
        "long_words": n.long_words / count,
        "short_words": n.short_words / count,
        "distinct_words": len(distinct) / count,
        "pointing": log(n.pointing),
        "opens_pointing": first in POINTING,
        "curious": log(n.curious),
        "opens_curious": first in CURIOUS,
        "you": log(n.you),
        "i": log(n.i),
        "third_person": log(n.third_person),
        "strong": log(n.strong),
        "listed_share": n.listed / count,
        "ends_with_stop": prose.rstrip().endswith((".", "!", "?")),
        "opens_quoted": prose.lstrip()[:1] in ("“", '"'),
        "label_first": bool(_LABEL.match(prose)),
        "year": bool(n.years),
        "percent": bool(n.percent),
        "money": bool(n.money),
        "large_number": bool(n.large_numbers),
        "smiley": bool(n.smileys),
        "repeated_marks": bool(n.repeated_marks),
    }
    features = {name: float(value) for name, value in shape.items() if value}
    features.update((WORD + word, 1.0) for word in listed & distinct)
    if first in listed:
        features[FIRST + first] = 1.0
    if ratings := [rating for part in counted for rating in part.rated]:
        columns = [*zip(*ratings, strict=True)]
        values = [*(sum(c) / len(c) for c in columns), *map(max, columns), *map(min, columns)]
        features.update(zip(_RATED, values, strict=True))
    return features
