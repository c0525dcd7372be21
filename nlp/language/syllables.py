"""Syllables of an English word, estimated from its spelling."""

from __future__ import annotations

import re
from functools import lru_cache

_VOWELS = re.compile(r"[aeiouy]+")
#: Neighbouring vowels that are spoken apart: "create" is left out, "video", "buyer", "dual", "social" are told from it.
_APART = re.compile(r"(?<![cstg])i[aou](?!us)|(?<!q)u[ao](?!r)|eos?$|(?<=[aeou])y(?=[aeiou])")
#: An e behind a consonant at the end is silent, alone or in -ed and -es, save where it is needed to speak the ending.
_SILENT = re.compile(r"[^aeiouy]e$|[^aeiouytd]ed$|[^aeiouyscgxzh]es$")
_SPOKEN = re.compile(r"[^aeiouy]les?$|[^aeiouy]led$")


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Syllables of ``word``, at least 1: groups of vowels, less a silent e, plus vowels that are spoken apart. An estimate;
    for common words it is seldom off by more than one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 2:
        return 1
    count = len(_VOWELS.findall(letters)) + len(_APART.findall(letters))
    if _SILENT.search(letters) and not _SPOKEN.search(letters):
        count -= 1
    return max(1, count)
