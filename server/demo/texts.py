"""What the demonstration's reps publish: assembled from ``parts.yaml``. No text is taken from a real person."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

#: Parts of a post are paragraphs; the short forms are one line.
JOINED_BY = {"linkedin-post": "\n\n"}
#: From the weakest; a surface without texts of a quality uses the next weaker one.
QUALITIES = ("weak", "fair", "good", "strong")


def text(random: Random, surface: str, quality: str) -> str:
    """A text for ``surface`` as a writer of ``quality`` would write it; the coach may score it differently."""
    qualities = _parts()[surface]
    while quality not in qualities:
        quality = QUALITIES[QUALITIES.index(quality) - 1]
    lines = [random.choice(line) for line in qualities[quality]]
    return JOINED_BY.get(surface, " ").join(_filled(random, line) for line in lines)


def profile(random: Random) -> dict[str, str | tuple[str, ...] | None]:
    """Some sections of a LinkedIn profile."""
    parts = _parts()["linkedin-profile"]
    return {
        "headline": random.choice(parts["headline"]),
        "about": _filled(random, random.choice(parts["about"])),
        "experience": tuple(_filled(random, line) for line in random.sample(parts["experience"], 2)),
        "skills": tuple(random.sample(parts["skills"], 4)),
    }


def _filled(random: Random, line: str) -> str:
    slots = _parts()["slots"]
    filled = re.sub(r"\{(\w+)\}", lambda match: random.choice(slots[match[1]]), line)
    return filled[0].upper() + filled[1:]


@cache
def _parts() -> dict[str, Any]:
    parts: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "parts.yaml").read_text(encoding="utf-8"))
    return parts
