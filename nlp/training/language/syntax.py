"""Training data for tags, morphology, lemmas, sentence starts and dependency trees."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.language.sentences import split_sentences
from nlp.training.language.social import as_post
from nlp.training.language.treebanks import Tree, open_text, paragraphs, read_trees, to_doc

SEED = 20
#: The licence of this genre of GUM is in doubt.
EXCLUDED_GENRES = ("conversation",)
MAX_SENTENCES = 10

TRAIN = ("ud_english_ewt/en_ewt-train.conllu", "ud_english_gum_open/en_gum_open-train.conllu", "ud_english_pud/en_pud.conllu")
EWT_DEV, GUM_DEV = "ud_english_ewt/en_ewt-dev.conllu", "ud_english_gum_open/en_gum_open-dev.conllu"

#: Maps the tags of the ARK tweets (Gimpel et al. 2011) to universal parts of speech.
ARK = {
    "N": "NOUN", "^": "PROPN", "A": "ADJ", "!": "INTJ", "&": "CCONJ", "$": "NUM", ",": "PUNCT", "#": "X", "U": "X",
    "@": "PROPN", "E": "SYM", "O": "PRON", "V": "VERB", "R": "ADV", "D": "DET", "P": "ADP", "T": "ADP", "~": "X",
}  # fmt: skip
#: Tags that are used only for words to which the treebanks always give that part of speech.
AMBIGUOUS = frozenset("OVRDPT~")


def training_docs(corpora: Path, vocab: Vocab) -> list[Doc]:
    """Paragraphs as written, the same sentences as posts, and tagged tweets, in a fixed random order."""
    rng = random.Random(SEED)
    trees = [tree for name in TRAIN for tree in read_trees(corpora / name) if tree.genre not in EXCLUDED_GENRES]
    docs = [to_doc(vocab, group) for group in _groups(trees, rng)]
    docs += [_post_doc(vocab, as_post(group, rng), rng) for group in _short_groups(trees, rng)]
    docs += list(tagged_tweets(corpora, vocab, trees)) * 3
    rng.shuffle(docs)
    return docs


def dev_docs(trees: Sequence[Tree], vocab: Vocab) -> list[Doc]:
    """The paragraphs, in Docs of at most ``MAX_SENTENCES`` sentences."""
    return [
        to_doc(vocab, group[start : start + MAX_SENTENCES])
        for group in paragraphs(trees)
        for start in range(0, len(group), MAX_SENTENCES)
    ]


def _groups(trees: Sequence[Tree], rng: random.Random) -> Iterator[list[Tree]]:
    """Paragraphs, some of them joined, so that the model learns that a heading without a full stop ends a sentence."""
    joined: list[Tree] = []
    for group in paragraphs(trees):
        joined += group
        if rng.random() < 0.6 or len(joined) > MAX_SENTENCES:
            yield joined
            joined = []
    if joined:
        yield joined


def _short_groups(trees: Sequence[Tree], rng: random.Random) -> Iterator[list[Tree]]:
    """Groups of one to three sentences."""
    start = 0
    while start < len(trees):
        size = rng.choice((1, 1, 2, 2, 3))
        yield list(trees[start : start + size])
        start += size


def _post_doc(vocab: Vocab, trees: Sequence[Tree], rng: random.Random) -> Doc:
    """A post, in three cases of ten with line breaks between its sentences."""
    if rng.random() > 0.3:
        return to_doc(vocab, trees)
    line_break = rng.choice(("\n", "\n\n"))
    return to_doc(vocab, [*(_with_break(tree, line_break) for tree in trees[:-1]), trees[-1]])


def _with_break(tree: Tree, line_break: str) -> Tree:
    def append(column: tuple[str, ...], value: str) -> tuple[str, ...]:
        return (*column, value)

    return Tree(
        tree.id,
        append(tree.words, line_break),
        (*tree.spaces[:-1], False, False),
        append(tree.pos, "SPACE"),
        append(tree.tags, "_SP"),
        append(tree.morphs, "_"),
        append(tree.lemmas, line_break),
        (*tree.heads, len(tree) - 1),
        append(tree.deps, "dep"),
        tree.opens,
    )


def tagged_tweets(corpora: Path, vocab: Vocab, trees: Iterable[Tree]) -> Iterator[Doc]:
    """The ARK tweets with the universal tags and features that their own tags determine; the rest is left unannotated."""
    known = _lexicon(trees)
    words: list[str] = []
    tags: list[str] = []
    with open_text(corpora / "ark_pos" / "ark_tweets.conll") as file:
        for line in (*file, ""):
            word, _, tag = line.rstrip("\n").partition("\t")
            if tag:
                words.append(word)
                tags.append(tag)
            elif words:
                yield _to_tagged_doc(vocab, words, tags, known)
                words, tags = [], []


def _lexicon(trees: Iterable[Tree]) -> Mapping[str, Counter[tuple[str, str]]]:
    known: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for tree in trees:
        for word, pos, morph in zip(tree.words, tree.pos, tree.morphs, strict=True):
            known[word.lower()][(pos, morph)] += 1
    return known


def _to_tagged_doc(vocab: Vocab, words: list[str], tags: list[str], known: Mapping[str, Counter[tuple[str, str]]]) -> Doc:
    # Nothing is learned from missing annotations. Sentence starts come from the rule-based splitter.
    doc: Doc = split_sentences(Doc(vocab, words=words))
    for token, tag in zip(doc, tags, strict=True):
        pos, morph = _universal(token.text, tag, known.get(token.lower_, Counter()))
        if pos:
            token.pos_ = pos
            token.set_morph(morph)  # type: ignore[attr-defined] # missing in spaCy's type stubs
    return doc


def _universal(word: str, tag: str, seen: Counter[tuple[str, str]]) -> tuple[str, str]:
    """Part of speech and morphological features; both empty where the tag does not determine them."""
    if word.upper() == "RT":
        return "X", ""
    pos = ARK.get(tag, "")
    if not pos or (tag in AMBIGUOUS and {p for p, _ in seen} != {pos}):
        return "", ""
    if pos in ("X", "SYM", "PUNCT", "INTJ"):
        return pos, ""
    forms = Counter({morph: n for (p, morph), n in seen.items() if p == pos})
    if forms:
        return pos, forms.most_common(1)[0][0].replace("_", "")
    return (pos, "Number=Sing") if pos == "PROPN" else ("", "")
