"""What the pipeline makes of sentences as salespeople write them, written by us: how much it sees, and what it gets wrong.

A few dozen sentences tell what kind of thing goes wrong, not how often: the treebanks and the marked posts tell that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from nlp.evaluation.card import Table
from nlp.language import Reading, read
from nlp.language.types import Token

POSTS = Path(__file__).with_name("posts.yml")


class Answer(NamedTuple):
    """One thing asked of one text."""

    asked: str
    text: str
    right: str
    read: str


def answers(posts: list[dict[str, Any]]) -> Iterator[Answer]:
    """All that is asked of the texts.

    Raises KeyError where a text asks what is not in ``ASKED``.
    """
    for post in posts:
        reading = read(post["text"])
        for asked in post.keys() - {"text"}:
            for right, found in ASKED[asked](reading, post[asked]):
                yield Answer(asked, post["text"], right, found)


def measure() -> list[Table]:
    """How many answers of each kind are right, and the wrong ones."""
    by_kind: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers(yaml.safe_load(POSTS.read_text(encoding="utf-8"))):
        by_kind[answer.asked].append(answer)
    counts = [(kind, f"{sum(a.right == a.read for a in found)} of {len(found)}") for kind, found in sorted(by_kind.items())]
    wrong = [a for _, found in sorted(by_kind.items()) for a in found if a.right != a.read]
    title = "Read wrongly, among sentences written by us"
    return [
        Table(("asked of sentences written by us", "right"), counts),
        Table(("text", "asked", "should be", "read as"), [(a.text, a.asked, a.right, a.read) for a in wrong], title),
    ]


def _sentences(reading: Reading, right: list[str]) -> Iterator[tuple[str, str]]:
    yield " / ".join(right), " / ".join(reading.views.raw[span.start : span.end] for span in reading.sentences)


def _tokens(reading: Reading, right: list[str]) -> Iterator[tuple[str, str]]:
    yield " ".join(right), " ".join(token.text for token in reading.tokens if not token.text.isspace())


def _names(reading: Reading, right: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    found = {reading.views.raw[entity.start : entity.end]: entity.label for entity in reading.entities}
    for name in {**right, **found}:
        yield f"{name}: {right.get(name, 'no name')}", f"{name}: {found.get(name, 'no name')}"


def _word(reading: Reading, text: str) -> Token:
    return next(token for token in reading.tokens if token.text == text)


def _pos(reading: Reading, right: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for text, pos in right.items():
        yield f"{text}: {pos}", f"{text}: {_word(reading, text).pos}"


def _lemma(reading: Reading, right: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for text, lemma in right.items():
        yield f"{text}: {lemma}", f"{text}: {_word(reading, text).lemma}"


def _dependent(relation: str) -> Callable[[Reading, Mapping[str, str]], Iterator[tuple[str, str]]]:
    def of(reading: Reading, right: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        tokens = reading.tokens
        for verb, word in right.items():
            found = [
                token.text for token in tokens if token.dep.partition(":")[0] == relation and tokens[token.head].text == verb
            ]
            yield f"{verb}: {word}", f"{verb}: {' and '.join(found) or 'none'}"

    return of


ASKED: dict[str, Callable[[Reading, Any], Iterator[tuple[str, str]]]] = {
    "sentences": _sentences,
    "tokens": _tokens,
    "names": _names,
    "pos": _pos,
    "lemma": _lemma,
    "subject": _dependent("nsubj"),
    "object": _dependent("obj"),
}
