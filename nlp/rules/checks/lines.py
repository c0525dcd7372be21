"""Checks of how the lines of a text look: short lines, bullets, dashes, capitals and hashtags among the words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nlp.language.pipeline import common_words
from nlp.model import Span, Surface
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading

#: Words of a line that counts as short, and how many such lines in a row read like a poem.
MAX_SHORT_LINE_WORDS, MIN_SHORT_LINES = 10, 7
#: Words of a line that hardly says anything, and how many such lines in a row.
MAX_TINY_LINE_WORDS, MIN_TINY_LINES = 2, 3
MIN_EMOJI_BULLETS = 3
#: Emoji that stand for nothing in their line. Others may name its subject, or a reaction to vote with.
_DECORATION = frozenset("✅✔☑🚀🔥👉➡⚡🎯📈💪✨🔑📌🌟⭐💼📊🤝🏆💥🔹🔸🔷🔶▶💎🧠🌱🛠⚙🔍🌍💬🗣🙌🔔🎉💡🥇🟢🔵💯👇1234567890")
#: Long dashes that a short text may have, and the words for each beyond which they do not stand out.
MAX_DASHES, WORDS_PER_DASH = 4, 25
#: Characters before a dash at which the beginning of a line may be a label.
MAX_LABEL_CHARACTERS = 20
#: Words of a first line whose capitals are looked at, and the share of them that have one.
MIN_TITLE_WORDS, MIN_TITLE_SHARE = 6, 0.9
#: Common words with a capital: a row of names has none.
MIN_COMMON_CAPITALS = 4
MIN_INLINE_HASHTAGS = 2
_DASH = re.compile(r"(?<=[^\s—])\s?—\s?(?=[^\s—])")
_SEPARATOR = re.compile(r" [-–—|·/] ")
_LIST_ITEM = re.compile(r"(?:[-*+•·→▪►>–—]|\d+[.)]|[a-z][.)])\s?")
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "vs", "with", "your"}
)


def chopped_lines(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Many short sentences, or some of one or two words, each on a line of its own. Items of a list are no sentences."""
    for limit, count in ((MAX_TINY_LINE_WORDS, MIN_TINY_LINES), (MAX_SHORT_LINE_WORDS, MIN_SHORT_LINES)):
        for short, group in itertools.groupby(reading.lines, key=lambda line: _is_short(line, limit, reading)):
            run = list(group)
            if short and len(run) >= count and not _follows_colon(run[0], reading):
                yield Match(Span(run[0].start, run[-1].end), words=(str(len(run)),))
                return


def _is_short(line: Span, limit: int, reading: Reading) -> bool:
    text = line.of(reading.views.normalized)
    if _LIST_ITEM.match(text) or any(emoji.start == line.start for emoji in reading.emoji):
        return False
    words = reading.words_in(line)
    return 0 < len(words) <= limit and text.rstrip("\"')")[-1:] in tuple(".!?…")


def _follows_colon(line: Span, reading: Reading) -> bool:
    return reading.views.normalized[: line.start].rstrip().endswith(":")


def emoji_bullets(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Several lines that begin with an emoji."""
    starts = {emoji.start: emoji for emoji in reading.emoji}
    bullets = [starts[line.start] for line in reading.lines if line.start in starts and reading.words_in(line)]
    bullets = [emoji for emoji in bullets if emoji.of(reading.views.raw)[0] in _DECORATION]
    if len(bullets) >= MIN_EMOJI_BULLETS:
        yield Match(bullets[0], words=(str(len(bullets)),))


def many_dashes(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Long dashes, one after another. A dash after a label, such as a year at the start of a line, does not count."""
    text = reading.views.prose
    dashes = [match for line in reading.lines for match in _dashes(line, text)]
    if len(dashes) > MAX_DASHES and len(reading.words) < WORDS_PER_DASH * len(dashes):
        yield Match(dashes[-1], words=(str(len(dashes)),))


def _dashes(line: Span, text: str) -> list[Span]:
    found = [Span(line.start + match.start(), line.start + match.end()) for match in _DASH.finditer(line.of(text))]
    is_label = len(found) == 1 and found[0].start - line.start <= MAX_LABEL_CHARACTERS
    return [] if is_label else found


def title_case_opening(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A first line in which each word has a capital, as in the title of an article."""
    if not reading.lines or len(reading.lines) < 2:  # A text of one line may be a title as a whole.
        return
    line = reading.lines[0]
    words = [word for word in reading.words_in(line) if word.lower not in _SMALL_WORDS and word.text[0].isalpha()]
    # A dash or a bar separates the parts of a name.
    if len(words) < MIN_TITLE_WORDS or line.of(reading.views.raw).isupper() or _SEPARATOR.search(line.of(reading.views.raw)):
        return
    capitals = [word for word in words if word.text[0].isupper()]
    common = sum(word.lower in common_words() for word in capitals)
    if len(capitals) >= MIN_TITLE_SHARE * len(words) and common >= MIN_COMMON_CAPITALS:
        yield Match(line)


def inline_hashtags(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Several hashtags in the middle of sentences."""
    text = reading.views.raw
    inline = [tag for tag in reading.hashtags if _has_words_around(tag, text)]
    if len(inline) >= MIN_INLINE_HASHTAGS:
        yield Match(inline[0])


def _has_words_around(tag: Span, text: str) -> bool:
    start = text.rfind("\n", 0, tag.start) + 1
    end = text.find("\n", tag.end)
    before, after = text[start : tag.start], text[tag.end : len(text) if end < 0 else end]
    return (
        bool(re.search(r"\w[,&]? $", before))
        and not before.lower().endswith("hashtag ")
        and bool(re.match(r"(?:'s|,)? (?:and |&)?[^\W_#]", after))
    )
