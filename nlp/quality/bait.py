"""How much an opening reads like click-bait, as raters would mark it: a linear model over ``features.of_post``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.measures.curves import goodness
from nlp.model import Measure
from nlp.quality.features import of_post

if TYPE_CHECKING:
    from nlp.quality.linear import LinearWeights, Part

MEASURE = "bait_likeness"
#: The model was fitted on short posts of news publishers, and only the opening of a draft resembles them. Their longest
#: posts have about this many words.
OPENING_WORDS = 28
MIN_WORDS = 5
HASHES = ("#", "\uff03")


def probability(text: str, weights: LinearWeights) -> float:
    """The mean mark that raters would give, from 0 (not at all) to 1 (heavily)."""
    return weights.predict(of_post(text))


def explain(text: str, weights: LinearWeights) -> list[Part]:
    """The contribution of each feature. With ``weights.intercept`` they add up (``math.fsum``) to the linear score."""
    return weights.parts(of_post(text))


def measure(text: str, weights: LinearWeights) -> Measure:
    """The mark of the first 28 words, without hashtags that end a short text. 0-1; up to 0.1 gives 0.7, 0.35 is average
    (the mean of the training posts), 0.8 gives 0.1. ``None`` for fewer than 5 words. Source: webis_clickbait17, see
    README.md."""
    words = text.split()
    while words and words[-1].startswith(HASHES):
        words.pop()
    value = probability(" ".join(words[:OPENING_WORDS]), weights)
    good = goodness(value, (0.1, 0.7), (0.35, 0.5), (0.8, 0.1)) if len(words) >= MIN_WORDS else None
    return Measure(MEASURE, "hook", round(value, 2), "of 1", good, "Click-bait in the opening")
