"""The parts of Markdown that a configuration leaves out: ``TokenIgnores``, ``BlockIgnores``, ``IgnoredScopes``,
``SkippedScopes`` and ``IgnoredClasses``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Stands for each character of hidden words until the Markdown is read: a letter to the parser, and in no text.
HIDDEN = "\ue000"
#: Math as Pandoc reads it: a dollar sign that opens it has no blank after it, one that closes it no blank before it and no
#: digit after it. It ends with its paragraph. Code and escapes are matched first, so that dollar signs in them open nothing.
_MATH = re.compile(
    r"^(?:`{3,}|~{3,})[^\n]*\n(?:[^\n]*\n)*?(?:`{3,}|~{3,})[^\n]*$|(?<!`)(`+)(?!`)[^`\n]{1,200}\1(?!`)|\\."
    r"|(?P<math>\$\$(?:[^$\n]|\n(?!\n))+?\$\$|\$(?![\s$])(?:[^$\n\\]|\\.|\n(?!\n))*?(?<![\s$])\$(?![\d$]))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Ignores:
    """Patterns whose matches are hidden, and the inline elements, block elements and classes that are not read."""

    tokens: tuple[Any, ...] = ()
    sections: tuple[Any, ...] = ()
    inline: frozenset[str] = frozenset({"tt", "code", "kbd", "samp"})
    blocks: frozenset[str] = frozenset({"script", "style", "pre", "figure", "noscript", "iframe"})
    classes: frozenset[str] = frozenset({"problematic", "pre", "code"})

    def hide(self, source: str) -> str:
        """``source`` with the same length: sections blank, tokens and math as ``HIDDEN``. Raises ``TooSlow``."""
        hidden = _replaced(_replaced(source, self.sections, " "), self.tokens, HIDDEN)
        return _MATH.sub(_hidden_math, hidden) if "$" in hidden else hidden


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


def _hidden_math(match: re.Match[str]) -> str:
    return match.group() if match["math"] is None else re.sub(r"[^\n]", HIDDEN, match.group())
