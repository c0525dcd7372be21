"""Messages of rules: their placeholders, as Go's ``Sprintf`` reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLACEHOLDER = re.compile(r"%(?:\[(\d+)\])?([sdv%])")


def fill(message: str, words: Sequence[str]) -> str:
    """``message`` on one line, with ``%s`` and ``%d`` replaced by the next of ``words``, ``%[2]s`` by the second, and ``%%`` by
    a percent sign; empty where there is no such word."""
    position = 0

    def word(match: re.Match[str]) -> str:
        nonlocal position
        if match[2] == "%":
            return "%"
        index = int(match[1]) - 1 if match[1] else position
        position = index + 1
        return words[index] if 0 <= index < len(words) else ""

    return _PLACEHOLDER.sub(word, message).replace("\n", " ")


def alternatives(options: Sequence[str]) -> str:
    """``'a'``, ``'a' or 'b'``, ``'a', 'b', or 'c'``."""
    quoted = [f"'{option}'" for option in options]
    if len(quoted) > 2:
        return f"{', '.join(quoted[:-1])}, or {quoted[-1]}"
    return " or ".join(quoted)
