"""Reduces the word piece vectors of a sentence encoder to their main components; ``make train`` writes the result to
``nlp/language/weights/pieces.npz``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from nlp.language import meaning

WEIGHTS = Path(meaning.__file__).parent / "weights" / meaning.PIECES
COMPONENTS = 64
#: A piece counts for less, the more frequent it is (Arora et al. 2017, "A simple but tough-to-beat baseline").
SMOOTHING = 1e-3
LEVELS = 127


def write(corpus: Path, texts: Iterable[Iterable[str]], path: Path = WEIGHTS) -> None:
    """``corpus``: the folder with ``pieces.txt`` and ``vectors.npy``. ``texts``: lower-case words of the training texts, whose
    pieces decide which components matter."""
    pieces = (corpus / "pieces.txt").read_text(encoding="utf-8").splitlines()
    vectors = np.load(corpus / "vectors.npy", allow_pickle=False).astype(np.float64)
    path.parent.mkdir(parents=True, exist_ok=True)
    _save(path, pieces, np.zeros((len(pieces), 1), dtype=np.int8), np.ones(1, dtype=np.float32))
    _forget()
    used = Counter(row for words in texts for word in words for row in meaning.split(word))
    counts = np.zeros(len(pieces))
    counts[list(used)] = list(used.values())
    rows = _components(vectors, counts) * (SMOOTHING / (SMOOTHING + counts / counts.sum()))[:, None]
    scale = np.abs(rows).max(axis=0) / LEVELS
    _save(path, pieces, np.round(rows / scale).astype(np.int8), scale.astype(np.float32))
    _forget()


def _components(vectors: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The first components of all ``vectors``, by the pieces that are used; each piece weighs the root of its count."""
    used = counts > 0
    weights = np.sqrt(counts[used])
    centre = np.average(vectors[used], axis=0, weights=weights)
    _, _, directions = np.linalg.svd((vectors[used] - centre) * np.sqrt(weights)[:, None], full_matrices=False)
    # The sign of a component is arbitrary. Its largest entry is made positive, so that every solver gives the same.
    directions = directions[:COMPONENTS]
    directions *= np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])[:, None]
    components = (vectors - centre) @ directions.T
    return np.asarray(components / np.sqrt((components[used] ** 2).mean()))


def _save(path: Path, pieces: list[str], rows: np.ndarray, scale: np.ndarray) -> None:
    np.savez_compressed(path, pieces=np.frombuffer("\n".join(pieces).encode(), dtype=np.uint8), rows=rows, scale=scale)


def _forget() -> None:
    meaning.load.cache_clear()
    meaning.split.cache_clear()
