"""The parts of a text that our own rules look at, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.model import Span

if TYPE_CHECKING:
    from nlp.language import Reading

#: ``raw`` is the whole text with its links, hashtags and mentions.
SCOPES = ("text", "raw", "sentence", "opening")
#: Sentences that the scope ``opening`` spans: the first lines decide whether people read on.
OPENING_SENTENCES = 2


def parts(scope: str, reading: Reading) -> tuple[Span, ...]:
    """The parts of the text that ``scope``, one of ``SCOPES``, names, in order."""
    if scope == "sentence":
        return reading.sentences
    if scope == "opening":
        opening = reading.prose_sentences[:OPENING_SENTENCES]
        return (Span(0, opening[-1].end),) if opening else ()
    return (Span(0, len(reading.views.raw)),)
