"""The closed word lists of lexicon.yml, and functions on the form of a word."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from nlp.language.types import Word


def _load() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("lexicon.yml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


_LISTS = _load()


def _words(name: str) -> frozenset[str]:
    return frozenset(str(_LISTS[name]).split())


WE, ME, YOU = _words("we"), _words("i"), _words("you")
READERS, BUYERS, PEOPLE = _words("readers"), _words("buyers"), _words("people")
PROBLEMS, CONTRAST, TIMES = _words("problems"), _words("contrast"), _words("times")
FILLERS, VAGUE, HEDGES, SUPERLATIVES = _words("fillers"), _words("vague"), _words("hedges"), _words("superlatives")
TURNS = TIMES | CONTRAST
SOURCES, SPELLED_NUMBERS = _words("sources"), _words("spelled_numbers")
QUESTION_WORDS, EXPERIENCE = _words("question_words"), _words("experience")
BROCHURE, ELATION = _words("brochure"), _words("elation")
ABBREVIATIONS, TITLES, SENTENCE_OPENERS = _words("abbreviations"), _words("titles"), _words("sentence_openers")
ENGLISH, FOREIGN = _words("english"), _words("foreign")
UNCONTRACTED: tuple[str, ...] = tuple(_LISTS["uncontracted"])

_CONTRACTED_ENDINGS = ("n't", "'re", "'ve", "'ll", "'m", "'d")
_CONTRACTED_IS = frozenset(
    {"it's", "that's", "here's", "there's", "what's", "who's", "where's", "how's", "he's", "she's", "let's"}
)


def stem(word: Word | str) -> str:
    """The word before its apostrophe: ``we're`` -> ``we``."""
    return word.partition("'")[0] if isinstance(word, str) else word.stem


def is_contraction(lower: str) -> bool:
    return "'" in lower and (lower.endswith(_CONTRACTED_ENDINGS) or lower in _CONTRACTED_IS)
