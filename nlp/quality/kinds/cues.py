"""Groups of words and phrases that are typical of a kind of draft (``cues.yml``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

#: The most words of a phrase.
MAX_WORDS = 4
#: Word to the group it is a phrase of (if any), and the words that continue a phrase.
Tree = dict[str, Any]
_GROUPS = ""


@cache
def groups() -> tuple[str, ...]:
    return tuple(_read())


def phrases(group: str) -> tuple[str, ...]:
    return tuple(_read()[group])


def count(words: Sequence[str]) -> dict[str, int]:
    """How many phrases of each group are among ``words``; groups without one are left out."""
    tree = _tree()
    counts: dict[str, int] = {}
    for start, word in enumerate(words):
        node = tree.get(word)
        after = start + 1
        while node is not None:
            for group in node.get(_GROUPS, ()):
                counts[group] = counts.get(group, 0) + 1
            node = node.get(words[after]) if after < len(words) else None
            after += 1
    return counts


@cache
def _read() -> Mapping[str, list[str]]:
    text = resources.files(__package__).joinpath("cues.yml").read_text(encoding="utf-8")
    read: Mapping[str, list[str]] = yaml.safe_load(text)
    return read


@cache
def _tree() -> Tree:
    tree: Tree = {}
    for group, phrases in _read().items():
        for phrase in phrases:
            node = tree
            for word in phrase.split():
                node = node.setdefault(word, {})
            node.setdefault(_GROUPS, []).append(group)
    return tree
