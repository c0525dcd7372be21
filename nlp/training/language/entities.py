"""The Docs that names of people, places and organisations are learned from: tweets first, then edited text.

The sets agree on PER, LOC and ORG only; products, works and what Wikigold calls MISC are left out everywhere.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from spacy.tokens import Doc, Span
from spacy.training import biluo_tags_to_spans, iob_to_biluo
from spacy.vocab import Vocab

from nlp.language.tokens import blank
from nlp.training.language import names
from nlp.training.language.syntax import LEFT_OUT
from nlp.training.language.syntax import TRAIN as SYNTAX
from nlp.training.language.treebanks import open_text, read_trees

SEED = 20
LABELS = ("PER", "LOC", "ORG")
#: What WNUT names otherwise. Its groups are organisations, teams and bands.
SAME = {"person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG", "PER": "PER", "LOC": "LOC", "ORG": "ORG"}

GUM_KINDS = {"person": "PER", "place": "LOC", "organization": "ORG"}
#: Parts of speech that may be part of a name.
UNSAID = ("PROPN", "X", "SYM", "ADJ", "NUM")

#: What is put in the places of ``phrases.txt``, how often each phrase is filled, and the share in small letters.
FILL: dict[str, Callable[[random.Random], list[str]]] = {
    "PER": lambda rng: names.person(rng, 2 if rng.random() < 0.8 else 1),
    "FIRST": lambda rng: names.person(rng, 1),
    "LOC": names.place,
    "ORG": names.organisation,
}
FILLED = 12
SMALL = 0.2

BTC_TRAIN, BTC_DEV = "broad_twitter_corpus/btc.train.conll", "broad_twitter_corpus/btc.dev.conll"
WNUT_TRAIN, WNUT_DEV = "wnut17/wnut17.train.conll", "wnut17/wnut17.dev.conll"


class Marked(NamedTuple):
    """Tokens of one text and a tag each: ``O``, or ``B-`` or ``I-`` with a label."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def read_marked(corpora: Path, name: str) -> list[Marked]:
    """The texts of a file of tokens and tags. Mentions and hashtags are joined to one token; a mention is no entity."""
    reader = _uner if name.endswith(".iob2") else _columns
    return [_joined(*_relabelled(words, tags)) for words, tags in reader(corpora / name)]


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


def _relabelled(words: Sequence[str], tags: Sequence[str]) -> tuple[list[str], list[str]]:
    new: list[str] = []
    before = "O"
    for tag in tags:
        kind, _, label = tag.partition("-")
        label = SAME.get(label, "")
        if not label:
            new.append("O")
        else:
            # Wikigold writes IO: what follows another label, or nothing, begins.
            new.append(f"{'I' if kind == 'I' and before == label else 'B'}-{label}")
        before = label
    return list(words), new


def _joined(words: Sequence[str], tags: Sequence[str]) -> Marked:
    new_words: list[str] = []
    new_tags: list[str] = []
    i = 0
    while i < len(words):
        if words[i] in ("@", "#") and i + 1 < len(words) and words[i + 1][0].isalnum():
            new_words.append(words[i] + words[i + 1])
            tag = tags[i + 1]
            # The sign was marked as the beginning of what follows.
            if tag.startswith("I-") and not (new_tags and new_tags[-1].endswith(tag[1:])):
                tag = "B" + tag[1:]
            new_tags.append("O" if words[i] == "@" else tag)
            i += 2
        else:
            tag = tags[i]
            if words[i].startswith("@") and len(words[i]) > 1:
                tag = "O"
            elif tag.startswith("I-") and (not new_tags or new_tags[-1][1:] != tag[1:]):
                tag = "B" + tag[1:]
            new_words.append(words[i])
            new_tags.append(tag)
            i += 1
    return Marked(tuple(new_words), tuple(new_tags))


def to_doc(vocab: Vocab, marked: Marked) -> Doc:
    """A tag of ``?`` says that nobody said whether the token is part of a name."""
    doc = Doc(vocab, words=list(marked.words))
    known = [tag if tag != "?" else "O" for tag in marked.tags]
    spans: list[Span] = biluo_tags_to_spans(doc, iob_to_biluo(known))
    unsaid = [doc[i : i + 1] for i, tag in enumerate(marked.tags) if tag == "?"]
    doc.set_ents(spans, missing=unsaid, default="outside")
    return doc


