"""A pipeline that is replaced by a new one when it has met too many words.

A memory zone forgets words, but the places they had in spaCy's tables are not given back: each table (preshed's ``PreshMap``)
doubles when its used places, the forgotten among them, are too many. Without an end to it a process would grow by some 30
bytes for every word it has not met before.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from spacy.util import load_model_from_config

from nlp.language.pipeline import meet_common_words

if TYPE_CHECKING:
    from spacy.language import Language

#: Lexemes made since a pipeline was loaded, of which some 5,000 at once. Drafts bring a few new words each.
MOST_LEXEMES = 40_000
#: What an old and a new pipeline share: weights are read only, and loading them anew would take their size in memory twice.
_SHARED = ("model", "vocab")


class Renewed:
    """``nlp``, or in its stead a pipeline that says the same, once it has made more than ``most`` lexemes. The new one is made
    in a thread of its own, a fifth of a second long, so nobody waits for it."""

    def __init__(self, nlp: Language, *, most: int = MOST_LEXEMES) -> None:
        self.nlp = nlp
        self._most = most
        # As it is before it has read anything: strings that a zone will forget are none of the new pipeline's.
        self._vocab: bytes = nlp.vocab.to_bytes()
        self._pipes = {name: pipe.to_bytes(exclude=_SHARED) for name, pipe in nlp.pipeline if hasattr(pipe, "to_bytes")}
        self._making: threading.Thread | None = None

    def look(self) -> None:
        """Start to make a new pipeline if it is time. For one thread at a time."""
        # The length counts forgotten lexemes too, which is what is asked for here.
        if len(self.nlp.vocab) <= self._most or (self._making is not None and self._making.is_alive()):
            return
        self._making = threading.Thread(target=self._replace, name="a new pipeline", daemon=True)
        self._making.start()

    def wait(self) -> None:
        """Until a new pipeline that is being made is there."""
        if self._making is not None:
            self._making.join()

    def _replace(self) -> None:
        old = self.nlp
        new = load_model_from_config(old.config)
        new.vocab.from_bytes(self._vocab)
        for name, packed in self._pipes.items():
            pipe: Any = new.get_pipe(name)
            pipe.from_bytes(packed, exclude=_SHARED)
            pipe.model = cast("Any", old.get_pipe(name)).model
        meet_common_words(new)
        self.nlp = new
