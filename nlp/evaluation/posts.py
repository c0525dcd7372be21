"""Evaluates the pipeline on our own sentences, written as salespeople write.

A few dozen sentences show which kinds of error occur; how often is measured on the treebanks and the tagged posts.
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
    """A question about a text, with the expected answer and the pipeline's."""

    question: str
    text: str
    expected: str
    actual: str


def answers(posts: list[dict[str, Any]]) -> Iterator[Answer]:
    """All questions about the texts. Raises KeyError for a question that is not in ``QUESTIONS``."""
    for post in posts:
        reading = read(post["text"])
        for question in post.keys() - {"text"}:
            for expected, actual in QUESTIONS[question](reading, post[question]):
                yield Answer(question, post["text"], expected, actual)


def measure() -> list[Table]:
    """The number of correct answers to each question, and the wrong answers."""
    by_question: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers(yaml.safe_load(POSTS.read_text(encoding="utf-8"))):
        by_question[answer.question].append(answer)
    counts = []
    for question, asked_answers in sorted(by_question.items()):
        correct = sum(a.expected == a.actual for a in asked_answers)
        counts.append((question, f"{correct} of {len(asked_answers)}"))
    wrong = [a for _, group in sorted(by_question.items()) for a in group if a.expected != a.actual]
    title = "Errors in our own sentences"
    return [
        Table(("question about our own sentences", "right"), counts),
        Table(("text", "question", "expected", "pipeline"), [(a.text, a.question, a.expected, a.actual) for a in wrong], title),
    ]


def _sentences(reading: Reading, expected: list[str]) -> Iterator[tuple[str, str]]:
    yield " / ".join(expected), " / ".join(reading.views.raw[span.start : span.end] for span in reading.sentences)


def _tokens(reading: Reading, expected: list[str]) -> Iterator[tuple[str, str]]:
    yield " ".join(expected), " ".join(token.text for token in reading.tokens if not token.text.isspace())


def _names(reading: Reading, expected: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    predicted = {reading.views.raw[entity.start : entity.end]: entity.label for entity in reading.entities}
    for name in {**expected, **predicted}:
        yield f"{name}: {expected.get(name, 'no name')}", f"{name}: {predicted.get(name, 'no name')}"


def _word(reading: Reading, text: str) -> Token:
    return next(token for token in reading.tokens if token.text == text)


def _pos(reading: Reading, expected: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for text, pos in expected.items():
        yield f"{text}: {pos}", f"{text}: {_word(reading, text).pos}"


def _lemma(reading: Reading, expected: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for text, lemma in expected.items():
        yield f"{text}: {lemma}", f"{text}: {_word(reading, text).lemma}"


def _dependent(relation: str) -> Callable[[Reading, Mapping[str, str]], Iterator[tuple[str, str]]]:
    def dependents(reading: Reading, expected: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        tokens = reading.tokens
        for verb, word in expected.items():
            words = [
                token.text for token in tokens if token.dep.partition(":")[0] == relation and tokens[token.head].text == verb
            ]
            yield f"{verb}: {word}", f"{verb}: {' and '.join(words) or 'none'}"

    return dependents


QUESTIONS: dict[str, Callable[[Reading, Any], Iterator[tuple[str, str]]]] = {
    "sentences": _sentences,
    "tokens": _tokens,
    "names": _names,
    "pos": _pos,
    "lemma": _lemma,
    "subject": _dependent("nsubj"),
    "object": _dependent("obj"),
}
