"""Validates the input of callers; every failure is an ``InputError`` that names the field and never repeats the text."""

from __future__ import annotations

import re
from itertools import islice

from nlp.model import DRAFT_SURFACES, MAX_DRAFT_UNITS, MAX_DRAFT_UTF16, InputError, Utf16

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
#: Close to what the tokenizer makes a token: words with their hashtag or mention sign, every other visible character (a
#: combining mark is one), and blanks other than single spaces.
_UNIT = re.compile(r"[#@]?\w+|[^\w\s]|[^\S\n ]+|  +")


def check_draft(surface: str, text: str, *, field: str = "text") -> None:
    """Raises ``InputError`` unless ``text`` can be assessed as a draft for ``surface``; ``field`` is its name in messages."""
    if surface not in DRAFT_SURFACES:
        raise InputError(f"surface must be one of {', '.join(DRAFT_SURFACES)}", field="surface", code="unknown-surface")
    if not isinstance(text, str):
        raise InputError(f"{field} must be text", field=field)
    check_length(text, field=field)
    check_characters(text, field=field)
    check_units(text, field=field)


def check_length(text: str, *, field: str) -> None:
    """Raises ``InputError`` where ``text`` is longer than ``MAX_DRAFT_UTF16`` units."""
    # The cheap comparison first: a text never has more characters than UTF-16 units.
    if len(text) > MAX_DRAFT_UTF16 or Utf16(text).length > MAX_DRAFT_UTF16:
        message = f"{field} must be at most {MAX_DRAFT_UTF16:,} UTF-16 code units long"
        raise InputError(message, field=field, limit=MAX_DRAFT_UTF16, code="too-long")


def check_characters(text: str, *, field: str) -> None:
    """Raises ``InputError`` where ``text`` contains what no database or JSON reader accepts."""
    if "\0" in text:
        raise InputError(f"{field} must not contain a NUL character", field=field, code="nul")
    if _LONE_SURROGATE.search(text):
        raise InputError(f"{field} must not contain half a character (a lone surrogate)", field=field, code="surrogate")


def check_units(text: str, *, field: str) -> None:
    """Raises ``InputError`` where ``text`` has more than ``MAX_DRAFT_UNITS`` words and symbols."""
    if count_units(text, at_most=MAX_DRAFT_UNITS + 1) > MAX_DRAFT_UNITS:
        message = f"{field} must have at most {MAX_DRAFT_UNITS:,} words, punctuation marks and symbols"
        raise InputError(message, field=field, limit=MAX_DRAFT_UNITS, code="too-many-units")


def count_units(text: str, *, at_most: int | None = None) -> int:
    """An estimate of the tokens of ``text``, in linear time and without the pipeline. Counting stops at ``at_most``."""
    return sum(1 for _ in islice(_UNIT.finditer(text), at_most))
