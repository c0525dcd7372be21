"""Copies of drafts whose words have no order, and lists of names, for the model that tells them from drafts."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: What begins a sentence, between two words.
_STOP = re.compile(r"[.!?:\n]")
#: Fewest and most sentences of a list of names.
LISTED = (8, 25)


def shuffled_words(text: str, *, seed: str) -> str:
    """A text on one line with its words, and the punctuation that they carry, in another order."""
    words = text.split()
    random.Random(seed).shuffle(words)
    return " ".join(words)


def reordered(text: str, *, seed: str) -> str:
    """A text whose words change places while punctuation, line breaks and the capitals of sentences stay."""
    matches = [*_WORD.finditer(text)]
    words: list[str] = []
    gaps: list[tuple[str, bool]] = []
    end = 0
    for match in matches:
        gap = text[end : match.start()]
        starts = not gaps or _STOP.search(gap) is not None
        word = match.group()
        words.append(word.lower() if starts and (word[1:].islower() or word == "A") else word)
        gaps.append((gap, starts))
        end = match.end()
    random.Random(seed).shuffle(words)
    placed = ((gap, word[:1].upper() + word[1:] if starts else word) for word, (gap, starts) in zip(words, gaps, strict=True))
    return "".join(f"{gap}{word}" for gap, word in placed) + text[end:]


def listed(names: Sequence[str], *, seed: str) -> str:
    """Names and figures, one to three between two full stops."""
    order = random.Random(seed)
    sentences = (" ".join(order.choices(names, k=order.randint(1, 3))) for _ in range(order.randint(*LISTED)))
    return ". ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences) + "."
