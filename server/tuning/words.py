"""The organisation's words, edited one by one: banned, preferred, protected, brand terms and trade words. They apply once they
are part of the active scoring version."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from nlp.quality.document import MAX_WORD_LENGTH, MAX_WORD_NOTE, MAX_WORDS
from nlp.rules.words import EVERYWHERE, WORD_KINDS, is_word
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import field_problem, not_found
from server.tuning import queries
from server.tuning.models import DraftWord

KIND_LABELS = {
    "banned": "Banned",
    "preferred": "Preferred",
    "protected": "Protected",
    "brand": "Brand term",
    "trade": "Trade word",
}
#: Of these, something else is written instead: always for preferred words, if it is given for banned ones.
WITH_USE = ("banned", "preferred")


@dataclass(frozen=True, slots=True)
class WordValues:
    """An entry as it was typed."""

    kind: str
    text: str
    use: str = ""
    note: str = ""
    surfaces: tuple[str, ...] = ()


def add_word(session: Session, *, editor: Identity, values: WordValues) -> DraftWord:
    """422 with the field that is wrong; ``text`` if the word is on the list already or the list is full."""
    word = insert_word(session, check_word(values))
    _record(session, "word.added", editor, word, before=None)
    return word


def change_word(session: Session, *, editor: Identity, word_id: int, values: WordValues) -> DraftWord:
    """404 if it does not exist; 422 as for ``add_word``."""
    word = session.get(DraftWord, word_id, with_for_update=True)
    if word is None:
        raise not_found()
    before = describe(word)
    if update_word(session, word, check_word(values)):
        _record(session, "word.changed", editor, word, before=before)
    return word


def delete_word(session: Session, *, editor: Identity, word_id: int) -> None:
    """404 if it does not exist."""
    word = session.get(DraftWord, word_id, with_for_update=True)
    if word is None:
        raise not_found()
    before = describe(word)
    session.delete(word)
    audit.record(
        session, action="word.deleted", object_type="word", object_id=word_id, actor=editor, changes={"word": (before, None)}
    )


def insert_word(session: Session, values: WordValues) -> DraftWord:
    """Adds a checked entry."""
    if queries.count_words(session) >= MAX_WORDS:
        raise field_problem("text", f"cannot be added: the list has its most of {MAX_WORDS:,} words", limit=MAX_WORDS)
    _check_against_others(session, values, own_id=None)
    word = DraftWord(folded=fold(values.text))
    _fill(word, values)
    session.add(word)
    session.flush()
    return word


def update_word(session: Session, word: DraftWord, values: WordValues) -> bool:
    """Changes an entry to checked values. Whether anything changed."""
    if _values_of(word) == values:
        return False
    _check_against_others(session, values, own_id=word.id)
    _fill(word, values)
    session.flush()
    return True


def check_word(values: WordValues) -> WordValues:
    """The values in their stored form. 422 with the field that is wrong."""
    text, use, note = (
        _clean(field, value) for field, value in (("text", values.text), ("use", values.use), ("note", values.note))
    )
    if not text:
        raise field_problem("text", "is missing")
    if values.kind not in WORD_KINDS:
        raise field_problem("kind", f"must be one of {', '.join(KIND_LABELS.values())}")
    for field, value, limit in (("text", text, MAX_WORD_LENGTH), ("use", use, MAX_WORD_LENGTH), ("note", note, MAX_WORD_NOTE)):
        if len(value) > limit:
            raise field_problem(field, f"must have at most {limit} characters", limit=limit)
    if not is_word(text):
        raise field_problem("text", "must have a letter or digit")
    if values.kind == "preferred" and not use:
        raise field_problem("use", "is missing: say what to write instead")
    if values.kind not in WITH_USE and use:
        raise field_problem("use", f"must be empty for a {KIND_LABELS[values.kind].lower()}")
    if use and fold(use) == fold(text):
        raise field_problem("use", "is the word itself")
    unknown = sorted(set(values.surfaces) - set(EVERYWHERE))
    if unknown:
        raise field_problem("surfaces", f"must be among {', '.join(EVERYWHERE)}, or empty for everywhere")
    surfaces = tuple(surface for surface in EVERYWHERE if surface in values.surfaces)
    return WordValues(values.kind, text, use, note, () if len(surfaces) == len(EVERYWHERE) else surfaces)


def fold(text: str) -> str:
    return text.casefold()


def describe(word: DraftWord) -> str:
    """For the audit log."""
    use = f" → {word.use}" if word.use else ""
    return f"{KIND_LABELS[word.kind]}: {word.text}{use}"


def own_words(words: Sequence[DraftWord]) -> list[dict[str, Any]]:
    """In the form of a scoring document, in an order that does not depend on when they were added."""
    return [
        {"kind": word.kind, "text": word.text, "use": word.use, "note": word.note, "surfaces": list(word.surfaces)}
        for word in sorted(words, key=lambda word: word.folded)
    ]


def _values_of(word: DraftWord) -> WordValues:
    return WordValues(word.kind, word.text, word.use, word.note, tuple(word.surfaces))


def _fill(word: DraftWord, values: WordValues) -> None:
    word.kind, word.text, word.folded = values.kind, values.text, fold(values.text)
    word.use, word.note, word.surfaces = values.use, values.note, list(values.surfaces)


def _clean(field: str, value: str) -> str:
    """One line with single blanks, in the form of letters that keyboards write."""
    cleaned = " ".join(unicodedata.normalize("NFC", value).split())
    if any(unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") for char in cleaned):
        raise field_problem(field, "must not have control characters")
    return cleaned


def _check_against_others(session: Session, values: WordValues, *, own_id: int | None) -> None:
    """Otherwise two entries would contradict each other, and a rep would get a tip for having followed a tip."""
    same = queries.word_by_folded(session, folded=fold(values.text))
    if same is not None and same.id != own_id:
        raise field_problem("text", f"is already on the list, as {KIND_LABELS[same.kind].lower()}")
    if values.use:
        other = queries.word_by_folded(session, folded=fold(values.use))
        if other is not None and other.id != own_id and other.kind in WITH_USE:
            raise field_problem("use", f"is itself on the list, as {KIND_LABELS[other.kind].lower()}")
    if values.kind in WITH_USE:
        users = [word for word in queries.words_with_use(session, use=values.text) if word.id != own_id]
        if users:
            raise field_problem("text", f"is what to write instead of “{users[0].text}”")


def _record(session: Session, action: str, editor: Identity, word: DraftWord, *, before: str | None) -> None:
    changes: dict[str, tuple[audit.Value, audit.Value]] = {"word": (before, describe(word))}
    audit.record(session, action=action, object_type="word", object_id=word.id, actor=editor, changes=changes)
