"""Syllables of an English word, estimated from its spelling."""

from __future__ import annotations

import re
from functools import lru_cache

_VOWELS = re.compile(r"[aeiouy]+")
#: Neighbouring vowels in separate syllables ("video", "buyer", "dual", but not "social"); "create" is missed.
_SEPARATE = re.compile(r"(?<![cstg])i[aou](?!us)|(?<!q)u[ao](?!r)|eos?$|(?<=[aeou])y(?=[aeiou])")
#: A final e after a consonant is silent, alone or in -ed and -es, unless the ending needs it.
_SILENT = re.compile(r"[^aeiouy]e$|[^aeiouytd]ed$|[^aeiouyscgxzh]es$")
_NOT_SILENT = re.compile(r"[^aeiouy]les?$|[^aeiouy]led$")


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Syllables of ``word``, at least 1: groups of vowels, minus a silent e, plus vowels in separate syllables. An estimate,
    rarely off by more than one for common words."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 2:
        return 1
    count = len(_VOWELS.findall(letters)) + len(_SEPARATE.findall(letters))
    if _SILENT.search(letters) and not _NOT_SILENT.search(letters):
        count -= 1
    return max(1, count)
