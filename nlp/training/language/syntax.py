"""The Docs that tags, forms, lemmas, sentence starts and trees are learned from."""

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
LEFT_OUT = ("conversation",)
MOST_SENTENCES = 10

TRAIN = ("ud_english_ewt/en_ewt-train.conllu", "ud_english_gum_open/en_gum_open-train.conllu", "ud_english_pud/en_pud.conllu")
EWT_DEV, GUM_DEV = "ud_english_ewt/en_ewt-dev.conllu", "ud_english_gum_open/en_gum_open-dev.conllu"

#: Tags of the Ark tweets (Gimpel et al. 2011) that say the universal part of speech by themselves.
ARK = {
    "N": "NOUN", "^": "PROPN", "A": "ADJ", "!": "INTJ", "&": "CCONJ", "$": "NUM", ",": "PUNCT", "#": "X", "U": "X",
    "@": "PROPN", "E": "SYM", "O": "PRON", "V": "VERB", "R": "ADV", "D": "DET", "P": "ADP", "T": "ADP", "~": "X",
}  # fmt: skip
#: Under these tags the words decide: only what the treebanks always give that part of speech is taken.
DOUBTFUL = frozenset("OVRDPT~")


def training_docs(corpora: Path, vocab: Vocab) -> list[Doc]:
    """Paragraphs as they stand, the same sentences as posts, and tagged tweets; shuffled the same way every time."""
    rng = random.Random(SEED)
    trees = [tree for name in TRAIN for tree in read_trees(corpora / name) if tree.genre not in LEFT_OUT]
    docs = [to_doc(vocab, group) for group in _groups(trees, rng)]
    docs += [_post_doc(vocab, as_post(group, rng), rng) for group in _short_groups(trees, rng)]
    docs += list(tagged_tweets(corpora, vocab, trees)) * 3
    rng.shuffle(docs)
    return docs


def dev_docs(trees: Sequence[Tree], vocab: Vocab) -> list[Doc]:
    return [
        to_doc(vocab, group[at : at + MOST_SENTENCES])
        for group in paragraphs(trees)
        for at in range(0, len(group), MOST_SENTENCES)
    ]


def _groups(trees: Sequence[Tree], rng: random.Random) -> Iterator[list[Tree]]:
    """Paragraphs, and now and then several as one, so that a heading without a stop is told from what follows."""
    waiting: list[Tree] = []
    for group in paragraphs(trees):
        waiting += group
        if rng.random() < 0.6 or len(waiting) > MOST_SENTENCES:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _short_groups(trees: Sequence[Tree], rng: random.Random) -> Iterator[list[Tree]]:
    at = 0
    while at < len(trees):
        size = rng.choice((1, 1, 2, 2, 3))
        yield list(trees[at : at + size])
        at += size


def _post_doc(vocab: Vocab, trees: Sequence[Tree], rng: random.Random) -> Doc:
    """Posts break lines between sentences more often than not."""
    lines = rng.random()
    if lines > 0.3:
        return to_doc(vocab, trees)
    mark = rng.choice(("\n", "\n\n"))
    return to_doc(vocab, [*(_with_break(tree, mark) for tree in trees[:-1]), trees[-1]])


def _with_break(tree: Tree, mark: str) -> Tree:
    def more(column: tuple[str, ...], value: str) -> tuple[str, ...]:
        return (*column, value)

    return Tree(
        tree.id, more(tree.words, mark), (*tree.spaces[:-1], False, False), more(tree.pos, "SPACE"), more(tree.tags, "_SP"),
        more(tree.morphs, "_"), more(tree.lemmas, mark), (*tree.heads, len(tree) - 1), more(tree.deps, "dep"), tree.opens,
    )  # fmt: skip


def tagged_tweets(corpora: Path, vocab: Vocab, trees: Iterable[Tree]) -> Iterator[Doc]:
    """The Ark tweets with the universal tags and forms that their own tags settle; everything else is left unsaid."""
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
                yield _tagged(vocab, words, tags, known)
                words, tags = [], []


def _lexicon(trees: Iterable[Tree]) -> Mapping[str, Counter[tuple[str, str]]]:
    known: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for tree in trees:
        for word, pos, morph in zip(tree.words, tree.pos, tree.morphs, strict=True):
            known[word.lower()][(pos, morph)] += 1
    return known


def _tagged(vocab: Vocab, words: list[str], tags: list[str], known: Mapping[str, Counter[tuple[str, str]]]) -> Doc:
    # What is left unsaid is not learned, except where sentences start: there the splitter's rules have to do.
    doc: Doc = split_sentences(Doc(vocab, words=words))
    for token, tag in zip(doc, tags, strict=True):
        pos, morph = _universal(token.text, tag, known.get(token.lower_, Counter()))
        if pos:
            token.pos_ = pos
            token.set_morph(morph)  # type: ignore[attr-defined] # what spaCy declares lacks it
    return doc


def _universal(word: str, tag: str, seen: Counter[tuple[str, str]]) -> tuple[str, str]:
    """Part of speech and forms; both empty where the tag leaves them open."""
    if word.upper() == "RT":
        return "X", ""
    pos = ARK.get(tag, "")
    if not pos or (tag in DOUBTFUL and {p for p, _ in seen} != {pos}):
        return "", ""
    if pos in ("X", "SYM", "PUNCT", "INTJ"):
        return pos, ""
    forms = Counter({morph: n for (p, morph), n in seen.items() if p == pos})
    if forms:
        return pos, forms.most_common(1)[0][0].replace("_", "")
    return (pos, "Number=Sing") if pos == "PROPN" else ("", "")
