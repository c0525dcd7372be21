"""Registers this package's components with spaCy, by the names that ``weights/config.cfg`` refers to."""

from __future__ import annotations

from functools import cache

from spacy.language import Language
from spacy.util import registry

from nlp.language import piece_embedding, sentences, tokens


@cache
def register() -> None:
    """Make the tokenizer, the sentence splitter and the embedding of names known to spaCy. Call before a pipeline is loaded or
    built."""
    registry.tokenizers(tokens.NAME, func=tokens.create_tokenizer)
    registry.architectures(piece_embedding.NAME, func=piece_embedding.piece_embedding)
    Language.component(sentences.NAME, assigns=["token.is_sent_start"], func=sentences.split_sentences)
