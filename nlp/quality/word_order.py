"""Whether the words of a text stand in an order: which kinds of words follow one another.

The kind of a word is its part of speech, or the word itself where it is one of a closed list of function words. Neither names
nor other words of the text are features.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

from nlp.language.line import words_by_block

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.language.types import Token

PAIR = "pair:"
#: Fewer words say little about their order.
PART_WORDS = 40
#: The beginning and the end of a block of sentences, and a part of speech that is not among ``TAGS``.
BOUNDARY, OTHER = "^", "?"
TAGS = (
    "$", "''", ",", "-LRB-", "-RRB-", ".", ":", "ADD", "AFX", "CC", "CD", "DT", "EX", "FW", "GW", "HT", "HYPH", "IN", "JJ",
    "JJR", "JJS", "LS", "MD", "NFP", "NN", "NNP", "NNPS", "NNS", "PDT", "POS", "PRP", "PRP$", "RB", "RBR", "RBS", "RP",
    "RT", "SYM", "TO", "UH", "USR", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "WDT", "WP", "WP$", "WRB", "``",
)  # fmt: skip
_FUNCTION_WORDS = (
    "a about after all am an and any are as at be because been before but by can could did do does each every for from had has "
    "have he her here him his how i if in into is it its just me might more most must my no not of on one or our out over she "
    "should so some than that the their them then there these they this those to under up us was we were what when where which "
    "who why will with would you your n't 's 're 've 'll 'm 'd"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
_TAGS = frozenset(TAGS)


def known() -> frozenset[str]:
    """The names of all features. Not kept: only loading a scoring version needs them."""
    kinds = (*TAGS, *sorted(FUNCTION_WORDS), BOUNDARY, OTHER)
    return frozenset(f"{PAIR}{before} {after}" for before in kinds for after in kinds)


class _Block(NamedTuple):
    """The words in a block of sentences, and its pairs of neighbouring kinds."""

    words: int
    pairs: tuple[str, ...]


def of_reading(reading: Reading) -> dict[str, float]:
    """Each pair of neighbouring kinds to its share of all pairs, times the root of their number: short texts say less.
    Empty without words."""
    return _features(_blocks(reading))


def of_parts(reading: Reading) -> list[dict[str, float]]:
    """The same for each part of at least ``PART_WORDS`` words, so that good sentences do not hide others; what is left over
    belongs to the last part."""
    parts: list[list[_Block]] = [[]]
    for block in _blocks(reading):
        if sum(each.words for each in parts[-1]) >= PART_WORDS:
            parts.append([])
        parts[-1].append(block)
    if len(parts) > 1 and sum(each.words for each in parts[-1]) < PART_WORDS:
        rest = parts.pop()
        parts[-1] += rest
    return [_features(part) for part in parts]


def _features(blocks: Iterable[_Block]) -> dict[str, float]:
    pairs = Counter(pair for block in blocks for pair in block.pairs)
    root = math.sqrt(pairs.total())
    return {pair: count / root for pair, count in pairs.items()}


def _blocks(reading: Reading) -> Iterator[_Block]:
    for _, line in reading.placed_lines:
        yield from line.cached(_blocks_of_line, _blocks_of_line)


def _blocks_of_line(line: Line) -> tuple[_Block, ...]:
    return tuple(block for block in words_by_block(line, line.excluded, _block) if block.pairs)


def _block(tokens: Sequence[Token]) -> _Block:
    if not tokens:
        return _Block(0, ())
    kinds = [BOUNDARY, *(_kind(token.text.lower().replace("’", "'"), token.tag) for token in tokens), BOUNDARY]
    pairs = tuple(intern(f"{PAIR}{before} {after}") for before, after in pairwise(kinds))
    return _Block(sum(token.text[0].isalpha() for token in tokens), pairs)


def _kind(lower: str, tag: str) -> str:
    if lower in FUNCTION_WORDS:
        return lower
    return tag if tag in _TAGS else OTHER
