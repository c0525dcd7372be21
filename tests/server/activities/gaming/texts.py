"""Texts of the scenarios."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

FEED = Path(__file__).parents[4] / "nlp/training/labels/feed"


def _read() -> dict[str, str]:
    """The texts of ``texts.txt`` by name."""
    parts = (Path(__file__).with_name("texts.txt")).read_text(encoding="utf-8").split("=== ")[1:]
    return {name: text.strip() for name, text in (part.split("\n", 1) for part in parts)}


_TEXTS = _read()


def text_of(name: str) -> str:
    return _TEXTS[name]


def texts_of(name: str) -> tuple[str, ...]:
    """The texts ``NAME 1``, ``NAME 2`` and so on."""
    return tuple(text for key, text in _TEXTS.items() if key.rpartition(" ")[0] == name)


POST = text_of("POST")
#: ``POST`` with a word of each sentence replaced.
SWAPPED_POST = text_of("SWAPPED_POST")
EDITED_POST = text_of("EDITED_POST")
COLLEAGUE_POST = text_of("COLLEAGUE_POST")
NEW_FIRST_LINE, NEW_LAST_LINES = text_of("NEW_FIRST_LINE"), text_of("NEW_LAST_LINES")
COMMENTS = texts_of("COMMENT")
CONGRATULATION = "Congratulations {} on the new role, so well deserved!"
NAMES = ("Anna", "Bram", "Chloé", "Dirk", "Esther", "Finn")


def dictionary_words(count: int = 60) -> str:
    words = Random(1).choices(text_of("DICTIONARY").split(), k=count)
    return ". ".join(" ".join(words[start : start + 12]).capitalize() for start in range(0, count, 12)) + "."


def shuffled_words(text: str) -> str:
    words = text.split()
    Random(4).shuffle(words)
    return " ".join(words)


def paragraphs(text: str) -> list[str]:
    return text.split("\n\n")


def posts(count: int) -> list[str]:
    """Different posts that readers found good (``nlp/training/labels/feed``), the same ones every time."""
    return _good("linkedin-post", count)


def comments(count: int) -> list[str]:
    return _good("linkedin-comment", count)


#: The mark for the whole, 0-100, from which readers found a draft good.
GOOD = 60


def _good(surface: str, count: int) -> list[str]:
    texts = [text for kind, text, mark in labelled() if kind == surface and mark >= GOOD and "<url>" not in text]
    return texts[:count]


def labelled() -> list[tuple[str, str, int]]:
    """Surface, text and mark of each labelled draft of the feed, those without a mark included as 0."""
    marks = {row["id"]: row["whole"] for row in _rows("first.jsonl")}
    return [(row["surface"], row["text"], marks.get(row["id"], 0)) for row in _rows("texts.jsonl")]


def _rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (FEED / name).read_text(encoding="utf-8").splitlines()]
