"""Names the language of a text, for protocols that report it. What the coach reads is decided in ``english.py``, sentence by
sentence; this only puts a name to the result."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pycld2

_WORD = re.compile(r"[^\W\d_]+")
#: CLD2 takes much dialect and text-speak for Scots, and has a code for texts that it cannot name.
_ENGLISH_CODES, _UNKNOWN_CODE = frozenset({"en", "sco"}), "un"
#: The weight of a guess that CLD2 itself reports as unreliable.
_UNRELIABLE_WEIGHT = 0.3
#: Where CLD2's codes and names are not those of BCP 47 and of people.
_CODES = {"iw": "he", "jw": "jv", "zh": "zh-Hans"}
_NAMES = {"Chinese": "Chinese (simplified)", "ChineseT": "Chinese (traditional)"}


@dataclass(frozen=True, slots=True)
class DetectedLanguage:
    """``code`` follows BCP 47: ``en``, ``de``, or ``und`` for a language that is not recognised. ``confidence``, 0-1, is the
    share of the text that seems to be in this language, reduced where the text is short or ambiguous."""

    code: str
    name: str
    confidence: float


def detect_language(text: str, *, is_foreign: bool) -> DetectedLanguage:
    """The language of ``text``. ``is_foreign``: whether the coach took it for a language other than English."""
    # Words alone: CLD2 refuses control characters, and numbers and links belong to no language.
    data = " ".join(_WORD.findall(unicodedata.normalize("NFKC", text))).lower().encode()
    reliable, _, guesses = pycld2.detect(data, isPlainText=True)
    if not reliable:
        _, _, guesses = pycld2.detect(data, isPlainText=True, bestEffort=True)
    weight = (1 if reliable else _UNRELIABLE_WEIGHT) / 100
    if not is_foreign:
        share = sum(percent for _, code, percent, _ in guesses if code in _ENGLISH_CODES)
        return DetectedLanguage("en", "English", round(share * weight, 2))
    for name, code, percent, _ in guesses:
        if code not in _ENGLISH_CODES and code != _UNKNOWN_CODE:
            readable = name.replace("_", " ").title() if name.isupper() else name
            return DetectedLanguage(_CODES.get(code, code), _NAMES.get(readable, readable), round(percent * weight, 2))
    return DetectedLanguage("und", "Unknown", 0.0)
