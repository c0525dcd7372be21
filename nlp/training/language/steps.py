"""The steps that train and package the pipeline.

The word embedding layer is first pretrained on unlabelled posts. Then syntax is trained on treebanks, and named entities on
annotated posts, starting from the word vectors of syntax; both are packed into one pipeline. Every step is seeded and runs in
its own process with one BLAS thread, so the result does not depend on the number of cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy
from spacy import util
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.training.pretrain import pretrain
from thinc.api import set_current_ops

from nlp.language.pipeline import OPS, WEIGHTS
from nlp.language.registrations import register
from nlp.language.tokens import blank
from nlp.training.language import entities, pack, syntax
from nlp.training.language.posts import posts
from nlp.training.language.transfer import start_from
from nlp.training.language.treebanks import read_trees

HERE = Path(__file__).parent
#: One BLAS thread per process, and a fixed hash seed.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
#: Passes over the unlabelled posts.
PRETRAIN_EPOCHS = 3
META = {
    "name": "repute_social",
    "version": "1.0.0",
    "description": "English posts: tokens, sentences, tags, forms, lemmas, trees, names",
    "license": "weights learned from CC BY, CC BY-SA and Apache-2.0 data, see nlp/language/README.md",
}


def prepare(corpora: Path, work: Path) -> None:
    """Writes all training data in spaCy's formats."""
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
    register()
    paths = {"paths.raw": str(work / "raw.jsonl"), "pretraining.max_epochs": PRETRAIN_EPOCHS}
    config = util.load_config(HERE / "syntax.cfg", paths, interpolate=True)
    out = work / "pretrained"
    out.mkdir(exist_ok=True)
    pretrain(config, out, use_gpu=-1, silent=False)


def train_syntax(_corpora: Path, work: Path) -> None:
    pretrained = str(work / "pretrained" / f"model{PRETRAIN_EPOCHS - 1}.bin")
    train(_initialized("syntax", work, {"paths.init_tok2vec": pretrained}), work / "syntax", use_gpu=-1)


def train_entities(_corpora: Path, work: Path) -> None:
    nlp = _initialized("entities", work, {})
    target: Any = nlp.get_pipe("entity_vectors")
    source: Any = spacy.load(work / "syntax" / "model-best").get_pipe("tok2vec")
    start_from(target.model, source.model)
    train(nlp, work / "entities", use_gpu=-1)


def _initialized(name: str, work: Path, paths: dict[str, str]) -> Language:
    set_current_ops(OPS)
    register()
    (work / name).mkdir(exist_ok=True)
    data = {"paths.train": str(work / f"{name}-train.spacy"), "paths.dev": str(work / f"{name}-dev.spacy")}
    return init_nlp(util.load_config(HERE / f"{name}.cfg", data | paths), use_gpu=-1)


def package(corpora: Path, work: Path) -> None:
    trees = [tree for name in syntax.TRAIN for tree in read_trees(corpora / name) if tree.genre not in syntax.EXCLUDED_GENRES]
    best = (work / "syntax" / "model-best", work / "entities" / "model-best")
    pack.pack(*best, WEIGHTS, meta=META, words=pack.common_words(trees))


STEPS: dict[str, Callable[[Path, Path], Any]] = {
    "prepare": prepare,
    "pretrain": pretrain_vectors,
    "syntax": train_syntax,
    "entities": train_entities,
    "package": package,
}
ORDER = ("prepare", "pretrain", "syntax", "entities", "package")


def run_step(name: str, corpora: Path, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    STEPS[name](corpora, work)


def run_all(corpora: Path, work: Path) -> str:
    """Runs every step in a separate process. Returns the name of the step that failed, or an empty string."""
    for step in ORDER:
        start = time.monotonic()
        if subprocess.run(_command(step, corpora, work), env=os.environ | ENVIRONMENT, check=False).returncode != 0:
            return step
        print(f"{step}: {(time.monotonic() - start) / 60:.1f} minutes", file=sys.stderr)  # noqa: T201 progress
    return ""


def _command(step: str, corpora: Path, work: Path) -> list[str]:
    folders = ["--corpora", str(corpora), "--work", str(work)]
    return [sys.executable, "-m", "nlp.training", "--only", "language", *folders, "--step", step]
