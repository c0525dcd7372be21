"""The trained pipeline and its packaged weights.

The weights are stored at half precision and contain only what the pipeline needs: the only words in these files are common
words of edited English (``vocabulary.txt``) and the endings that lemmas swap; none come from any other training text.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import spacy
from spacy.pipeline import Tok2Vec
from thinc.api import NumpyOps

from nlp.language.registrations import register
from nlp.language.vectors import read_only

if TYPE_CHECKING:
    from spacy.language import Language
    from thinc.api import Model

WEIGHTS = Path(__file__).parent / "weights"
#: Common words, one per line; they are added to the vocabulary on loading, so that reading a text creates fewer lexemes.
VOCABULARY = "vocabulary.txt"
#: numpy's BLAS library multiplies about three times as fast as the one that spaCy uses by default.
OPS = NumpyOps(use_blis=False)


def load() -> Language:
    """A new pipeline for social English: tokens, sentences, tags and morphology, lemmas, dependency trees, and names of
    people (``PER``), places (``LOC``), organisations (``ORG``) and other things (``MISC``: products, works, events). It
    predicts only and cannot be trained further."""
    register()
    nlp = spacy.load(WEIGHTS)
    for _, pipe in nlp.pipeline:
        if isinstance(pipe, Tok2Vec):
            pipe.model = read_only(pipe.model)
        elif hasattr(pipe, "model"):
            unpack(pipe.model)
    prewarm_vocab(nlp)
    return nlp


def prewarm_vocab(nlp: Language) -> None:
    """Create the lexemes of common words outside a memory zone, so that every zone to come has them."""
    nlp.make_doc(" ".join(_vocabulary()))


@cache
def common_words() -> frozenset[str]:
    """A few thousand words of edited English, in lower case, without names."""
    return frozenset(word.lower() for word in _vocabulary())


def _vocabulary() -> list[str]:
    return (WEIGHTS / VOCABULARY).read_text(encoding="utf-8").split()


def unpack(model: Model[Any, Any]) -> None:
    """Give a model that was read from disk single precision and the faster matrix operations."""
    for node in model.walk():
        node.ops = OPS
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, cast("Any", node.get_param(name)).astype("float32"))
