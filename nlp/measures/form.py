"""Form: layout, hashtags and emphasis (EVIDENCE.md L7, L14, X1). Length has no best value (L15), so it is not measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.measures.curves import goodness, per_100_words
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading

#: Under this many characters a post needs no paragraphs.
SHORT_CHARACTERS = 300
FREE_EMOJI = 2


def paragraph_length(reading: Reading, surface: Surface) -> Measure:
    """Characters of the longest line with words. Range: 0 and up; up to 250 gives 0.8, 450 is average, 900 is 0. ``None``
    under 300 characters and on X (L7: clear structure)."""
    lengths = [line.end - line.start for line in reading.lines if reading.words_in(line)]
    value = max(lengths, default=0)
    good = None
    if surface.startswith("linkedin") and sum(lengths) >= SHORT_CHARACTERS:
        good = goodness(value, (250, 0.8), (450, 0.5), (900, 0.0))
    return Measure("paragraph_length", "form", value, "", good, "Characters in the longest paragraph")


def hashtags(reading: Reading, _surface: Surface) -> Measure:
    """Number of hashtags. Range: 0 and up; 0 to 5 give 0.6 alike, because no best number is known (L14); 10 gives 0.2 and
    20 gives 0."""
    value = len(reading.hashtags)
    good = goodness(value, (5, 0.6), (10, 0.2), (20, 0.0)) if reading.words else None
    return Measure("hashtags", "form", value, "", good, "Hashtags", reading.hashtags)


def emphasis(reading: Reading, _surface: Surface) -> Measure:
    """Exclamation marks, words in capitals and emoji beyond the first two (two are no fault), per 100 words. Range: 0 and
    up; up to 2 gives 0.7, 7 is average at 0.45, 20 is 0."""
    shouted = [w for w in reading.words if len(w.text) > 4 and w.text.isupper()]
    signs = max(0, len(reading.emoji) - FREE_EMOJI) + reading.views.prose.count("!") + len(shouted)
    value = per_100_words(signs, reading)
    good = goodness(value, (2, 0.7), (7, 0.45), (20, 0.0)) if len(reading.words) >= 5 else None
    return Measure("emphasis", "form", round(value, 1), "per 100 words", good, "Emoji, exclamation marks, capitals")


MEASURES = (paragraph_length, hashtags, emphasis)
