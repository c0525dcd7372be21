"""Syllables of an English word, estimated from its spelling."""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")
_HIATUS = re.compile(r"i[aou](?!us)|eo(?!u)|ua(?!r)|uo|io(?!u)")
_SILENT_ION = re.compile(r"[cst]io|[cst]ia|gio")


def syllables(word: str) -> int:
    """Syllables of ``word``, at least 1: groups of vowels, less a silent ending, plus vowels that stand apart. An
    estimate; within one syllable for nearly all common words."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 1
    count = len(_VOWELS.findall(letters))
    silent_e = letters.endswith("e") and not letters.endswith(("le", "ee", "ye"))
    silent_le = letters.endswith("le") and letters[-3] in "aeiouy"
    silent_ed = letters.endswith("ed") and not letters.endswith(("ted", "ded"))
    silent_es = letters.endswith("es") and not letters.endswith(("ses", "ces", "ges", "xes", "zes", "shes", "ches"))
    count -= silent_e + silent_le + silent_ed + silent_es
    count += len(_HIATUS.findall(letters)) - len(_SILENT_ION.findall(letters))
    return max(1, count)
