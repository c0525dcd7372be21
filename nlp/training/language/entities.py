"""Training data for named entities: people, places and organisations, in tweets first and then in edited text.

The data sets agree on PER, LOC and ORG only; products, works and Wikigold's MISC are left out everywhere.
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
from nlp.training.language.syntax import EXCLUDED_GENRES
from nlp.training.language.syntax import TRAIN as SYNTAX
from nlp.training.language.treebanks import open_text, read_trees

SEED = 20
LABELS = ("PER", "LOC", "ORG")
#: Maps the labels of the data sets to ours. WNUT's groups are organisations, teams and bands.
LABEL_MAP = {"person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG", "PER": "PER", "LOC": "LOC", "ORG": "ORG"}

GUM_KINDS = {"person": "PER", "place": "LOC", "organization": "ORG"}
#: Parts of speech that may be part of a name; in a treebank without name annotations it is unknown whether they are.
MAYBE_NAME = ("PROPN", "X", "SYM", "ADJ", "NUM")

#: Generators for the placeholders of ``phrases.txt``, sentences made from each phrase, and the share of them in lower case.
FILL: dict[str, Callable[[random.Random], list[str]]] = {
    "PER": lambda rng: names.person(rng, 2 if rng.random() < 0.8 else 1),
    "FIRST": lambda rng: names.person(rng, 1),
    "LOC": names.place,
    "ORG": names.organisation,
}
SENTENCES_PER_PHRASE = 12
LOWER_CASE_SHARE = 0.2

BTC_TRAIN, BTC_DEV = "broad_twitter_corpus/btc.train.conll", "broad_twitter_corpus/btc.dev.conll"
WNUT_TRAIN, WNUT_DEV = "wnut17/wnut17.train.conll", "wnut17/wnut17.dev.conll"


class Tagged(NamedTuple):
    """Tokens of one text and a tag for each: ``O``, ``B-`` or ``I-`` with a label, or ``?`` for unknown."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def read_tagged(corpora: Path, name: str) -> list[Tagged]:
    """Reads a file of tokens and tags. Each mention or hashtag becomes one token; a mention is not an entity."""
    reader = _uner if name.endswith(".iob2") else _columns
    return [_join_signs(*_map_labels(words, tags)) for words, tags in reader(corpora / name)]


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
        if words[i] in ("@", "#") and i + 1 < len(words) and words[i + 1][0].isalnum():
            new_words.append(words[i] + words[i + 1])
            tag = tags[i + 1]
            # The sign was tagged as the beginning of the entity.
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
    return Tagged(tuple(new_words), tuple(new_tags))


def to_doc(vocab: Vocab, tagged: Tagged) -> Doc:
    """The Doc of a tagged text. A ``?`` becomes a missing annotation, which training ignores."""
    doc = Doc(vocab, words=list(tagged.words))
    known = [tag if tag != "?" else "O" for tag in tagged.tags]
    spans: list[Span] = biluo_tags_to_spans(doc, iob_to_biluo(known))
    missing = [doc[i : i + 1] for i, tag in enumerate(tagged.tags) if tag == "?"]
    doc.set_ents(spans, missing=missing, default="outside")
    return doc


def training_docs(corpora: Path, vocab: Vocab) -> list[Doc]:
    """The training data, shuffled: all texts as written; copies of those with names in which the names are replaced; copies of
    some in lower or upper case; our own sentences with names filled in; and the treebanks, as examples of words that are not
    names."""
    rng = random.Random(SEED)
    tweets = [*read_tagged(corpora, BTC_TRAIN), *read_tagged(corpora, WNUT_TRAIN)]
    edited = [*read_tagged(corpora, "wikigold/wikigold.conll"), *read_tagged(corpora, "uner_english_pud/en_pud.iob2")]
    replaced = [*_with_other_names(tweets, rng), *_with_other_names(edited, rng)]
    tagged = [*tweets, *edited, *replaced, *_recased([*tweets, *replaced], rng, share=0.25), *_recased(edited, rng, share=0.15)]
    tagged += _from_phrases(rng)
    tagged += _from_trees(corpora)
    rng.shuffle(tagged)
    return [to_doc(vocab, text) for text in tagged]


