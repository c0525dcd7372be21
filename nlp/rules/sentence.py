"""Where a sentence begins, for replacements that take a capital there."""

from __future__ import annotations


def begins_sentence(text: str, at: int) -> bool:
    """Whether a sentence surely begins at ``at``: at the start, on a new line, or after punctuation that ends a sentence."""
    before = text[:at].rstrip(" \t\"'“‘(*_→•-")
    return not before or before[-1] in ".!?…:\n\r"
