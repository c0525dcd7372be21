"""Starts one layer of word vectors from another: names begin with what syntax has learned about words and their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from thinc.api import Model


def start_from(target: Model[Any, Any], source: Model[Any, Any]) -> None:
    """Copies the parameters of ``source`` (MultiHashEmbed) to ``target`` (``language/piece_embedding.py``), rounded to half
    precision, as they are shipped. What ``target`` has in addition, the inputs from word pieces, keeps its random values."""
    for new, old in zip(_in_order(target), _in_order(source), strict=True):
        for name in old.param_names:
            rounded = _rounded(old, name)
            values: Any = new.get_param(name).copy()
            # The inputs of the layer that mixes the features of a word are its last axis; those of the pieces come last.
            values[..., : rounded.shape[-1]] = rounded
            new.set_param(name, values)


def _rounded(node: Model[Any, Any], name: str) -> np.ndarray[Any, Any]:
    values = cast("np.ndarray[Any, Any]", node.get_param(name))
    return values.astype("float16").astype("float32")


def _in_order(model: Model[Any, Any]) -> list[Model[Any, Any]]:
    """The nodes with parameters: those of the embedding layer and of the encoder, each by name."""
    parts = [[node for node in part.walk() if any(map(node.has_param, node.param_names))] for part in model.layers]
    return [node for part in parts for node in sorted(part, key=lambda node: node.name)]
