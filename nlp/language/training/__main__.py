"""``python -m nlp.language.training --corpora DIR``: learn the pipeline's weights again and package them.

In order: pretrain the layer of word vectors on unlabelled posts; then, side by side on two cores, syntax from the treebanks
and names from marked posts; then pack both into one. Every step is seeded and runs in a process of its own with one thread
for arithmetic, so that nothing depends on the number of cores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from spacy import util
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.training.pretrain import pretrain
from thinc.api import set_current_ops

from nlp.language.pipeline import OPS, WEIGHTS
from nlp.language.tokens import blank
from nlp.language.training import entities, pack, syntax
from nlp.language.training.posts import posts
from nlp.language.training.treebanks import read_trees

HERE = Path(__file__).parent
#: One thread each, and the same order of hashes every time.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
#: Rounds over the unlabelled posts.
ROUNDS = 3
META = {
    "name": "repute_social",
    "version": "1.0.0",
    "description": "English posts: tokens, sentences, tags, forms, lemmas, trees, names",
    "license": "weights learned from CC BY, CC BY-SA and Apache-2.0 data, see nlp/language/README.md",
}


def prepare(corpora: Path, work: Path) -> None:
    """Everything that is learned from, in spaCy's own formats."""
    nlp = blank()
    with (work / "raw.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": text}) + "\n" for text in posts(corpora))
    DocBin(docs=syntax.training_docs(corpora, nlp.vocab)).to_disk(work / "syntax-train.spacy")
    DocBin(docs=syntax.dev_docs(read_trees(corpora / syntax.EWT_DEV), nlp.vocab)).to_disk(work / "syntax-dev.spacy")
    DocBin(docs=entities.training_docs(corpora, nlp.vocab)).to_disk(work / "entities-train.spacy")
    dev = [doc for name in (entities.BTC_DEV, entities.WNUT_DEV) for doc in entities.dev_docs(corpora, nlp.vocab, name)]
    DocBin(docs=dev).to_disk(work / "entities-dev.spacy")


def pretrain_vectors(_corpora: Path, work: Path) -> None:
    set_current_ops(OPS)
    paths = {"paths.raw": str(work / "raw.jsonl"), "pretraining.max_epochs": ROUNDS}
    config = util.load_config(HERE / "syntax.cfg", paths, interpolate=True)
    out = work / "pretrained"
    out.mkdir(exist_ok=True)
    pretrain(config, out, use_gpu=-1, silent=False)


def _train(name: str) -> Callable[[Path, Path], None]:
    def run(_corpora: Path, work: Path) -> None:
        set_current_ops(OPS)
        paths = {
            "paths.train": str(work / f"{name}-train.spacy"),
            "paths.dev": str(work / f"{name}-dev.spacy"),
            "paths.init_tok2vec": str(work / "pretrained" / f"model{ROUNDS - 1}.bin"),
        }
        out = work / name
        out.mkdir(exist_ok=True)
        train(init_nlp(util.load_config(HERE / f"{name}.cfg", paths), use_gpu=-1), out, use_gpu=-1)

    return run


def package(corpora: Path, work: Path) -> None:
    trees = [tree for name in syntax.TRAIN for tree in read_trees(corpora / name) if tree.genre not in syntax.LEFT_OUT]
    best = (work / "syntax" / "model-best", work / "entities" / "model-best")
    pack.pack(*best, WEIGHTS, meta=META, words=pack.common_words(trees))


STEPS: dict[str, Callable[[Path, Path], Any]] = {
    "prepare": prepare,
    "pretrain": pretrain_vectors,
    "syntax": _train("syntax"),
    "entities": _train("entities"),
    "package": package,
}
#: Steps in one group run at the same time.
ORDER = (("prepare",), ("pretrain",), ("syntax", "entities"), ("package",))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlp.language.training", description="Learn the pipeline's weights again.")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of the training corpora")
    parser.add_argument("--work", type=Path, default=Path("var/train"), help="folder for what is made on the way")
    parser.add_argument("--step", choices=STEPS, help="one step alone")
    options = parser.parse_args(arguments)
    if not (options.corpora / "README.md").exists():
        print(f"--corpora: {options.corpora} holds no corpora (its README.md is missing)", file=sys.stderr)
        return 2
    options.work.mkdir(parents=True, exist_ok=True)
    if options.step:
        STEPS[options.step](options.corpora, options.work)
        return 0
    for group in ORDER:
        began = time.monotonic()
        running = [subprocess.Popen(_command(step, options), env=os.environ | ENVIRONMENT) for step in group]
        failed = [step for step, process in zip(group, running, strict=True) if process.wait() != 0]
        if failed:
            print(f"{failed[0]}: failed, its reason stands above", file=sys.stderr)
            return 1
        print(f"{' and '.join(group)}: {(time.monotonic() - began) / 60:.1f} minutes", file=sys.stderr)
    return 0


def _command(step: str, options: argparse.Namespace) -> list[str]:
    where = ["--corpora", str(options.corpora), "--work", str(options.work)]
    return [sys.executable, "-m", "nlp.language.training", *where, "--step", step]


if __name__ == "__main__":
    sys.exit(main())
