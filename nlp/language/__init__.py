"""The spaCy pipeline, and the one door through which the rest of the library reads a text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import spacy

from nlp.language import sentences
from nlp.language.reading import Reading, read_doc
from nlp.language.tokens import tune_tokenizer

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Reading", "load", "reading"]

#: Memory zones and threads do not mix (spaCy raises E018 and E109), so one text at a time is read in a process. A zone is
#: needed all the same: without it every new word a rep types stays in memory for good.
_LOCK = threading.Lock()


def load() -> Language:
    """A new pipeline for social English: tokens that keep hashtags, mentions, links and emoji whole, and sentences."""
    nlp = spacy.blank("en")
    tune_tokenizer(nlp)
    nlp.add_pipe(sentences.NAME)
    return nlp


@cache
def _shared() -> Language:
    return load()


@contextmanager
def reading(text: str) -> Iterator[Reading]:
    """Read ``text``. The reading and its Doc are valid inside the ``with`` only: let nothing but plain data leave."""
    with _LOCK:
        nlp = _shared()
        with nlp.memory_zone():
            yield read_doc(nlp(text))
