"""Where a rule fires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from nlp.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.language import Reading


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule fires; ``words`` fill the ``%s`` of its message, else the quoted words do."""

    span: Span | None
    replacements: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Finder(Protocol):
    """What a rule of one of the larger kinds looks for; its own module builds it from the rule's file."""

    def find(self, reading: Reading, text: str, scopes: tuple[Span, ...]) -> Iterator[Match]:
        """The matches in ``scopes`` of ``text``, which is the reading's own or its prose, character for character."""
