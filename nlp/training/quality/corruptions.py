"""Copies of drafts that lack one thing that a reader needs, with the marks that are left to them by rule, not by judgement."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

Keep = Callable[[str, float], float]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: What begins a sentence, between two words.
_STOP = re.compile(r"[.!?:\n]")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*\s*|\n+")
#: A draft with fewer sentences or words has no order to lose.
MIN_SENTENCES, MIN_WORDS = 5, 12
#: Fewest and most sentences of a list of names.
LISTED = (8, 25)
#: Share of its distance from the average that a mark keeps without the order of the sentences.
WITHOUT_ORDER = 0.5
AVERAGE = 40.0
#: Marks of words without order.
SALAD = 6.0


def corrupted(text: str, *, seed: str) -> Iterator[tuple[str, Keep]]:
    """A text with its sentences in another order, and one with its words in another order. ``seed``: makes the order
    reproducible."""
    order = random.Random(seed)
    sentences = [part for part in _SENTENCE.findall(text) if part.strip()]
    if len(sentences) >= MIN_SENTENCES:
        breaks = [part[len(part.rstrip()) :] or " " for part in sentences]
        shuffled = [part.strip() for part in sentences]
        while shuffled == [part.strip() for part in sentences]:
            order.shuffle(shuffled)
        yield "".join(map(str.__add__, shuffled, breaks)).strip(), _without_order
    if len(text.split()) >= MIN_WORDS:
        yield shuffled_words(text, seed=seed), lambda _name, mark: min(mark, SALAD)


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


def _without_order(name: str, mark: float) -> float:
    # Figures and names are still there, and so is the layout.
    if name in ("specificity", "form"):
        return mark
    return AVERAGE + WITHOUT_ORDER * (mark - AVERAGE) if mark > AVERAGE else mark
