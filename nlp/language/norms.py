"""Human ratings of common words: the Glasgow Norms (Scott, Keitel, Becirspahic, Yao and Sereno 2019, Behavior Research
Methods 51, CC BY 4.0), averaged over the senses of a word, as distances from the mean word."""

from __future__ import annotations

import functools
from importlib import resources

#: Arousal, valence and dominance are rated 1-9, the others 1-7; ``age`` is the age of acquisition in seven steps.
RATINGS = ("arousal", "valence", "dominance", "concreteness", "imageability", "familiarity", "age")


@functools.cache
def norms() -> dict[str, tuple[float, ...]]:
    """Lower-case word to its ratings, in the order of ``RATINGS``, minus the mean over all words."""
    lines = resources.files(__package__).joinpath("norms.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rated = {word: tuple(map(float, ratings)) for word, *ratings in (line.split("\t") for line in lines)}
    means = [sum(column) / len(rated) for column in zip(*rated.values(), strict=True)]
    return {word: tuple(r - mean for r, mean in zip(ratings, means, strict=True)) for word, ratings in rated.items()}
