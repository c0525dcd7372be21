"""Whether the sentences of a text stand in an order: what the first and the last are like, what follows what, and whether
things are named before they are referred to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

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
_PERSON = re.compile(r"\b(?:he|she|him|her|his)\b", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"(?<=\s)[A-Z][a-z]+|\b(?:man|woman|customer|client|buyer|boss|manager|owner|nurse|driver|director|planner|engineer|teacher"
    r"|guy|lady|colleague|mother|father)\b"
)
#: What a story opens with, and what comes near its end.
_EARLY = re.compile(
    r"\b(?:last|yesterday|ago|one (?:day|morning|evening)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december|(?:19|20)\d\d)"
    r"|this (?:week|morning|month|year)|when i|years?)\b",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"\b(?:now|since|today|finally|in the end|next time|lesson|learn(?:ed|t)|moral|that's why|the rest|what about|your)\b",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(r"\b([A-Z][a-z]+) ([A-Z][a-z]+)\b")
_PAST = frozenset({"was", "were", "had", "did", "said", "told", "went", "came"})
_READER, _SIDE = frozenset({"you", "your"}), frozenset({"i", "my", "we", "our"})
#: Words of a sentence that count as one; of a short one; of a short answer.
_LENGTH, _SHORT, _ANSWER = 20, 4, 4
_PLACES = {"first": 0, "last": -1, "second": 1}
_OF_PLACE = ("refers", "points", "writer", "asks", "length", "figures", "early", "late", "colon", "short", "person")
_OF_WHOLE = (
    "near", "nearest", "introduced", "not_introduced", "unknown_person", "person_before", "person_missing", "referring_late",
    "referring", "questions_late", "shared", "early_late", "late_late", "exclamations_late", "answers", "surname_late",
    "past_before", "reader_before", "side_before", "first_length", "last_length", "same_start",
)  # fmt: skip


@cache
def known() -> frozenset[str]:
    """The names of all features."""
    return frozenset((*(f"{place}:{name}" for place in _PLACES for name in _OF_PLACE), *_OF_WHOLE))


def features(text: str, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Empty for fewer than ``MIN_SENTENCES`` sentences with words. What words mean counts only in ``near`` and ``nearest``, so
    that another word for the same thing changes little."""
    own = [sentence for sentence in sentences if sentence.words]
    if len(own) < MIN_SENTENCES:
        return {}
    written = [sentence.span.of(text) for sentence in own]
    words = [sentence.words for sentence in own]
    values: dict[str, float] = {}
    for place, i in _PLACES.items():
        values.update((f"{place}:{name}", value) for name, value in _of_sentence(written[i], words[i]).items())
    values.update(
        **_nearness([np.asarray(sentence.meaning.mean, dtype=np.float64) for sentence in own]),
        **_introductions(words),
        **_persons(written, words),
        **_positions(written, words),
        **_halves(words),
    )
    lengths = [len(sentence) for sentence in words]
    values["first_length"], values["last_length"] = (lengths[i] * len(lengths) / sum(lengths) for i in (0, -1))
    values["shared"] = float(np.mean([len({*a} & {*b}) / (1 + min(len(a), len(b))) for a, b in pairwise(words)]))
    values["same_start"] = sum(a[0] == b[0] for a, b in pairwise(words)) / len(words)
    values["answers"] = float(sum(a.endswith("?") and len(b.split()) <= _ANSWER for a, b in pairwise(map(str.rstrip, written))))
    return values


def _of_sentence(written: str, words: Sequence[str]) -> dict[str, float]:
    return {
        "refers": float(words[0] in _REFERRING),
        "points": float(words[0] in _POINTING),
        "writer": float(words[0] in _WRITER),
        "asks": float(written.rstrip().endswith("?")),
        "length": len(words) / _LENGTH,
        "figures": float(any(character.isdigit() for character in written)),
        "early": float(_EARLY.search(written) is not None),
        "late": float(_LATE.search(written) is not None),
        "colon": float(written.rstrip().endswith(":")),
        "short": float(len(words) <= _SHORT),
        "person": float(_INTRODUCES.search(written) is not None),
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


def _persons(written: Sequence[str], words: Sequence[Sequence[str]]) -> dict[str, float]:
    """``unknown_person``: sentences with "he" or "she" before anybody is introduced. ``person_before``, ``person_missing``:
    sentences that begin so, with and without a person in the two before. ``surname_late``: names that stand alone before
    they stand in full."""
    names_people = [_INTRODUCES.search(sentence) is not None for sentence in written]
    refers_to_person = [_PERSON.search(sentence) is not None for sentence in written]
    known_from = names_people.index(True) if True in names_people else len(written)
    found = {"person_before": 0.0, "person_missing": 0.0}
    for i, sentence in enumerate(words):
        if sentence[0] in ("he", "she", "his", "her"):
            before = range(max(0, i - 2), i)
            has_person = any(names_people[j] or refers_to_person[j] for j in before)
            found["person_before" if has_person else "person_missing"] += 1
    return {
        "unknown_person": float(sum(refers_to_person[:known_from])),
        **found,
        "surname_late": float(_names_late(written)),
    }


def _names_late(written: Sequence[str]) -> int:
    full: dict[str, int] = {}
    for number, sentence in enumerate(written):
        for match in _FULL_NAME.finditer(sentence):
            for name in match.groups():
                full.setdefault(name, number)
    return sum(any(name in sentence for sentence in written[:number]) for name, number in full.items())


def _positions(written: Sequence[str], words: Sequence[Sequence[str]]) -> dict[str, float]:
    """Where on average sentences of a sort stand, from -0.5 (first) to 0.5 (last); 0 without any."""
    referring = [sentence[0] in _REFERRING for sentence in words]
    sorts = {
        "referring_late": referring,
        "questions_late": [sentence.rstrip().endswith("?") for sentence in written],
        "early_late": [_EARLY.search(sentence) is not None for sentence in written],
        "late_late": [_LATE.search(sentence) is not None for sentence in written],
        "exclamations_late": ["!" in sentence for sentence in written],
    }
    last = len(words) - 1
    places = {name: [i / last for i, is_of_sort in enumerate(flags) if is_of_sort] for name, flags in sorts.items()}
    means = {name: sum(found) / len(found) - 0.5 if found else 0.0 for name, found in places.items()}
    return {**means, "referring": sum(referring) / len(words)}


def _halves(words: Sequence[Sequence[str]]) -> dict[str, float]:
    """How much larger the share of words of a sort is in the first half than in the second."""
    shares = {
        "past_before": [sum(word.endswith("ed") or word in _PAST for word in sentence) / len(sentence) for sentence in words],
        "reader_before": [sum(word in _READER for word in sentence) / len(sentence) for sentence in words],
        "side_before": [sum(word in _SIDE for word in sentence) / len(sentence) for sentence in words],
    }
    half = len(words) // 2
    return {name: float(np.mean(values[:half]) - np.mean(values[half:])) for name, values in shares.items()}
