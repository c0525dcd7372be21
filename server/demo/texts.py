"""Texts that the demonstration's reps publish, assembled from ``parts.yaml``. No text comes from a real person."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

#: The parts of a post are paragraphs; shorter texts are one line.
SEPARATORS = {"linkedin-post": "\n\n"}
#: Weakest first. A surface without texts of a quality uses the next weaker one.
QUALITIES = ("weak", "fair", "good", "strong")


def make_text(random: Random, surface: str, quality: str) -> str:
    """A text for ``surface`` as a writer of this ``quality`` would write it; the coach may score it differently."""
    qualities = _parts()[surface]
    while quality not in qualities:
        quality = QUALITIES[QUALITIES.index(quality) - 1]
    lines = [random.choice(line) for line in qualities[quality]]
    return SEPARATORS.get(surface, " ").join(_fill_slots(random, line) for line in lines)


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
    parts: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "parts.yaml").read_text(encoding="utf-8"))
    return parts
