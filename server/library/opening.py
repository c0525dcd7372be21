"""The opening of a text, to show it in a list and to start another draft from it."""

from __future__ import annotations

import re

#: An end mark with the closing quotes and brackets that may follow it.
_SENTENCE = re.compile(r".*?[.!?\u2026][\"'\u201d\u2019\u00bb)\]]*(?=\s|$)")
#: A first sentence that is shorter is mostly an abbreviation or a number, or says too little alone. In characters.
SHORTEST = 20
LONGEST = 300


def opening(text: str) -> str:
    """The first sentence of the first line that has words, with the next one if it is very short; at most 300 characters."""
    line = text.strip().partition("\n")[0].strip()
    end = next((match.end() for match in _SENTENCE.finditer(line) if match.end() >= SHORTEST), len(line))
    return line[:end].strip()[:LONGEST]
