"""The trained pipeline and its packaged weights.

The weights are stored with half the precision they were learned with, and as little else as the pipeline needs: no word of
any training text stands in the files but common words of edited English (``words.txt``) and the letters that lemmas swap.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import spacy
from spacy.pipeline import Tok2Vec
from thinc.api import NumpyOps

from nlp.language import sentences, tokens
from nlp.language.vectors import read_only

if TYPE_CHECKING:
    from spacy.language import Language
    from thinc.api import Model

__all__ = ["WEIGHTS", "load", "sentences", "tokens"]

WEIGHTS = Path(__file__).parent / "weights"
#: Words in frequent use, one a line: known from the start, so that reading a text makes fewer of them anew.
WORDS = "words.txt"
#: numpy's own library multiplies about three times as fast as the one spaCy takes by itself.
OPS = NumpyOps(use_blis=False)


def load() -> Language:
    """A new pipeline for social English: tokens, sentences, tags and forms, lemmas, trees, and names of people (``PER``),
    places (``LOC``) and organisations (``ORG``). It reads, and cannot be trained further."""
    nlp = spacy.load(WEIGHTS)
    for _, pipe in nlp.pipeline:
        if isinstance(pipe, Tok2Vec):
            pipe.model = read_only(pipe.model)
        elif hasattr(pipe, "model"):
            unpack(pipe.model)
    meet_common_words(nlp)
    return nlp


def meet_common_words(nlp: Language) -> None:
    """Outside a memory zone, so that these words are known in every zone to come."""
    nlp.make_doc(" ".join(_words()))


@cache
def common_words() -> frozenset[str]:
    """A few thousand words of edited English, in lower case, names left out."""
    return frozenset(word.lower() for word in _words())


def _words() -> list[str]:
    return (WEIGHTS / WORDS).read_text(encoding="utf-8").split()


def unpack(model: Model[Any, Any]) -> None:
    """Give a model that was read from disk single precision and the faster arithmetic."""
    for node in model.walk():
        node.ops = OPS
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, cast("Any", node.get_param(name)).astype("float32"))
