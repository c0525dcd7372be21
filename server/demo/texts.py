"""Texts that the demonstration's reps publish. Posts, comments and replies are taken from ``texts.jsonl``, profiles are put
together from ``profiles.yaml``. No text comes from a real person."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

FOLDER = Path(__file__).parent
#: Weakest first, as the texts were judged; the coach may score one differently.
QUALITIES = ("weak", "fair", "good", "strong")


class Texts:
    """The texts in random order; each is taken once, because a repeated one earns nothing."""

    def __init__(self, random: Random) -> None:
        self._left: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in _rows():
            self._left[row["surface"], row["quality"]].append(row["text"])
        for texts in self._left.values():
            random.shuffle(texts)

    def take(self, surface: str, quality: str) -> str:
        """A text for ``surface`` of this quality, or of the nearest that is left. ``LookupError`` if none is."""
        place = QUALITIES.index(quality)
        for other in sorted(QUALITIES, key=lambda name: abs(QUALITIES.index(name) - place)):
            if self._left[surface, other]:
                return self._left[surface, other].pop()
        message = f"no text for {surface} is left"
        raise LookupError(message)


def read_texts(surface: str) -> list[str]:
    """All texts for ``surface``."""
    return [row["text"] for row in _rows() if row["surface"] == surface]


def _rows() -> list[dict[str, str]]:
    return [json.loads(line) for line in (FOLDER / "texts.jsonl").read_text(encoding="utf-8").splitlines()]


def make_profile(random: Random) -> dict[str, str | tuple[str, ...] | None]:
    """Some sections of a LinkedIn profile."""
    parts = _parts()["linkedin-profile"]
    return {
        "headline": random.choice(parts["headline"]),
        "about": _fill_slots(random, random.choice(parts["about"])),
        "experience": tuple(_fill_slots(random, line) for line in random.sample(parts["experience"], 2)),
        "skills": tuple(random.sample(parts["skills"], 4)),
    }


def _fill_slots(random: Random, line: str) -> str:
    slots = _parts()["slots"]
    filled = re.sub(r"\{(\w+)\}", lambda match: random.choice(slots[match[1]]), line)
    return filled[0].upper() + filled[1:]


@cache
def _parts() -> dict[str, Any]:
    parts: dict[str, Any] = yaml.safe_load((FOLDER / "profiles.yaml").read_text(encoding="utf-8"))
    return parts
