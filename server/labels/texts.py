"""Texts and items: their keys, and adding them unless they exist."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from server.core.database.upsert import insert_into
from server.labels import queries
from server.labels.models import LabelItem, LabelText

#: The longest text that readers are asked about, in characters: a LinkedIn post has at most 3,000.
MAX_TEXT_LENGTH = 5_000
#: Rows of one statement: SQLite allows 32,766 values.
_BATCH = 500
#: Of the key of a text that is a group of its own.
_GROUP_LENGTH = 32


@dataclass(frozen=True, slots=True)
class NewText:
    surface: str
    text: str
    group: str


def text_key(surface: str, text: str) -> str:
    return hashlib.sha256(f"{surface}\0{text}".encode()).hexdigest()


def item_key(text_keys: Iterable[str]) -> str:
    """The same for both orders of a pair: nobody is asked about it twice."""
    return hashlib.sha256("\0".join(sorted(text_keys)).encode()).hexdigest()


def add_texts(session: Session, source: str, texts: Sequence[NewText]) -> tuple[dict[str, int], int]:
    """The ids of the texts by key, and how many were added. A text that exists stays as it is; one without a group is a group
    of its own."""
    rows = {}
    for new in texts:
        key = text_key(new.surface, new.text)
        group = new.group or key[:_GROUP_LENGTH]
        rows[key] = {"key": key, "source": source, "surface": new.surface, "text": new.text, "group": group}
    added = _insert(session, LabelText, list(rows.values()))
    return {key: row.id for key, row in _by_key(session, rows).items()}, added


def _by_key(session: Session, keys: Iterable[str]) -> dict[str, LabelText]:
    ordered = sorted(keys)
    found: dict[str, LabelText] = {}
    for start in range(0, len(ordered), _BATCH):
        found |= queries.texts_by_key(session, keys=ordered[start : start + _BATCH])
    return found


def add_items(session: Session, items: Iterable[Sequence[str]], ids: dict[str, int]) -> int:
    """``items``: the keys of the texts of each item, one or two; ``ids`` of the texts by key. Returns how many were added."""
    rows = {
        item_key(keys): {
            "kind": "pair" if len(keys) > 1 else "draft",
            "first_id": ids[keys[0]],
            "second_id": ids[keys[1]] if len(keys) > 1 else None,
        }
        for keys in items
    }
    return _insert(session, LabelItem, [{"key": key} | row for key, row in rows.items()])


def _insert(session: Session, table: type[LabelText | LabelItem], rows: list[dict[str, Any]]) -> int:
    """Rows whose key exists are left out; the unique constraint decides, also against a concurrent transaction. In the order
    of their keys, so that two transactions never wait for each other."""
    rows.sort(key=lambda row: str(row["key"]))
    added = 0
    for start in range(0, len(rows), _BATCH):
        statement = insert_into(session, table).values(rows[start : start + _BATCH])
        added += len(session.execute(statement.on_conflict_do_nothing().returning(table.id)).all())
    return added
