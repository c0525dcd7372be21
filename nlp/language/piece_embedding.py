"""The embedding layer of the model of names: hashed features of a word, as in spaCy's MultiHashEmbed, and the vectors of its
word pieces (``meaning.py``). Few names of the posts to come are in the training texts, but most are made of pieces that the
encoder has seen as names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import NORM
from spacy.ml.featureextractor import FeatureExtractor
from thinc.api import HashEmbed, Maxout, Model, chain, concatenate, list2ragged, ragged2list, with_array

from nlp.language.meaning import UNKNOWN, load, split, width

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.tokens import Doc

    Floats = NDArray[np.float32]

NAME = "repute.piece_embedding.v1"
#: The name of the layer that looks up the vectors.
LAYER = "piece_vectors"
#: Brings the vectors to the size that the hashed features have at first.
SCALE = np.float32(0.2)
#: A word counts as one of one, two, three, and four or more pieces, or as unknown: rare words, and so many names, have more.
MAX_PIECES = 4
_SIGNS = "@#"


def piece_embedding(width: int, attrs: list[str], rows: list[int]) -> Model[Any, Any]:
    """``width``: of the output. ``attrs`` and ``rows``: the hashed features, and the rows of the table of each."""
    # The seeds are those of MultiHashEmbed, so that the tables of both can hold the same values.
    hashed: list[Model[Any, Any]] = [
        HashEmbed(width, count, column=column, seed=8 + column, dropout=0.0) for column, count in enumerate(rows)
    ]
    features: Model[Any, Any] = chain(FeatureExtractor(attrs), list2ragged(), with_array(concatenate(*hashed)))
    pieces: Model[Any, Any] = chain(piece_vectors(), list2ragged())
    size = width * len(rows) + piece_width()
    mix: Model[Any, Any] = with_array(Maxout(width, size, nP=3, dropout=0.0, normalize=True))
    return chain(concatenate(features, pieces), mix, ragged2list())


def piece_width() -> int:
    """The numbers per word: the mean of its vectors, and how many pieces it has."""
    return width() + MAX_PIECES + 1


def of_word(norm: str) -> Floats:
    """The vector of a word: ``norm`` is its spaCy attribute, in lower case. A sign before a hashtag or mention does not
    count."""
    vector = np.zeros(piece_width(), dtype="f")
    found = split(norm.lstrip(_SIGNS))
    if found:
        pieces = load()
        rows = pieces.rows[list(found)]
        vector[: width()] = rows.mean(axis=0, dtype="f") * pieces.scale * SCALE
        is_unknown = found == (pieces.row_of[UNKNOWN],)
        vector[width() + (MAX_PIECES if is_unknown else min(len(found), MAX_PIECES) - 1)] = 1
    return vector


def piece_vectors() -> Model[Any, Any]:
    """A layer without parameters: one row per token."""
    return Model(LAYER, _forward, dims={"nO": piece_width()})


def _forward(model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[list[Any], Callable[[Any], list[Any]]]:  # noqa: ARG001, FBT001 thinc's signature
    vectors = []
    for doc in docs:
        norms = doc.to_array([NORM]).reshape(-1)
        distinct, places = np.unique(norms, return_inverse=True)
        table: Any = np.array([of_word(doc.vocab.strings[norm]) for norm in distinct.tolist()], dtype="f")
        vectors.append(model.ops.asarray2f(table.reshape(-1, piece_width())[places]))
    return vectors, lambda _gradients: []