def _with_other_names(texts: Sequence[Tagged], rng: random.Random) -> Iterator[Tagged]:
    """Copies of the texts that contain names, with other names in their place."""
    seen: dict[str, list[list[str]]] = {label: [] for label in LABELS}
    for text in texts:
        for label, start, end in _names(text):
            seen[label].append(list(text.words[start:end]))
    for text in texts:
        names_in_text = _names(text)
        if not names_in_text:
            continue
        words, tags = list(text.words), list(text.tags)
        for label, start, end in reversed(names_in_text):
            new = _other_name(label, words[start:end], seen, rng)
            words[start:end] = new
            tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (len(new) - 1)]
        yield Tagged(tuple(words), tuple(tags))


def _other_name(label: str, old: list[str], seen: dict[str, list[list[str]]], rng: random.Random) -> list[str]:
    if label == "PER" and rng.random() < 0.8:
        new = names.person(rng, len(old))
    elif label == "LOC" and rng.random() < 0.5:
        new = names.place(rng)
    elif label == "ORG" and rng.random() < 0.5:
        new = names.organisation(rng)
    else:
        new = rng.choice(seen[label])
    return [word.lower() for word in new] if old[0].islower() else new


def _names(text: Tagged) -> list[tuple[str, int, int]]:
    """Label, first token and the token after the last, for each name."""
    spans: list[tuple[str, int, int]] = []
    for i, tag in enumerate(text.tags):
        if tag.startswith("B-"):
            spans.append((tag[2:], i, i + 1))
        elif tag.startswith("I-"):
            label, start, _ = spans.pop()
            spans.append((label, start, i + 1))
    return spans


def _from_phrases(rng: random.Random) -> Iterator[Tagged]:
    """Our own sentences, each several times with different names, some in lower case."""
    tokenizer = blank()
    lines = resources.files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if not line.startswith("#")):
        for _ in range(SENTENCES_PER_PHRASE):
            text, spans = _fill(line, rng)
            doc = tokenizer.make_doc(text.lower() if rng.random() < LOWER_CASE_SHARE else text)
            token_spans = [doc.char_span(start, end) for start, end, _ in spans]
            tags = ["O"] * len(doc)
            for span, (_, _, label) in zip(token_spans, spans, strict=True):
                if span is not None:
                    tags[span.start : span.end] = [f"B-{label}", *[f"I-{label}"] * (len(span) - 1)]
            # A name that is only part of a token (#Lyon) would be learned as a word that is not a name.
            if None not in token_spans:
                yield Tagged(tuple(token.text for token in doc), tuple(tags))


def _fill(line: str, rng: random.Random) -> tuple[str, list[tuple[int, int, str]]]:
    text = ""
    spans: list[tuple[int, int, str]] = []
    for index, piece in enumerate(re.split(r"\{(\w+)\}", line)):
        new = piece
        if index % 2:
            label = "PER" if piece == "FIRST" else piece
            new = " ".join(FILL[piece](rng))
            spans.append((len(text), len(text) + len(new), label))
        text += new
    return text, spans


def _from_trees(corpora: Path) -> Iterator[Tagged]:
    """The treebanks' sentences, with the names that GUM links to an encyclopedia. Other words are tagged as
    ``O`` if they cannot be part of a name, and as unknown otherwise."""
    for name in SYNTAX:
        for tree in read_trees(corpora / name):
            if tree.genre in EXCLUDED_GENRES:
                continue
            tags = ["?" if pos in MAYBE_NAME else "O" for pos in tree.pos]
            # Longest first: a name inside another name is part of it.
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
            yield Tagged(tree.words, tuple(tags))


def dev_docs(corpora: Path, vocab: Vocab, name: str) -> list[Doc]:
    """The Docs of one tagged file."""
    return [to_doc(vocab, text) for text in read_tagged(corpora, name)]


def _recased(texts: Iterable[Tagged], rng: random.Random, *, share: float) -> Iterator[Tagged]:
    """Copies of a random ``share`` of the texts in lower, upper or title case; links and mentions stay."""
    for text in texts:
        if rng.random() > share:
            continue
        change = rng.choice((str.lower, str.lower, str.lower, str.upper, str.title))
        yield Tagged(tuple(word if word.startswith(("http", "@")) else change(word) for word in text.words), text.tags)
