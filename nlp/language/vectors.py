"""The word vector layer for prediction only: the output of spaCy's Tok2Vec without what training needs.

After a keystroke one short sentence is parsed, for which the bookkeeping of a trainable model costs more than its arithmetic.
The embedding of a word depends on the word alone, so embeddings of recent words are cached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from spacy.attrs import NORM, intify_attr
from thinc.api import Model

from nlp.language import piece_embedding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from spacy.strings import StringStore
    from spacy.tokens import Doc

    Floats = NDArray[np.float32]

#: Words whose vectors are kept; each takes 0.7 kilobytes in each of two models.
MAX_CACHED_WORDS = 4_000
#: As in thinc's layer normalisation.
EPSILON = 1e-8


def read_only(trained: Model[Any, Any]) -> Model[Any, Any]:
    """A faster, prediction-only copy of ``trained``, which is a chain of an embedding layer (MultiHashEmbed, or the one of
    ``piece_embedding.py``) and MaxoutWindowEncoder with a window of one word. Predictions agree but for the last digits.
    Embedding tables keep their precision."""
    embed, encode = trained.layers
    embeddings = _CachedEmbeddings(embed)
    layers = [_Layer(residual) for residual in encode.layers[0].layers]

    def forward(_model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], Callable[..., Any]]:  # noqa: FBT001 thinc's signature
        if is_train:
            _no_training()
        return _encode(embeddings.vectors(docs), layers), _no_training

    return Model("read_only_tok2vec", forward, dims={"nO": trained.get_dim("nO")})


class _CachedEmbeddings:
    """Embeddings of words, cached by the feature values that the tables are indexed by. The cache is cleared when it is full,
    so that many new words do not fill the memory."""

    def __init__(self, embed: Model[Any, Any]) -> None:
        features = next(node for node in embed.walk() if node.name == "extract_features")
        tables = [node for node in embed.walk() if node.name == "hashembed"]
        self._tables = [_Table(node, place) for place, node in enumerate(tables)]
        self._mix = _Maxout(next(layer for layer in embed.layers if any(node.name == "maxout" for node in layer.walk())))
        self._columns = [intify_attr(column) for column in features.attrs["columns"]]
        self._norm = self._columns.index(NORM)
        self._has_pieces = any(node.name == piece_embedding.LAYER for node in embed.walk())
        self._width = embed.get_dim("nO")
        self._rows: dict[bytes, Floats] = {}

    def vectors(self, docs: Sequence[Doc]) -> list[Floats]:
        """One array per doc. All docs have the same vocabulary."""
        arrays = [doc.to_array(self._columns) for doc in docs]
        keys = [[row.tobytes() for row in array] for array in arrays]
        missing = {
            key: array[i] for array, row in zip(arrays, keys, strict=True) for i, key in enumerate(row) if key not in self._rows
        }
        rows, new = self._rows, {}
        if missing:
            new = dict(zip(missing, self._embedded(np.array(list(missing.values())), docs[0].vocab.strings), strict=True))
            if len(rows) + len(new) > MAX_CACHED_WORDS:
                self._rows = dict(new)
            else:
                rows.update(new)
        vectors = ([new[key] if key in new else rows[key] for key in row] for row in keys)
        return [np.array(row, dtype="f").reshape(len(row), self._width) for row in vectors]

    def _embedded(self, features: NDArray[np.uint64], strings: StringStore) -> Floats:
        inputs = [table(features) for table in self._tables]
        if self._has_pieces:
            inputs.append(np.array([piece_embedding.of_word(strings[norm]) for norm in features[:, self._norm].tolist()]))
        return self._mix(np.hstack(inputs))


class _Table:
    """The hash embedding of one feature: a value hashes to four rows of a table, and its vector is their sum."""

    def __init__(self, node: Model[Any, Any], place: int) -> None:
        # These are numpy arrays; thinc's types allow for more.
        self._rows: NDArray[np.floating] = cast("Any", node.get_param("E"))
        self._seed: int = node.attrs["seed"]
        self._place = place
        self._ops: Any = node.ops

    def __call__(self, features: NDArray[np.uint64]) -> Floats:
        places = self._ops.hash(np.ascontiguousarray(features[:, self._place]), self._seed) % len(self._rows)
        summed: Floats = self._rows[places].sum(axis=1, dtype="f")
        return summed


class _Maxout:
    """A maxout layer with layer normalisation (Goodfellow et al. 2013; Ba et al. 2016)."""

    def __init__(self, layer: Model[Any, Any]) -> None:
        maxout = next(node for node in layer.walk() if node.name == "maxout")
        norm = next(node for node in layer.walk() if node.name == "layernorm")
        weights, bias = _single(maxout, "W"), _single(maxout, "b")
        self.width, self.pieces, _ = weights.shape
        # Ordered by piece, so that each piece of the output is one contiguous range of columns.
        self.weights = np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(self.pieces * self.width, -1).T)
        self.bias = np.ascontiguousarray(bias.T.reshape(-1))
        self.scale, self.shift = _single(norm, "G"), _single(norm, "b")

    def __call__(self, x: Floats) -> Floats:
        pieces: Floats = x @ self.weights
        pieces += self.bias
        y: Floats = pieces[:, : self.width]
        for piece in range(1, self.pieces):
            y = np.maximum(y, pieces[:, piece * self.width : (piece + 1) * self.width])
        y -= y.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", y, y)[:, None] / np.float32(self.width)
        y *= (variance + np.float32(EPSILON)) ** np.float32(-0.5)
        y *= self.scale
        y += self.shift
        return y


class _Layer:
    """One residual layer: maps a word and its neighbours to a vector, and adds it to the word's input."""

    def __init__(self, residual: Model[Any, Any]) -> None:
        self._maxout = _Maxout(residual)

    def __call__(self, x: Floats) -> Floats:
        rows, width = x.shape
        windows = np.zeros((rows, 3 * width), dtype="f")
        windows[1:, :width] = x[:-1]
        windows[:, width : 2 * width] = x
        windows[:-1, 2 * width :] = x[1:]
        y = self._maxout(windows)
        y += x
        return y


def _single(node: Model[Any, Any], name: str) -> Floats:
    values: Any = node.get_param(name)
    return cast("Floats", values.astype("f"))


def _encode(vectors: Sequence[Floats], layers: Sequence[_Layer]) -> list[Floats]:
    """Encode all texts at once, separated by as many empty rows as a word can see in one direction through all layers."""
    pad = len(layers)
    width = vectors[0].shape[1] if vectors else 0
    x = np.zeros((sum(len(rows) + pad for rows in vectors) + pad, width), dtype="f")
    ranges = []
    start = pad
    for rows in vectors:
        ranges.append((start, start + len(rows)))
        x[start : start + len(rows)] = rows
        start += len(rows) + pad
    for layer in layers:
        x = layer(x)
    return [x[start:end] for start, end in ranges]


def _no_training(*_: Any) -> Any:
    raise RuntimeError("this pipeline only predicts; to train one, run python -m nlp.training")
