"""Packs two trained pipelines into one, with half-precision weights and only the strings that it needs."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import spacy

from nlp.language.meaning import PIECES
from nlp.language.pipeline import VOCABULARY
from nlp.language.registrations import register
from nlp.language.sentences import NAME as SENTENCES

if TYPE_CHECKING:
    from spacy.language import Language
    from thinc.api import Model

    from nlp.training.language.treebanks import Tree

#: Occurrences in the treebanks from which a word counts as common.
MIN_COUNT = 6
#: spaCy's marker for an edit tree without a subtree on that side.
NO_TREE = 2**32 - 1


def pack(syntax: Path, entities: Path, out: Path, *, meta: dict[str, Any], words: Iterable[str]) -> None:
    """Writes the packaged pipeline to ``out``, replacing what is there but for the vectors of word pieces. They are not part
    of it: the model of names reads them, and the other part of the training writes them."""
    register()
    nlp = spacy.load(syntax)
    # Used in training only: it finds no sentences that the rules and the parser miss.
    nlp.remove_pipe("senter")
    ner = spacy.load(entities)
    for name in ner.pipe_names:
        nlp.add_pipe(name, source=ner)
    nlp.add_pipe(SENTENCES, first=True)
    _prune(nlp.get_pipe("trainable_lemmatizer"))
    for _, pipe in nlp.pipeline:
        if hasattr(pipe, "model"):
            halve(pipe.model)
    nlp.meta.update(meta)
    _clear(out)
    nlp.to_disk(out)
    (out / "vocab" / "strings.json").write_text(
        json.dumps(sorted(_strings(nlp)), ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )
    (out / VOCABULARY).write_text("\n".join(words) + "\n", encoding="utf-8")


def _clear(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for path in out.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != PIECES:
            path.unlink()


def halve(model: Model[Any, Any]) -> None:
    """Stores all parameters at half precision; ``pipeline.unpack`` reads them back."""
    for node in model.walk():
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, cast("Any", node.get_param(name)).astype("float16"))


def common_words(trees: Iterable[Tree]) -> list[str]:
    """Words that occur at least ``MIN_COUNT`` times, as written, without names."""
    counts = Counter(
        word
        for tree in trees
        for word, pos in zip(tree.words, tree.pos, strict=True)
        if pos != "PROPN" and not any(map(str.isdigit, word))
    )
    return sorted(word for word, count in counts.items() if count >= MIN_COUNT)


def _strings(nlp: Language) -> set[str]:
    """The strings that labels and lemmas need. The words of the training texts are left out."""
    pipes: dict[str, Any] = dict(nlp.pipeline)
    needed: set[str] = set()
    for name in ("tagger", "parser", "ner", "morphologizer"):
        needed.update(pipes[name].labels)
    for label in pipes["morphologizer"].labels:
        for feature in label.split("|"):
            field, _, value = feature.partition("=")
            needed.update((feature, field, value))
        needed.add("|".join(feature for feature in label.split("|") if not feature.startswith("POS=")))
    needed.update(action.partition("-")[2] for name in ("parser", "ner") for action in pipes[name].move_names)
    for tree in _trees(pipes["trainable_lemmatizer"]):
        needed.update(nlp.vocab.strings[tree[key]] for key in ("orig", "subst") if key in tree)
    return needed


def _trees(lemmatizer: Any) -> list[dict[str, Any]]:
    return [lemmatizer.trees[i] for i in range(len(lemmatizer.trees))]


def _prune(lemmatizer: Any) -> None:
    """Drops the edit trees that the lemmatizer saw in training but has no label for."""
    trees = _trees(lemmatizer)
    kept: dict[int, int] = {}

    def keep(number: int) -> None:
        if number == NO_TREE or number in kept:
            return
        for key in ("prefix_tree", "suffix_tree"):
            keep(trees[number].get(key, NO_TREE))
        kept[number] = len(kept)

    for number in lemmatizer.cfg["labels"]:
        keep(number)
    renumbered = [
        {
            key: kept.get(value, value) if key in ("prefix_tree", "suffix_tree") else value
            for key, value in trees[number].items()
        }
        for number in kept
    ]
    lemmatizer.trees.from_json(renumbered)
    lemmatizer.cfg["labels"] = [kept[number] for number in lemmatizer.cfg["labels"]]
    lemmatizer.tree2label = {number: index for index, number in enumerate(lemmatizer.cfg["labels"])}
