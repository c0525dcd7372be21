"""Training data for named entities: people, places, organisations and other names, in posts first and then in edited text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.language.tokens import blank
from nlp.training.language import names, organisations
from nlp.training.language.posts import posts
from nlp.training.language.syntax import EXCLUDED_GENRES
from nlp.training.language.syntax import TRAIN as SYNTAX
from nlp.training.language.tagged import LABELS, Tagged, bio, read_tagged, spans, to_doc
from nlp.training.language.treebanks import Tree, read_trees

SEED = 20
#: GUM's kinds of entities. Objects, events and what is abstract (works, laws, sites) are other names.
GUM_KINDS = {
    "person": "PER", "place": "LOC", "organization": "ORG", "object": "MISC", "event": "MISC", "abstract": "MISC",
}  # fmt: skip
#: Parts of speech that may be part of a name; in a treebank without name annotations it is unknown whether they are.
MAYBE_NAME = ("PROPN", "X", "SYM", "ADJ", "NUM")

#: Generators for the placeholders of ``phrases.txt``, sentences made from each phrase, and the share of them in lower case.
FILL: dict[str, Callable[[random.Random], list[str]]] = {
    "PER": lambda rng: names.person(rng, 2 if rng.random() < 0.8 else 1),
    "FIRST": lambda rng: names.person(rng, 1),
    "LOC": names.place,
    "ORG": names.organisation,
    "MISC": names.other,
}
#: Sentences without a linked name that are used, of those in the treebanks.
TREES_WITHOUT_NAMES = 0.3
SENTENCES_PER_PHRASE = 12
LOWER_CASE_SHARE = 0.2

BTC_TRAIN, BTC_DEV = "broad_twitter_corpus/btc.train.conll", "broad_twitter_corpus/btc.dev.conll"
WNUT_TRAIN, WNUT_DEV = "wnut17/wnut17.train.conll", "wnut17/wnut17.dev.conll"
WIKIGOLD, PUD = "wikigold/wikigold.conll", "uner_english_pud/en_pud.iob2"


def training_docs(corpora: Path, vocab: Vocab) -> list[Doc]:
    """The training data, shuffled: all texts as written; copies of those with names in which the names are replaced; copies of
    some in lower or upper case; our own sentences with names filled in; the treebanks, as examples of words that are not names;
    and unlabelled posts with known organisations."""
    rng = random.Random(SEED)
    wnut, wikigold = read_tagged(corpora, WNUT_TRAIN), list(map(_without_nationalities, read_tagged(corpora, WIKIGOLD)))
    trees = list(_from_trees(corpora))
    others = _others([*wnut, *wikigold, *trees])
    tweets = [*_unsure_of(others, read_tagged(corpora, BTC_TRAIN)), *wnut]
    edited = [*wikigold, *_unsure_of(others, read_tagged(corpora, PUD))]
    known = organisations.collect([*tweets, *edited, *trees], texts := posts(corpora))
    replaced = [*_with_other_names(tweets, known, rng), *_with_other_names(edited, known, rng)]
    tagged = [*tweets, *edited, *replaced, *_recased([*tweets, *replaced], rng, share=0.25), *_recased(edited, rng, share=0.15)]
    tagged += _from_phrases(rng)
    tagged += [text for text in trees if spans(text) or rng.random() < TREES_WITHOUT_NAMES]
    tagged += organisations.posts_with(known, texts)
    rng.shuffle(tagged)
    return [to_doc(vocab, text) for text in tagged]


def dev_docs(corpora: Path, vocab: Vocab, name: str) -> list[Doc]:
    """The Docs of one tagged file."""
    return [to_doc(vocab, text) for text in read_tagged(corpora, name)]


def _without_nationalities(text: Tagged) -> Tagged:
    """Wikigold's other names of one word are mostly nationalities and languages, which no other set marks: they are unknown."""
    tags = list(text.tags)
    for label, start, end in spans(text):
        if label == "MISC" and end - start == 1:
            tags[start] = "?"
    return Tagged(text.words, tuple(tags))


def _others(texts: Iterable[Tagged]) -> frozenset[tuple[str, ...]]:
    """Products, works and events that are marked in ``texts`` or on our own list, in lower-case words."""
    marked = (text.words[start:end] for text in texts for label, start, end in spans(text) if label == "MISC")
    listed = (tuple(name.split()) for name in names.known_others())
    return frozenset(tuple(map(str.lower, name)) for name in (*marked, *listed))


def _unsure_of(others: frozenset[tuple[str, ...]], texts: Iterable[Tagged]) -> Iterator[Tagged]:
    """Texts of a set that does not mark other names. Where one stands that is known, it is unknown what the words are."""
    longest = max(map(len, others), default=0)
    for text in texts:
        tags = list(text.tags)
        lower = tuple(map(str.lower, text.words))
        for start in (i for i, word in enumerate(text.words) if word[0].isupper()):
            for end in range(start + 1, min(len(tags), start + longest) + 1):
                if lower[start:end] in others and set(tags[start:end]) <= {"O", "?"}:
                    tags[start:end] = ["?"] * (end - start)
        yield Tagged(text.words, tuple(tags))


