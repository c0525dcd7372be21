"""How a text holds together: whether its sentences belong to each other and stand in an order, and whether its words do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from sys import intern
from typing import TYPE_CHECKING

import numpy as np

from nlp.language.line import words_by_block

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.language.meaning import Floats
    from nlp.language.types import Token

FLOW = ("neighbours", "centre", "order", "opens_referring", "left_out", "tag_flow", "verbless")
LABEL = "How the sentences hang together"
#: Words that point back to something said before; a text that begins with one has lost its beginning.
_REFERRING = frozenset(
    {
        "he", "she", "they", "it", "him", "her", "them", "his", "their", "then", "but", "so", "and", "because", "also", "that",
        "those", "these", "instead", "afterwards", "later", "therefore", "however",
    }
)  # fmt: skip
BOUNDARY = "^"


def flow(reading: Reading, sentences: Sequence[Floats], tag_logs: Mapping[str, float]) -> dict[str, float]:
    """``sentences``: the mean vector of each sentence. ``tag_logs``: pair of parts of speech to the logarithm of its
    probability. ``neighbours``, ``centre``: mean cosine of neighbouring sentences, and of sentences with all. ``order``: the
    first less the mean cosine of all pairs. ``left_out``: share of words in repeated or list-like parts. ``tag_flow``: mean
    logarithm of the probability of each part of speech after the one before. ``verbless``: share of sentences without a
    verb."""
    unit = [vector / (float(np.linalg.norm(vector)) or 1.0) for vector in sentences]
    values = dict.fromkeys(FLOW, 0.0)
    if len(unit) > 1:
        matrix = np.array(unit)
        cosines = matrix @ matrix.T
        count = len(unit)
        values["neighbours"] = float(np.mean([cosines[i, i + 1] for i in range(count - 1)]))
        centre = matrix.mean(axis=0)
        values["centre"] = float(np.mean(matrix @ centre) / (float(np.linalg.norm(centre)) or 1.0))
        values["order"] = values["neighbours"] - float((cosines.sum() - np.trace(cosines)) / (count * (count - 1)))
    words = reading.words
    values["opens_referring"] = float(bool(words) and words[0].stem in _REFERRING)
    total = sum(len(line.views.raw.split()) for _, line in reading.placed_lines)
    values["left_out"] = 1 - min(1.0, len(words) / total) if total else 0.0
    pairs = [pair for _, line in reading.placed_lines for pair in line.cached(tag_pairs, tag_pairs)]
    rare = min(tag_logs.values(), default=0.0)
    values["tag_flow"] = math.fsum(tag_logs.get(pair, rare) for pair in pairs) / len(pairs) if pairs else 0.0
    with_verb = sum(line.cached(_sentences_with_verb, _sentences_with_verb) for _, line in reading.placed_lines)
    values["verbless"] = 1 - min(1.0, with_verb / len(sentences)) if sentences else 0.0
    return values


def tag_pairs(line: Line) -> tuple[str, ...]:
    """Each part of speech with the one before it, for the words of a line. Hashtags, mentions, links and emoji have none."""
    left_out = (*line.hashtags, *line.mentions, *line.links, *line.emoji)
    return tuple(pair for block in words_by_block(line, left_out, _pairs) for pair in block)


def _pairs(tokens: Sequence[Token]) -> tuple[str, ...]:
    tags = [BOUNDARY, *(token.tag for token in tokens), BOUNDARY]
    return tuple(intern(f"{before} {after}") for before, after in pairwise(tags))


def _sentences_with_verb(line: Line) -> int:
    found = 0
    for sentence in line.prose_sentences:
        found += any(
            token.pos in ("VERB", "AUX") and sentence.start <= offset + token.start < sentence.end
            for offset, block in line.blocks
            for token in block.tokens
        )
    return found
