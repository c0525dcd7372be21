"""A pipeline that is replaced by a fresh copy once its vocabulary has grown too large.

A memory zone frees its words, but not their slots in spaCy's hash tables: each table (preshed's ``PreshMap``) doubles
when too many slots are used, freed ones included. Without a bound a process would grow by some 30 bytes for every new word.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from spacy.util import load_model_from_config

from nlp.language.pipeline import prewarm_vocab

if TYPE_CHECKING:
    from spacy.language import Language

#: Lexemes created since a pipeline was loaded, some 5,000 of them on loading. A draft adds a few new words.
MAX_LEXEMES = 40_000
#: What the old and the new pipeline share: weights are read-only, and loading them again would double their memory.
_SHARED = ("model", "vocab")


class RecyclingPipeline:
    """Holds ``nlp`` and replaces it with an equivalent copy once it has created more than ``max_lexemes`` lexemes. The copy
    is made in a background thread, which takes a fifth of a second, so no request waits for it."""

    def __init__(self, nlp: Language, *, max_lexemes: int = MAX_LEXEMES) -> None:
        self.nlp = nlp
        self._max_lexemes = max_lexemes
        # Serialised before anything is read, so that no word of a draft ends up in the copy.
        self._vocab: bytes = nlp.vocab.to_bytes()
        self._pipes = {name: pipe.to_bytes(exclude=_SHARED) for name, pipe in nlp.pipeline if hasattr(pipe, "to_bytes")}
        self._thread: threading.Thread | None = None

    def recycle_if_due(self) -> None:
        """Start making a fresh pipeline if the vocabulary is too large. Call from one thread at a time."""
        # The length counts freed lexemes too, which is what has to be bounded.
        if len(self.nlp.vocab) <= self._max_lexemes or (self._thread is not None and self._thread.is_alive()):
            return
        self._thread = threading.Thread(target=self._replace, name="recycle-pipeline", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until a replacement that has been started is in place."""
        if self._thread is not None:
            self._thread.join()

    def _replace(self) -> None:
        old = self.nlp
        new = load_model_from_config(old.config)
        new.vocab.from_bytes(self._vocab)
        for name, serialised in self._pipes.items():
            pipe: Any = new.get_pipe(name)
            pipe.from_bytes(serialised, exclude=_SHARED)
            pipe.model = cast("Any", old.get_pipe(name)).model
        prewarm_vocab(new)
        self.nlp = new
