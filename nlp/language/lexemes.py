"""The lexical attributes that the models use (norm, prefix, suffix, shape), with the noise of social text removed.

Handles and links are endless in number and carry no meaning, so each kind has one norm. Stretched words are shortened ("soooo"
and "sooo" are one), look-alike letters are read as plain ones. The words themselves stay as written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from spacy.attrs import LOWER, NORM, PREFIX, SHAPE, SUFFIX
from spacy.lang.lex_attrs import word_shape
from spacy.lang.norm_exceptions import BASE_NORMS

from nlp.language.characters import plain

MENTION_NORM, LINK_NORM, MAIL_NORM = "@name", "http://link", "name@mail"

_MENTION = re.compile(r"[@＠]\w+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.(?:[A-Za-z]{2,})/\S*|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|ly|co|ai)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_PUNCTUATION = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "--", "…": "..."}
#: Replaces a link in prefix, suffix and shape: its path carries no meaning.
_LINK_FORM = "http"


def _canonical(word: str) -> str:
    """The canonical form of a word, in its own case."""
    if len(word) == 1:
        return _PUNCTUATION.get(word, plain(word))
    if word[0] in "@＠" and _MENTION.fullmatch(word):
        return "@name"
    if "." in word:
        if _MAIL.fullmatch(word):
            return MAIL_NORM
        if _LINK.fullmatch(word):
            return _LINK_FORM
    word = plain(word)
    if not word.isascii():
        word = "".join(_PUNCTUATION.get(char, char) for char in word if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    return _STRETCHED.sub(r"\1\1", word) or "\ufffd"


def norm(word: str) -> str:
    """The norm that spelling variants of one word share."""
    form = _canonical(word)
    if form is _LINK_FORM:
        return LINK_NORM
    return BASE_NORMS.get(form, form.lower())


def prefix(word: str) -> str:
    return _canonical(word)[:3]


def suffix(word: str) -> str:
    return _canonical(word)[-3:]


def shape(word: str) -> str:
    return str(word_shape(_canonical(word)))


def lower(word: str) -> str:
    return word.lower()


#: spaCy's ``lex_attr_getters``: attribute id to function of the word.
GETTERS: Mapping[int, Callable[[str], str]] = {LOWER: lower, NORM: norm, PREFIX: prefix, SUFFIX: suffix, SHAPE: shape}
