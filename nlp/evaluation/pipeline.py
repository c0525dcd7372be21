"""Accuracy of the pipeline: tokens, sentences, tags, morphology, lemmas and trees on treebanks, names on posts.

From raw text, a figure is the F1 over items at the same position, as in the CoNLL 2018 shared task
(https://universaldependencies.org/conll18/evaluation.html, but with subtypes of labels). With gold tokens it is accuracy.
Intervals are over resampled documents, for names over resampled posts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from nlp.evaluation.card import Table
from nlp.evaluation.metrics import DRAWS, Figure
from nlp.language import Reader, Reading, load
from nlp.training.language import entities
from nlp.training.language.syntax import EWT_DEV, EXCLUDED_GENRES, GUM_DEV
from nlp.training.language.tagged import LABELS, SHARED, Tagged, read_tagged, to_doc
from nlp.training.language.treebanks import ROOT, Tree, paragraphs, read_trees, written

#: Annotations of a token, in the order of the table.
ASPECTS = ("XPOS", "UPOS", "features", "lemma", "UAS", "LAS")
FROM_TEXT = ("tokens", "sentences", *ASPECTS)
#: Of the labels that all sets mark, together and one by one; other names (MISC) where they are marked.
NAME_ASPECTS = ("F1", "precision", "recall", *LABELS)
NAMED = (
    ("BTC dev (tweets)", entities.BTC_DEV, SHARED),
    ("WNUT dev (comments)", entities.WNUT_DEV, LABELS),
    ("UNER EWT dev (web)", "uner_english_ewt/en_ewt-dev.iob2", SHARED),
)


class Count(NamedTuple):
    """Correct annotations, gold annotations, and predicted ones; their sums give an F1."""

    correct: int
    gold: int
    predicted: int


Counts = dict[str, Count]


def f1(counts: Iterable[Count]) -> float:
    """2 correct / (gold + predicted), 0-1; 0 if there are no annotations."""
    correct, gold, predicted = (sum(column) for column in zip(*counts, strict=True))
    return 2 * correct / (gold + predicted) if gold + predicted else 0.0


def with_interval(counts: Sequence[Count], *, seed: int = 1, draws: int = DRAWS) -> Figure:
    """F1 with the 2.5 and 97.5 percentiles over resampled documents."""
    table = np.array(counts, dtype=float)
    random = np.random.default_rng(seed)
    sums = np.array([table[random.integers(0, len(table), len(table))].sum(axis=0) for _ in range(draws)])
    values = 2 * sums[:, 0] / np.maximum(sums[:, 1] + sums[:, 2], 1)
    low, high = np.percentile(values, [2.5, 97.5])
    return Figure(f1(counts), float(low), float(high))


def measure(corpora: Path) -> list[Table]:
    """Both tables, in percent, with 95 % intervals."""
    nlp = load()
    return [syntax(nlp, corpora), names(nlp, corpora)]


def syntax(nlp: Language, corpora: Path) -> Table:
    """The dev parts of both treebanks, in total and by genre."""
    rows: list[Sequence[str]] = []
    for bank, name in (("EWT dev", EWT_DEV), ("GUM dev", GUM_DEV)):
        documents = [trees for trees in _documents(read_trees(corpora / name)) if trees[0].genre not in EXCLUDED_GENRES]
        reader = Reader(nlp)
        raw = [_from_text(reader.read(_text(trees)), trees) for trees in documents]
        gold = [_with_gold_tokens(nlp, trees) for trees in documents]
        indices: dict[str, list[int]] = {bank: list(range(len(documents)))}
        for i, trees in enumerate(documents):
            indices.setdefault(f"{bank}, {trees[0].genre}", []).append(i)
        for title, chosen in [(bank, indices.pop(bank)), *sorted(indices.items())]:
            for tokens, aspects, counted in (("raw", FROM_TEXT, raw), ("gold", ASPECTS, gold)):
                cells = {aspect: in_percent(with_interval([counted[i][aspect] for i in chosen])) for aspect in aspects}
                rows.append((title, f"{len(chosen)}", tokens, *(cells.get(aspect, "") for aspect in FROM_TEXT)))
    title = "Tokens to trees, from raw text and with gold tokens and sentences, in percent with 95 % intervals"
    return Table(("text", "documents", "tokens from", *FROM_TEXT), rows, title)


def names(nlp: Language, corpora: Path) -> Table:
    """Names by class, with gold tokens. A name is correct if its boundaries and its label are."""
    rows = []
    for bank, name, labels in NAMED:
        counted = [_names(nlp, tagged) for tagged in read_tagged(corpora, name)]
        measured = [aspect for aspect in NAME_ASPECTS if aspect not in LABELS or aspect in labels]
        cells = {aspect: in_percent(with_interval([c[aspect] for c in counted])) for aspect in measured}
        gold = [str(sum(c[label].gold for c in counted)) for label in labels]
        columns = [cells.get(aspect, "not marked") for aspect in NAME_ASPECTS]
        rows.append((bank, f"{len(counted):,}", " + ".join(gold), *columns))
    head = ("text", "texts", "names", *NAME_ASPECTS)
    return Table(head, rows, "Names, with gold tokens, in percent with 95 % intervals; F1, precision and recall without MISC")


def in_percent(figure: Figure) -> str:
    return f"{100 * figure.value:.1f} ({100 * figure.low:.1f} to {100 * figure.high:.1f})"


def _documents(trees: Iterable[Tree]) -> Iterator[list[Tree]]:
    group: list[Tree] = []
    for tree in trees:
        if tree.opens == "document" and group:
            yield group
            group = []
        group.append(tree)
    if group:
        yield group


def _text(trees: Sequence[Tree]) -> str:
    return "\n\n".join(" ".join(written(tree) for tree in group) for group in paragraphs(trees))


def _word_spans(trees: Sequence[Tree], text: str) -> list[list[tuple[int, int]]]:
    """Start and end in ``text`` of the words of each sentence."""
    by_sentence = []
    end = 0
    for tree in trees:
        spans = []
        for word in tree.words:
            start = text.index(word, end)
            end = start + len(word)
            spans.append((start, end))
        by_sentence.append(spans)
    return by_sentence


def _from_text(reading: Reading, trees: Sequence[Tree]) -> Counts:
    gold: dict[tuple[int, int], tuple[object, ...]] = {}
    sentences = set()
    for tree, places in zip(trees, _word_spans(trees, reading.views.raw), strict=True):
        sentences.add((places[0][0], places[-1][1]))
        for i, place in enumerate(places):
            head = places[tree.heads[i]] if tree.heads[i] != ROOT else None
            gold[place] = (tree.tags[i], tree.pos[i], _features(tree.morphs[i]), tree.lemmas[i], head, (head, tree.deps[i]))
    predicted: dict[tuple[int, int], tuple[object, ...]] = {}
    for token in reading.tokens:
        if token.text.isspace():
            continue
        governor = reading.tokens[token.head]
        head = None if token.dep == "ROOT" else (governor.start, governor.end)
        relation = (head, "root" if token.dep == "ROOT" else token.dep)
        predicted[token.start, token.end] = (token.tag, token.pos, _features(token.morph), token.lemma, head, relation)
    both = gold.keys() & predicted.keys()
    predicted_sentences = {(span.start, span.end) for span in reading.sentences}
    counts = {
        "tokens": Count(len(both), len(gold), len(predicted)),
        "sentences": Count(len(sentences & predicted_sentences), len(sentences), len(predicted_sentences)),
    }
    for column, aspect in enumerate(ASPECTS):
        counts[aspect] = Count(sum(gold[span][column] == predicted[span][column] for span in both), len(gold), len(predicted))
    return counts


def _with_gold_tokens(nlp: Language, trees: Sequence[Tree]) -> Counts:
    """Sentence by sentence. Both sides have the same tokens, so accuracy and F1 are equal."""
    correct: Counter[str] = Counter()
    size = 0
    docs = (Doc(nlp.vocab, words=list(tree.words), spaces=list(tree.spaces), sent_starts=_one_sentence(tree)) for tree in trees)
    for tree, doc in zip(trees, nlp.pipe(docs), strict=True):
        size += len(tree)
        for i, token in enumerate(doc):
            head = ROOT if token.head.i == token.i else token.head.i
            dep = "root" if head == ROOT else token.dep_
            correct["XPOS"] += token.tag_ == tree.tags[i]
            correct["UPOS"] += token.pos_ == tree.pos[i]
            correct["features"] += _features(str(token.morph)) == _features(tree.morphs[i])
            correct["lemma"] += token.lemma_ == tree.lemmas[i]
            correct["UAS"] += head == tree.heads[i]
            correct["LAS"] += head == tree.heads[i] and dep == tree.deps[i]
    return {aspect: Count(correct[aspect], size, size) for aspect in ASPECTS}


def _one_sentence(tree: Tree) -> list[bool | int | None]:
    return [1, *[-1] * (len(tree) - 1)]


def _features(written_features: str) -> frozenset[str]:
    return frozenset(written_features.replace("_", "").split("|")) - {""}


def _names(nlp: Language, tagged: Tagged) -> Counts:
    doc = nlp(Doc(nlp.vocab, words=list(tagged.words)))
    gold = {(e.label_, e.start, e.end) for e in to_doc(nlp.vocab, tagged).ents}
    predicted = {(e.label_, e.start, e.end) for e in doc.ents}
    counts = {label: _count(gold, predicted, (label,)) for label in LABELS}
    correct, expected, actual = counts["F1"] = _count(gold, predicted, SHARED)
    counts["precision"] = Count(correct, actual, actual)
    counts["recall"] = Count(correct, expected, expected)
    return counts


def _count(gold: Iterable[tuple[str, int, int]], predicted: Iterable[tuple[str, int, int]], labels: Sequence[str]) -> Count:
    expected, actual = ({name for name in names if name[0] in labels} for names in (gold, predicted))
    return Count(len(expected & actual), len(expected), len(actual))
