"""What the models see of a word: its norm, first and last letters and shape, with the noise of social text taken out.

A name after @ and a link are endless in number and say the same each time, so each kind has one norm. Stretched words are
shortened ("soooo" and "sooo" are one), dressed-up letters are read as plain ones. The words themselves stay as written.
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
_SIGNS = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "--", "…": "..."}
#: Stands for the links when their letters would be read: their path says nothing.
_LINK_FACE = "http"


def _face(word: str) -> str:
    """The word as the models should see it, in its own case."""
    if len(word) == 1:
        return _SIGNS.get(word, plain(word))
    if word[0] in "@＠" and _MENTION.fullmatch(word):
        return "@name"
    if "." in word:
        if _MAIL.fullmatch(word):
            return MAIL_NORM
        if _LINK.fullmatch(word):
            return _LINK_FACE
    word = plain(word)
    if not word.isascii():
        word = "".join(_SIGNS.get(char, char) for char in word if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    return _STRETCHED.sub(r"\1\1", word) or "\ufffd"


def norm(word: str) -> str:
    """What two spellings of one word share."""
    face = _face(word)
    if face is _LINK_FACE:
        return LINK_NORM
    return BASE_NORMS.get(face, face.lower())


def prefix(word: str) -> str:
    return _face(word)[:3]


def suffix(word: str) -> str:
    return _face(word)[-3:]


def shape(word: str) -> str:
    return str(word_shape(_face(word)))


def lower(word: str) -> str:
    return word.lower()


#: In spaCy's own form: attribute number to function of the word.
GETTERS: Mapping[int, Callable[[str], str]] = {LOWER: lower, NORM: norm, PREFIX: prefix, SUFFIX: suffix, SHAPE: shape}
