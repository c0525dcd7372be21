"""Words in quotation marks are somebody else's, so measures of the writer's own tone leave them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.types import Word
    from nlp.model import Span


def unquoted(words: Iterable[Word], reading: Reading) -> tuple[Span, ...]:
    """The spans of those ``words`` that are not in quotation marks."""
    return tuple(word.span for word in words if not reading.is_quoted(word.span))
