"""Texts whose names are marked: reads the data sets of named entities into one scheme of labels.

All sets mark people, places and organisations. ``MISC`` are other names: products, works and events. Only WNUT and Wikigold
mark them, and GUM those that it links to an encyclopedia.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from spacy.tokens import Doc, Span
from spacy.training import biluo_tags_to_spans, iob_to_biluo
from spacy.vocab import Vocab

from nlp.training.language.treebanks import open_text

#: What all sets mark, and what some do.
SHARED = ("PER", "LOC", "ORG")
LABELS = (*SHARED, "MISC")
#: Maps the labels of the data sets to ours. WNUT's groups are organisations, teams and bands.
LABEL_MAP = {
    "person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG", "product": "MISC", "creative-work": "MISC",
    **{label: label for label in LABELS},
}  # fmt: skip


class Tagged(NamedTuple):
    """Tokens of one text and a tag for each: ``O``, ``B-`` or ``I-`` with a label, or ``?`` for unknown."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def read_tagged(corpora: Path, name: str) -> list[Tagged]:
    """Reads a file of tokens and tags. Each mention or hashtag becomes one token; a mention is not an entity."""
    reader = _uner if name.endswith(".iob2") else _columns
    return [_join_signs(*_map_labels(words, tags)) for words, tags in reader(corpora / name)]


def spans(text: Tagged) -> list[tuple[str, int, int]]:
    """Label, first token and the token after the last, for each name."""
    found: list[tuple[str, int, int]] = []
    for i, tag in enumerate(text.tags):
        if tag.startswith("B-"):
            found.append((tag[2:], i, i + 1))
        elif tag.startswith("I-"):
            label, start, _ = found.pop()
            found.append((label, start, i + 1))
    return found


def bio(label: str, size: int) -> list[str]:
    """The tags of a name of ``size`` tokens."""
    return [f"B-{label}", *[f"I-{label}"] * (size - 1)]


def to_doc(vocab: Vocab, tagged: Tagged) -> Doc:
    """The Doc of a tagged text. A ``?`` becomes a missing annotation, which training ignores."""
    doc = Doc(vocab, words=list(tagged.words))
    known = [tag if tag != "?" else "O" for tag in tagged.tags]
    names: list[Span] = biluo_tags_to_spans(doc, iob_to_biluo(known))
    missing = [doc[i : i + 1] for i, tag in enumerate(tagged.tags) if tag == "?"]
    doc.set_ents(names, missing=missing, default="outside")
    return doc


def _columns(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    words: list[str] = []
    tags: list[str] = []
    with open_text(path) as file:
        for line in (*file, ""):
            parts = line.split()
            if len(parts) >= 2 and parts[0] != "-DOCSTART-":
                words.append(html.unescape(parts[0]))
                tags.append(parts[-1])
            elif words:
                yield words, tags
                words, tags = [], []


def _uner(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    words: list[str] = []
    tags: list[str] = []
    with open_text(path) as file:
        for line in (*file, ""):
            if line.startswith("#"):
                continue
            parts = line.rstrip("\n").split("\t")
            if len(parts) > 2:
                words.append(parts[1])
                tags.append(parts[2])
            elif words:
                yield words, tags
                words, tags = [], []


def _map_labels(words: Sequence[str], tags: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words, and their tags as BIO tags with our labels."""
    mapped: list[str] = []
    previous = "O"
    for tag in tags:
        kind, _, label = tag.partition("-")
        label = LABEL_MAP.get(label, "")
        if not label:
            mapped.append("O")
        else:
            # Wikigold uses IO tags: an entity begins wherever the label changes.
            mapped.append(f"{'I' if kind == 'I' and previous == label else 'B'}-{label}")
        previous = label
    return list(words), mapped


def _join_signs(words: Sequence[str], tags: Sequence[str]) -> Tagged:
    """Joins a separate "@" or "#" with the word after it."""
    new_words: list[str] = []
    new_tags: list[str] = []
    i = 0
    while i < len(words):
        if words[i] in ("@", "#") and i + 1 < len(words) and (words[i + 1][0].isalnum() or words[i + 1][0] == "_"):
            new_words.append(words[i] + words[i + 1])
            tag = tags[i + 1]
            # The sign was tagged as the beginning of the entity.
            if tag.startswith("I-") and not (new_tags and new_tags[-1].endswith(tag[1:])):
                tag = "B" + tag[1:]
            new_tags.append("O" if words[i] == "@" else tag)
            i += 2
        else:
            tag = tags[i]
            if words[i].startswith("@"):
                tag = "O"
            elif tag.startswith("I-") and (not new_tags or new_tags[-1][1:] != tag[1:]):
                tag = "B" + tag[1:]
            new_words.append(words[i])
            new_tags.append(tag)
            i += 1
    return Tagged(tuple(new_words), tuple(new_tags))
