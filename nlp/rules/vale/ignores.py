"""The parts of Markdown that a configuration leaves out: ``TokenIgnores``, ``BlockIgnores``, ``IgnoredScopes``,
``SkippedScopes`` and ``IgnoredClasses``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Stands for each character of hidden words until the Markdown is read: a letter to the parser, and in no text.
HIDDEN = "\ue000"


@dataclass(frozen=True, slots=True)
class Ignores:
    """Patterns whose matches are hidden, and the inline elements, block elements and classes that are not read."""

    tokens: tuple[Any, ...] = ()
    sections: tuple[Any, ...] = ()
    inline: frozenset[str] = frozenset({"tt", "code", "kbd"})
    blocks: frozenset[str] = frozenset({"script", "style", "pre", "figure", "noscript", "iframe"})
    classes: frozenset[str] = frozenset({"problematic", "pre", "code"})

    def hide(self, source: str) -> str:
        """``source`` with the same length: sections blank, tokens as ``HIDDEN``. Raises ``TooSlow``."""
        return _replaced(_replaced(source, self.sections, " "), self.tokens, HIDDEN)


def _replaced(source: str, patterns: Sequence[Any], mark: str) -> str:
    for pattern in patterns:
        parts: list[str] = []
        end = 0
        for match in pattern.finditer(source):
            # The first group holds what is to be left out, by Vale's documentation.
            start, stop = match.span(1) if pattern.groups and match.start(1) >= 0 else match.span()
            if start >= end:
                parts += [source[end:start], re.sub(r"[^\n]", mark, source[start:stop])]
                end = stop
        source = "".join([*parts, source[end:]])
    return source
