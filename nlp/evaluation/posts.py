"""How the pipeline analyses sentences as salespeople write them (our own): what it gets right, and what it gets wrong.

A few dozen sentences show what kind of error occurs, not how often; the treebanks and the tagged posts show that.
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
    """One question about one text, the right answer and the pipeline's."""

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
    """How many answers to each question are right, and the wrong ones."""
    by_question: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers(yaml.safe_load(POSTS.read_text(encoding="utf-8"))):
        by_question[answer.question].append(answer)
    counts = []
    for question, asked in sorted(by_question.items()):
        correct = sum(a.expected == a.actual for a in asked)
        counts.append((question, f"{correct} of {len(asked)}"))
    wrong = [a for _, found in sorted(by_question.items()) for a in found if a.expected != a.actual]
    title = "Errors in our own sentences"
    return [
        Table(("question about our own sentences", "right"), counts),
        Table(("text", "question", "expected", "pipeline"), [(a.text, a.question, a.expected, a.actual) for a in wrong], title),
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


QUESTIONS: dict[str, Callable[[Reading, Any], Iterator[tuple[str, str]]]] = {
    "sentences": _sentences,
    "tokens": _tokens,
    "names": _names,
    "pos": _pos,
    "lemma": _lemma,
    "subject": _dependent("nsubj"),
    "object": _dependent("obj"),
}
