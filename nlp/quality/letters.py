"""Runs of letters of a text, as numbers that do not give the letters away.

Each run of 2 to 5 letters within a word is hashed into one of a few thousand buckets, far fewer than there are runs, so that
no word can be read from the weights of a model.
"""

from __future__ import annotations

from zlib import crc32

BUCKETS = 1 << 14
SHORTEST, LONGEST = 2, 5


def buckets(text: str) -> frozenset[int]:
    """The buckets, 0 to ``BUCKETS - 1``, of all runs of letters, digits and marks in ``text``, in lower case. The blanks around
    a word belong to it."""
    runs: set[str] = set()
    for word in set(text.lower().split()):
        padded = f" {word} "
        for length in range(SHORTEST, LONGEST + 1):
            runs.update(padded[start : start + length] for start in range(len(padded) - length + 1))
    # CRC-32 gives the same number on every machine, unlike Python's own hash.
    return frozenset(crc32(run.encode("utf-8", "surrogatepass")) % BUCKETS for run in runs)
