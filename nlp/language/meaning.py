"""What words are about: one vector per word piece, distilled from a sentence encoder.

The encoder (all-MiniLM-L6-v2) was run over each piece of its vocabulary alone, and the results were reduced to their main
components. A sentence is the sum of its pieces, so whatever is computed from it is explained word by word. README.md holds the
source, the licence and what it is worth.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

#: Words whose pieces are remembered: some thousands are in use at a time.
MAX_CACHED_WORDS = 8_000
UNKNOWN = "[UNK]"
#: The file of the vectors, beside the weights of the pipeline.
PIECES = "pieces.npz"


class Pieces(NamedTuple):
    """``row_of``: piece to row; pieces within a word begin with ``##``. ``rows``: int8, one vector per piece. ``scale``: what a
    step of each column is worth. ``longest``: the length of the longest piece."""

    row_of: dict[str, int]
    rows: NDArray[np.int8]
    scale: Floats
    longest: int


class Meaning(NamedTuple):
    """The sum of the vectors of some words, and how many pieces they have."""

    total: Floats
    pieces: int

    @property
    def mean(self) -> Floats:
        return self.total / np.float32(max(1, self.pieces))


@cache
def load() -> Pieces:
    path = resources.files(__package__).joinpath("weights", PIECES)
    with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
        pieces = bytes(data["pieces"]).decode("utf-8").split("\n")
        row_of = {piece: row for row, piece in enumerate(pieces)}
        return Pieces(row_of, data["rows"], data["scale"], max(map(len, pieces)))


def width() -> int:
    """The number of components of a vector."""
    return len(load().scale)


def meaning(words: Iterable[str]) -> Meaning:
    """The meaning of lower-case ``words``."""
    pieces = load()
    rows = [row for word in words for row in split(word)]
    total: Any = pieces.rows[rows].sum(axis=0, dtype=np.float32) * pieces.scale
    return Meaning(total, len(rows))


@lru_cache(MAX_CACHED_WORDS)
def split(word: str) -> tuple[int, ...]:
    """The rows of the pieces of a lower-case word: the longest known piece first, again and again. A word that cannot be split
    is one unknown piece."""
    row_of, longest = load().row_of, load().longest
    rows: list[int] = []
    for part in _without_accents(word).replace("'", " ").replace("-", " ").split():
        start = 0
        found: list[int] = []
        while start < len(part):
            # A draft may be one word of 30,000 letters: nothing longer than the longest piece is looked up.
            last = min(len(part), start + longest)
            end = next((end for end in range(last, start, -1) if _piece(part, start, end) in row_of), 0)
            if not end:
                found = [row_of[UNKNOWN]]
                break
            found.append(row_of[_piece(part, start, end)])
            start = end
        rows += found
    return tuple(rows)


def _piece(word: str, start: int, end: int) -> str:
    return ("##" if start else "") + word[start:end]


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if unicodedata.category(c) != "Mn")