def training_docs(corpora: Path, vocab: Vocab) -> list[Doc]:
    """All texts once as written, those with names once more with others in their place, and some again in small letters or
    capitals; sentences of our own, filled with names; and the treebanks, which say of most words that they are no name."""
    rng = random.Random(SEED)
    tweets = [*read_marked(corpora, BTC_TRAIN), *read_marked(corpora, WNUT_TRAIN)]
    edited = [*read_marked(corpora, "wikigold/wikigold.conll"), *read_marked(corpora, "uner_english_pud/en_pud.iob2")]
    swapped = [*_swapped(tweets, rng), *_swapped(edited, rng)]
    marked = [*tweets, *edited, *swapped, *_varied([*tweets, *swapped], rng, share=0.25), *_varied(edited, rng, share=0.15)]
    marked += _from_phrases(rng)
    marked += _from_trees(corpora)
    rng.shuffle(marked)
    return [to_doc(vocab, one) for one in marked]


def _swapped(texts: Sequence[Marked], rng: random.Random) -> Iterator[Marked]:
    """The texts that name somebody or something, with other names in their place."""
    seen: dict[str, list[list[str]]] = {label: [] for label in LABELS}
    for one in texts:
        for label, start, end in _names(one):
            seen[label].append(list(one.words[start:end]))
    for one in texts:
        found = _names(one)
        if not found:
            continue
        words, tags = list(one.words), list(one.tags)
        for label, start, end in reversed(found):
            new = _another(label, words[start:end], seen, rng)
            words[start:end] = new
            tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (len(new) - 1)]
        yield Marked(tuple(words), tuple(tags))


def _another(label: str, old: list[str], seen: dict[str, list[list[str]]], rng: random.Random) -> list[str]:
    if label == "PER" and rng.random() < 0.8:
        new = names.person(rng, len(old))
    elif label == "LOC" and rng.random() < 0.5:
        new = names.place(rng)
    elif label == "ORG" and rng.random() < 0.5:
        new = names.organisation(rng)
    else:
        new = rng.choice(seen[label])
    return [word.lower() for word in new] if old[0].islower() else new


def _names(one: Marked) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for i, tag in enumerate(one.tags):
        if tag.startswith("B-"):
            found.append((tag[2:], i, i + 1))
        elif tag.startswith("I-"):
            label, start, _ = found.pop()
            found.append((label, start, i + 1))
    return found


def _from_phrases(rng: random.Random) -> Iterator[Marked]:
    """Our own sentences, each several times with other names, some of them in small letters."""
    cut = blank()
    lines = resources.files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if not line.startswith("#")):
        for _ in range(FILLED):
            text, spans = _filled(line, rng)
            doc = cut.make_doc(text.lower() if rng.random() < SMALL else text)
            found = [doc.char_span(start, end) for start, end, _ in spans]
            tags = ["O"] * len(doc)
            for span, (_, _, label) in zip(found, spans, strict=True):
                if span is not None:
                    tags[span.start : span.end] = [f"B-{label}", *[f"I-{label}"] * (len(span) - 1)]
            # A name that the tokenizer does not cut off (#Lyon) would be learned as none.
            if None not in found:
                yield Marked(tuple(token.text for token in doc), tuple(tags))


def _filled(line: str, rng: random.Random) -> tuple[str, list[tuple[int, int, str]]]:
    text = ""
    spans: list[tuple[int, int, str]] = []
    for place, piece in enumerate(re.split(r"\{(\w+)\}", line)):
        new = piece
        if place % 2:
            label = "PER" if piece == "FIRST" else piece
            new = " ".join(FILL[piece](rng))
            spans.append((len(text), len(text) + len(new), label))
        text += new
    return text, spans


def _from_trees(corpora: Path) -> Iterator[Marked]:
    """The treebanks' sentences: the names that GUM links to an encyclopedia; other words that are no proper nouns are no
    names, and of the rest nobody said."""
    for name in SYNTAX:
        for tree in read_trees(corpora / name):
            if tree.genre in LEFT_OUT:
                continue
            tags = ["?" if pos in UNSAID else "O" for pos in tree.pos]
            # The longest first: a name within a name is part of it.
            for kind, start, end in sorted(tree.entities, key=lambda e: e[1] - e[2]):
                while start < end and tree.pos[start] in ("DET", "PUNCT"):
                    start += 1  # noqa: PLW2901
                label = GUM_KINDS.get(kind)
                if (
                    label
                    and all(pos in ("PROPN", "ADP", "NUM", "ADJ") for pos in tree.pos[start:end])
                    and "?" in tags[start:end]
                ):
                    tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
            yield Marked(tree.words, tuple(tags))


def dev_docs(corpora: Path, vocab: Vocab, name: str) -> list[Doc]:
    return [to_doc(vocab, one) for one in read_marked(corpora, name)]


def _varied(texts: Iterable[Marked], rng: random.Random, *, share: float) -> Iterator[Marked]:
    for one in texts:
        if rng.random() > share:
            continue
        change = rng.choice((str.lower, str.lower, str.lower, str.upper, str.title))
        yield Marked(tuple(word if word.startswith(("http", "@")) else change(word) for word in one.words), one.tags)
