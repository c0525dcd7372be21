"""Checks that put credit on hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nlp.model import Surface
from nlp.rules.hate import find
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading


def hate(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Sentences that attack a group of people."""
    for span in find(reading.views.normalized):
        yield Match(span)
