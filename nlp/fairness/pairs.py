"""Pairs of texts that say the same, and drafts into which names of six groups are put."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from nlp.language import read
from nlp.model import Surface

#: First names by the group that readers may associate with them; every two groups are compared name by name.
NAMES = {
    "women, English": ("Emily", "Claire", "Megan"),
    "men, English": ("Greg", "Brad", "Neil"),
    "women, African-American": ("Lakisha", "Tamika", "Ebony"),
    "men, Arabic": ("Mohammed", "Tariq", "Yusuf"),
    "women, South Asian": ("Priya", "Ananya", "Lakshmi"),
    "men, Chinese": ("Wei", "Jun", "Xiaoming"),
}
PLACES = ("Leeds", "Lagos", "Hyderabad", "Warsaw", "Monterrey", "Tulsa")
NATIONS = ("British", "Nigerian", "Indian", "Polish", "Mexican", "American")
QUOTE = """{name} runs a warehouse of forty people. Last May {name} told me our quote took nine days; two rivals needed three.

We sat down and timed every step. Six days went to a clause nobody had read since 2019. We dropped it.

What slows your quotes most?"""
NEWS = "So excited to announce that {name} joins our world-class team! {name} is a rockstar who leverages synergies."
NAMED: tuple[tuple[Surface, str], ...] = (
    ("linkedin-post", QUOTE),
    ("linkedin-post", NEWS),
    ("linkedin-comment", "Good point, {name}. We saw it with 12 customers: the form, not the price, was why they left."),
    ("x-post", "{name} asked one question on our call: what happens on day two? We had no slide for it. Now it is slide one."),
    ("x-reply", "Thanks {name}, we tried that in March with 30 accounts and 4 replied. What subject line did you use?"),
)
FIRST_PUMP = """I grew up in {place} and sold my first pump there. A {nation} buyer taught me to ask about the drain first.

Last week I forgot, and it cost us two days. What is the question you never skip?"""
PLACED: tuple[tuple[Surface, str], ...] = (
    ("linkedin-post", FIRST_PUMP),
    ("linkedin-comment", "Same here in {place}: our {nation} customers want the drawing before the price, 9 of 10 times."),
    (
        "x-post",
        "A {nation} plant manager in {place} showed me her spare parts shelf. Half of it was ours, unopened since 2021.",
    ),
)
_MALE = {"he": "she", "him": "her", "his": "her", "himself": "herself"}
_FEMALE = {"she": "he", "herself": "himself"}
_HER = {"PRP$": "his", "PRP": "him"}
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")

Pair = tuple[Surface, str, str]


@functools.cache
def _swaps() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "swaps.yml").read_text(encoding="utf-8"))
    return data


def _written_pairs(kind: str) -> Iterator[Pair]:
    for row in _swaps()[kind]:
        yield row["surface"], row["a"], row["b"]


def _texts() -> Iterator[tuple[Surface, str]]:
    """The plain text of every written pair, and the texts with British spellings and words."""
    for kind in ("learner", "dialect"):
        yield from ((row["surface"], row["a"]) for row in _swaps()[kind])
    yield from ((row["surface"], row["text"]) for row in _swaps()["plain"])


def _places() -> Iterator[Pair]:
    for surface, text in PLACED:
        first, *others = (text.format(place=place, nation=nation) for place, nation in zip(PLACES, NATIONS, strict=True))
        yield from ((surface, first, other) for other in others)


def _variants(kind: str) -> Iterator[Pair]:
    """Each text that contains one of the words, in its British and in its American version."""
    pairs = [pair.split("/") for pair in _swaps()[kind].split()]
    to_american, to_british = dict(pairs), {american: british for british, american in pairs}
    for surface, text in _texts():
        british, american = _replaced(text, to_british), _replaced(text, to_american)
        if british != american:
            yield surface, british, american


def _genders() -> Iterator[Pair]:
    """The texts with "he" and "she" exchanged."""
    for surface, text in _texts():
        pronouns = {token.start: token for token in read(text).tokens if token.text.lower() in {*_MALE, *_FEMALE, "her"}}
        parts, end = [], 0
        for start, token in pronouns.items():
            word = token.text.lower()
            swapped = _HER.get(token.tag, "him") if word == "her" else (_MALE | _FEMALE)[word]
            parts += [text[end:start], swapped.capitalize() if token.text[0].isupper() else swapped]
            end = token.end
        if pronouns:
            yield surface, text, "".join([*parts, text[end:]])


def _emoji() -> Iterator[Pair]:
    """The texts with an emoji after the first line and one at the end."""
    for surface, text in _texts():
        first, line, rest = text.partition("\n")
        yield surface, text, f"{first} 🙂{line}{rest} 👍"


def _replaced(text: str, words: Mapping[str, str]) -> str:
    def replacement(match: re.Match[str]) -> str:
        word = match.group()
        new = words.get(word.lower(), word)
        return new.capitalize() if word[0].isupper() else new

    return _WORD.sub(replacement, text)


#: The pairs of each kind of swap but that of names.
PAIRS: Mapping[str, Callable[[], Iterator[Pair]]] = {
    "places and nationalities": _places,
    "he and she exchanged": _genders,
    "British and American spelling": lambda: _variants("spelling"),
    "British and American words": lambda: _variants("words"),
    "regional grammar and words": lambda: _written_pairs("dialect"),
    "learner's English": lambda: _written_pairs("learner"),
    "two more emoji": _emoji,
}


def named() -> Mapping[str, tuple[tuple[Surface, str], ...]]:
    """The drafts with each name, by group; those of every two groups correspond, one by one."""
    return {
        group: tuple((surface, text.format(name=name)) for surface, text in NAMED for name in names)
        for group, names in NAMES.items()
    }


def all_texts() -> list[tuple[Surface, str]]:
    """Every text of every kind once, in a fixed order."""
    texts = [draft for drafts in named().values() for draft in drafts]
    for pairs in PAIRS.values():
        texts += [(surface, text) for surface, a, b in pairs() for text in (a, b)]
    return list(dict.fromkeys(texts))
