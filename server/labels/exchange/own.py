"""Our own shape: JSON lines, one item each. Exported and imported again elsewhere, a file comes out the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.labels.answers import Given
from server.labels.exchange.records import (
    MAX_READER_LENGTH,
    FieldError,
    ItemRecord,
    ReaderAnswer,
    SettledAnswer,
    check_answer,
    items,
    mapping,
    moment,
    new_text,
    require_different,
    string,
    surface_of,
)


def write(record: ItemRecord) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "surface": record.texts[0].surface,
        "texts": [{"text": text.text, "group": text.group} for text in record.texts],
        "answers": [
            {"reader": answer.reader, "at": answer.at and answer.at.isoformat()}
            | _judgement(answer.given)
            | {"reasons": list(answer.given.reasons), "note": answer.given.note}
            for answer in record.answers
        ],
        "settled": record.settled
        and {
            "reader": record.settled.reader,
            "accepted_by": record.settled.accepted_by,
            "at": record.settled.at and record.settled.at.isoformat(),
        }
        | _judgement(record.settled.given),
    }


def _judgement(given: Given) -> dict[str, Any]:
    if given.choice is not None:
        return {"choice": given.choice}
    return {"marks": dict(given.marks or {}), "whole": given.whole}


def read(row: Mapping[str, Any]) -> ItemRecord:
    surface = surface_of(row.get("surface"), "surface")
    rows = items(row.get("texts"), "texts", limit=2)
    if not rows:
        raise FieldError("texts", "must have one text, or two of a pair")
    texts = tuple(
        new_text(
            mapping(each, f"texts.{index}").get("text"),
            each.get("group"),
            surface=surface,
            field=f"texts.{index}.text",
            group_field=f"texts.{index}.group",
        )
        for index, each in enumerate(rows)
    )
    require_different(texts, "texts")
    kind = "pair" if len(texts) > 1 else "draft"
    answers = tuple(
        _answer(kind, mapping(each, f"answers.{index}"), f"answers.{index}")
        for index, each in enumerate(items(row.get("answers"), "answers"))
    )
    return ItemRecord(texts, answers, _settled(kind, row.get("settled")))


def _given(kind: str, row: Mapping[str, Any], field: str) -> Given:
    marks = row.get("marks")
    given = Given(
        choice=row.get("choice"),
        marks=None if marks is None else mapping(marks, f"{field}.marks"),
        whole=row.get("whole"),
        reasons=tuple(items(row.get("reasons"), f"{field}.reasons")),
        note=string(row.get("note"), f"{field}.note", limit=1_000, default=""),
    )
    return check_answer(kind, given, field)


def _answer(kind: str, row: Mapping[str, Any], field: str) -> ReaderAnswer:
    reader = string(row.get("reader"), f"{field}.reader", limit=MAX_READER_LENGTH)
    return ReaderAnswer(reader, _given(kind, row, field), moment(row.get("at"), f"{field}.at"))


def _settled(kind: str, value: Any) -> SettledAnswer | None:
    if value is None:
        return None
    row = mapping(value, "settled")
    accepted_by = row.get("accepted_by")
    return SettledAnswer(
        string(row.get("reader"), "settled.reader", limit=MAX_READER_LENGTH),
        None if accepted_by is None else string(accepted_by, "settled.accepted_by", limit=MAX_READER_LENGTH),
        _given(kind, row, "settled"),
        moment(row.get("at"), "settled.at"),
    )
