"""Whether the sentences of a text stand in an order: what the first and the last are like, what follows what, and whether
things are named before they are referred to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from nlp.language.meaning import width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.quality.marks.described import Sentence

#: Fewer sentences can stand in almost any order.
MIN_SENTENCES = 5
_REFERRING = frozenset(
    {
        "so", "but", "and", "then", "because", "therefore", "however", "still", "yet", "also", "instead", "now",
        "later", "after", "afterwards", "finally", "that's", "this", "it", "he", "she", "they", "them", "his", "her",
        "their", "that", "these", "those", "or", "nor", "such", "both",
    }
)  # fmt: skip
_POINTING = frozenset({"he", "she", "they", "it", "his", "her", "this", "that"})
_WRITER = frozenset({"i", "we", "my"})
_FIRST_ARTICLES, _LATER_ARTICLES = frozenset({"a", "an"}), frozenset({"the", "that", "this", "his", "her"})
_PERSON = re.compile(r"\b(?:he|she|him|her)\b", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"(?<!^)\b[A-Z][a-z]+|\b(?:man|woman|customer|client|buyer|boss|manager|owner|nurse|driver|director)\b"
)
#: Words of a sentence that count as one.
_LENGTH = 20
_PLACES = ("first", "last", "second")
_OF_PLACE = ("refers", "points", "writer", "asks", "length", "figures")
_OF_WHOLE = (
    "near", "nearest", "introduced", "not_introduced", "unknown_person", "referring_late", "referring", "questions_late",
    "shared",
)  # fmt: skip
_VECTORS = ("first", "last", "beside", "halves")


@cache
def known() -> frozenset[str]:
    """The names of all features."""
    places = (f"{place}:{name}" for place in _PLACES for name in _OF_PLACE)
    vectors = (f"{vector}_meaning:{i}" for vector in _VECTORS for i in range(width()))
    return frozenset((*places, *_OF_WHOLE, *vectors))


def features(text: str, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Empty for fewer than ``MIN_SENTENCES`` sentences with words."""
    own = [sentence for sentence in sentences if sentence.words]
    if len(own) < MIN_SENTENCES:
        return {}
    written = [sentence.span.of(text) for sentence in own]
    words = [sentence.words for sentence in own]
    values: dict[str, float] = {}
    for place, i in zip(_PLACES, (0, -1, 1), strict=True):
        values.update((f"{place}:{name}", value) for name, value in _of_sentence(written[i], words[i]).items())
    vectors = [np.asarray(sentence.meaning.mean, dtype=np.float64) for sentence in own]
    values.update(_nearness(vectors), **_introductions(words), **_positions(written, words))
    values["unknown_person"] = _unknown_persons(written)
    values["shared"] = float(np.mean([len({*a} & {*b}) / (1 + min(len(a), len(b))) for a, b in pairwise(words)]))
    half = len(own) // 2
    by_name = {
        "first": vectors[0],
        "last": vectors[-1],
        "beside": np.mean([a * b for a, b in pairwise(vectors)], axis=0),
        "halves": np.mean(vectors[:half], axis=0) - np.mean(vectors[half:], axis=0),
    }
    for name, vector in by_name.items():
        values.update((f"{name}_meaning:{i}", float(value)) for i, value in enumerate(vector))
    return values


def _of_sentence(written: str, words: Sequence[str]) -> dict[str, float]:
    return {
        "refers": float(words[0] in _REFERRING),
        "points": float(words[0] in _POINTING),
        "writer": float(words[0] in _WRITER),
        "asks": float(written.rstrip().endswith("?")),
        "length": len(words) / _LENGTH,
        "figures": float(any(character.isdigit() for character in written)),
    }


def _nearness(vectors: Sequence[NDArray[np.float64]]) -> dict[str, float]:
    """``near``: how much nearer neighbours are than all pairs, as mean cosines. ``nearest``: the lowest of neighbours."""
    unit = [vector / (float(np.linalg.norm(vector)) or 1.0) for vector in vectors]
    beside = [float(a @ b) for a, b in pairwise(unit)]
    every = [float(a @ b) for a, b in combinations(unit, 2)]
    return {"near": sum(beside) / len(beside) - sum(every) / len(every), "nearest": min(beside)}


def _introductions(words: Sequence[Sequence[str]]) -> dict[str, float]:
    """How many words stand first with "a" and later with "the", and the other way round."""
    first: dict[str, int] = {}
    later: dict[str, int] = {}
    for number, sentence in enumerate(words):
        for before, word in pairwise(sentence):
            if before in _FIRST_ARTICLES:
                first.setdefault(word, number)
            elif before in _LATER_ARTICLES:
                later.setdefault(word, number)
    both = first.keys() & later.keys()
    return {
        "introduced": float(sum(first[word] < later[word] for word in both)),
        "not_introduced": float(sum(later[word] < first[word] for word in both)),
    }


def _positions(written: Sequence[str], words: Sequence[Sequence[str]]) -> dict[str, float]:
    last = len(words) - 1
    referring = [i / last for i, sentence in enumerate(words) if sentence[0] in _REFERRING]
    questions = [i / last for i, sentence in enumerate(written) if sentence.rstrip().endswith("?")]
    return {
        "referring_late": sum(referring) / len(referring) - 0.5 if referring else 0.0,
        "referring": len(referring) / len(words),
        "questions_late": sum(questions) / len(questions) - 0.5 if questions else 0.0,
    }


def _unknown_persons(written: Sequence[str]) -> float:
    """In how many sentences "he" or "she" stands before anybody was named."""
    count = 0
    for sentence in written:
        introduces = _INTRODUCES.search(sentence) is not None
        if introduces:
            break
        count += _PERSON.search(sentence) is not None
    return float(count)
