"""Writes all items whose texts may be used, with their answers. Files name readers by codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.labels import queries
from server.labels.answers import Given
from server.labels.exchange import argilla, label_studio, own
from server.labels.exchange.records import ItemRecord, ReaderAnswer, SettledAnswer
from server.labels.models import LabelAnswer, LabelSettlement
from server.labels.texts import NewText

WRITERS = {"repute": own.write, "argilla": argilla.write, "label-studio": label_studio.write}
#: By format: of the file's name. Both other tools read arrays.
ENDINGS = {"repute": "jsonl", "argilla": "json", "label-studio": "json"}


def export_labels(session: Session, *, shape: str) -> Iterator[str]:
    """The lines of the file, each with its line end. In an array, too, each item has a line of its own, which the import can
    name."""
    # Read before the first line is sent: the session ends with the request.
    found = records(session)
    audit.record(
        session, action="labels.exported", object_type="labels", object_id=shape, changes={"items": (None, len(found))}
    )
    return _lines(found, shape)


def _lines(found: list[ItemRecord], shape: str) -> Iterator[str]:
    rows = (json.dumps(WRITERS[shape](record), ensure_ascii=False) for record in found)
    if ENDINGS[shape] == "jsonl":
        yield from (f"{row}\n" for row in rows)
        return
    yield "[\n"
    for index, row in enumerate(rows):
        yield f"{row}\n" if index == len(found) - 1 else f"{row},\n"
    yield "]\n"


def records(session: Session) -> list[ItemRecord]:
    """In the order of the items' keys, with answers in the order in which they were given."""
    answers, settlements = queries.all_given(session), queries.all_settlements(session)
    codes = {reader.id: reader.code for reader in queries.readers(session)}
    found = []
    for texts in queries.usable_items(session):
        parts = [texts.first] if texts.second is None else [texts.first, texts.second]
        given = sorted(answers.get(texts.item.id, []), key=lambda answer: (answer.at, codes[answer.reader_id]))
        found.append(
            ItemRecord(
                tuple(NewText(texts.surface, text, group) for text, group in zip(parts, texts.groups, strict=True)),
                tuple(_answer(answer, codes) for answer in given),
                _settled(settlements.get(texts.item.id), codes),
            )
        )
    return found


def _answer(row: LabelAnswer, codes: dict[int, str]) -> ReaderAnswer:
    given = Given(choice=row.choice, marks=row.marks, whole=row.whole, reasons=tuple(row.reasons), note=row.note)
    return ReaderAnswer(codes[row.reader_id], given, row.at)


def _settled(row: LabelSettlement | None, codes: dict[int, Any]) -> SettledAnswer | None:
    """Without proposals that nobody has accepted."""
    if row is None or not row.is_settled:
        return None
    given = Given(choice=row.choice, marks=row.marks, whole=row.whole)
    return SettledAnswer(codes[row.reader_id], codes.get(row.accepted_by_id or 0), given, row.at)
