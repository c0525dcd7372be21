"""The aspects of a text's shape: groups of the features of ``features.of_post`` that are explained together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from nlp.language.norms import RATINGS
from nlp.quality.features import AROUND_LINKS, SHAPE


class Aspect(NamedTuple):
    """``dimension``: where the aspect is listed. ``features``: names of ``features.of_post``."""

    dimension: str
    label: str
    features: tuple[str, ...]


ASPECTS: Mapping[str, Aspect] = {
    "length": Aspect(
        "form", "Length of text and words",
        ("words", "letters_in_a_word", "sentences", "characters", "long_words", "short_words", "distinct_words"),
    ),
    "capitals": Aspect("form", "Capital letters", ("capitals", "shouted_words", "title_case")),
    "figures": Aspect(
        "specificity", "Kinds of figures",
        ("figures", "opens_with_figure", "figure_first_five", "currency", "year", "percent", "money", "large_number"),
    ),
    "punctuation": Aspect(
        "form", "Punctuation",
        ("questions", "exclamations", "ellipses", "colons", "commas", "dashes", "quotes", "brackets", "semicolons",
         "ampersands", "smiley", "repeated_marks", "ends_with_stop"),
    ),
    "opening": Aspect(
        "hook", "Opening words",
        ("pointing", "opens_pointing", "curious", "opens_curious", "opens_quoted", "label_first"),
    ),
    "perspective": Aspect("audience", "I, you and they", ("you", "i", "third_person")),
    "strength": Aspect("voice", "Strong and common words", ("strong", "listed_share")),
    "links": Aspect("form", "Links, names, hashtags and emoji", AROUND_LINKS),
    "tone": Aspect(
        "voice", "Tone of the words", tuple(f"{kind}_{rating}" for kind in ("mean", "most", "least") for rating in RATINGS)
    ),
}  # fmt: skip
#: All features of all aspects, in order.
FEATURES = tuple(name for aspect in ASPECTS.values() for name in aspect.features)
assert set(SHAPE) <= set(FEATURES)  # noqa: S101 a new feature of shape needs an aspect