def _with_other_names(texts: Sequence[Tagged], known: frozenset[tuple[str, ...]], rng: random.Random) -> Iterator[Tagged]:
    """Copies of the texts that contain names, with other names in their place."""
    seen: dict[str, list[list[str]]] = {label: [] for label in LABELS}
    for text in texts:
        for label, start, end in spans(text):
            seen[label].append(list(text.words[start:end]))
    seen["ORG"] += map(list, sorted(known))
    for text in texts:
        names_in_text = spans(text)
        if not names_in_text:
            continue
        words, tags = list(text.words), list(text.tags)
        for label, start, end in reversed(names_in_text):
            new = _other_name(label, words[start:end], seen, rng)
            words[start:end] = new
            tags[start:end] = bio(label, len(new))
        yield Tagged(tuple(words), tuple(tags))


def _other_name(label: str, old: list[str], seen: dict[str, list[list[str]]], rng: random.Random) -> list[str]:
    if label == "PER" and rng.random() < 0.8:
        new = names.person(rng, len(old))
    elif label == "LOC" and rng.random() < 0.5:
        new = names.place(rng)
    elif label == "ORG" and rng.random() < 0.4:
        new = names.organisation(rng)
    elif label == "MISC" and rng.random() < 0.4:
        new = names.other(rng)
    else:
        new = rng.choice(seen[label])
    return [word.lower() for word in new] if old[0].islower() else new


def _from_phrases(rng: random.Random) -> Iterator[Tagged]:
    """Our own sentences, each several times with different names, some in lower case."""
    tokenizer = blank()
    lines = resources.files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if not line.startswith("#")):
        for _ in range(SENTENCES_PER_PHRASE):
            text, filled = _fill(line, rng)
            doc = tokenizer.make_doc(text.lower() if rng.random() < LOWER_CASE_SHARE else text)
            token_spans = [doc.char_span(start, end) for start, end, _ in filled]
            tags = ["O"] * len(doc)
            for span, (_, _, label) in zip(token_spans, filled, strict=True):
                if span is not None:
                    tags[span.start : span.end] = bio(label, len(span))
            # A name that is only part of a token (#Lyon) would be learned as a word that is not a name.
            if None not in token_spans:
                yield Tagged(tuple(token.text for token in doc), tuple(tags))


def _fill(line: str, rng: random.Random) -> tuple[str, list[tuple[int, int, str]]]:
    text = ""
    filled: list[tuple[int, int, str]] = []
    for index, piece in enumerate(re.split(r"\{(\w+)\}", line)):
        new = piece
        if index % 2:
            label = "PER" if piece == "FIRST" else piece
            new = " ".join(FILL[piece](rng))
            filled.append((len(text), len(text) + len(new), label))
        text += new
    return text, filled


def _from_trees(corpora: Path) -> Iterator[Tagged]:
    """The treebanks' sentences, with the names that GUM links to an encyclopedia. Other words are tagged as
    ``O`` if they cannot be part of a name, and as unknown otherwise."""
    for name in SYNTAX:
        for tree in read_trees(corpora / name):
            if tree.genre not in EXCLUDED_GENRES:
                yield Tagged(tree.words, tuple(_tags_of(tree)))


def _tags_of(tree: Tree) -> list[str]:
    tags = ["?" if pos in MAYBE_NAME else "O" for pos in tree.pos]
    # Longest first: a name inside another name is part of it.
    for kind, first, end in sorted(tree.entities, key=lambda e: e[1] - e[2]):
        start = first
        while start < end and tree.pos[start] in ("DET", "PUNCT"):
            start += 1
        label = GUM_KINDS.get(kind)
        pos = tree.pos[start:end]
        if not label or not all(p in ("PROPN", "ADP", "NUM", "ADJ") for p in pos) or "?" not in tags[start:end]:
            continue
        # Abstract names of one word are mostly languages.
        if label == "MISC" and ("PROPN" not in pos or (kind == "abstract" and len(pos) == 1)):
            continue
        tags[start:end] = bio(label, end - start)
    return tags


def _recased(texts: Iterable[Tagged], rng: random.Random, *, share: float) -> Iterator[Tagged]:
    """Copies of a random ``share`` of the texts in lower, upper or title case; links and mentions stay."""
    for text in texts:
        if rng.random() > share:
            continue
        change = rng.choice((str.lower, str.lower, str.lower, str.upper, str.title))
        yield Tagged(tuple(word if word.startswith(("http", "@")) else change(word) for word in text.words), text.tags)
