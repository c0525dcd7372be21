from __future__ import annotations

import json
import random

import pytest
import regex

from nlp.rules import protected
from tests.server.pattern_words import words_of


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("my salary", ["my salary"]),
        ("my[ \t]+(?:salary|pay(?:slips?)?)", ["pay", "salary"]),
        ("my(?: own)* (?:salary)?", []),
        ("organi[sz]e", ["organi"]),
        ("(?:a|b)? (?:pray(?:ed|ing)|hymn){1,2}", ["hymn", "pray"]),
        ("congress\\p{L}+", ["congress"]),
        ("(?:i|we) (?:voted)?", []),
        ("(?:voted|[0-9]+)", []),
    ],
)
def test_words(pattern, words):
    assert words_of(pattern) == words


def test_a_match_contains_one_of_the_words():
    rule = json.loads(protected.PATH.read_text(encoding="utf-8"))
    frames = [(kind, frame) for kind in ("phrases", "frames", "named") for frame in rule[kind]]
    sentences = [*rule["examples"]["protected"], *rule["examples"]["ordinary"]]
    parts = [word for sentence in sentences for word in sentence.split()]
    chance = random.Random(5)
    mixed = [" ".join(chance.choices(parts, k=12)) for _ in range(400)]
    matches = 0
    for kind, frame in frames:
        expanded = protected.expand("|".join(frame["patterns"]), rule["fragments"])
        words = words_of(expanded)
        pattern = regex.compile(expanded)
        for sentence in (*sentences, *mixed):
            text = sentence if kind == "named" else sentence.lower()
            if pattern.search(text):
                matches += 1
                assert not words or any(word in text for word in words), (sentence, words)
    assert matches > len(frames)
