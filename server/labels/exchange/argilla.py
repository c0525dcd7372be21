"""Argilla's shape, of ``Dataset.records.to_json`` and ``rg.Record.from_dict`` of its Python package, version 2: an array of
records with ``fields``, ``metadata``, ``suggestions`` and ``responses``, the last with a list of values and user ids for each
question.

A pair has the fields ``first`` and ``second`` and the question ``preference``; a draft has the field ``text`` and a question
for each dimension, and ``whole``, which is a text: Argilla's ratings end at 10. Both have ``reasons`` and ``note``. The settled
answer is a suggestion, which is exported and not read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.labels.answers import Given
from server.labels.exchange.records import (
    MAX_READER_LENGTH,
    FieldError,
    ItemRecord,
    ReaderAnswer,
    check_answer,
    items,
    mapping,
    new_text,
    require_different,
    string,
    surface_of,
)
from server.labels.models import DIMENSIONS
from server.labels.texts import item_key, text_key

_AGENT = "settled"


def write(record: ItemRecord) -> dict[str, Any]:
    names = ("first", "second") if record.kind == "pair" else ("text",)
    responses: dict[str, list[dict[str, Any]]] = {}
    for answer in record.answers:
        for question, value in _values(answer.given).items():
            responses.setdefault(question, []).append({"value": value, "user_id": answer.reader})
    suggestions: dict[str, Any] = {}
    if record.settled is not None:
        suggestions = {
            question: {"value": value, "score": None, "agent": _AGENT}
            for question, value in _values(record.settled.given).items()
        }
    return {
        "id": item_key(text_key(text.surface, text.text) for text in record.texts),
        "fields": {name: text.text for name, text in zip(names, record.texts, strict=True)},
        "metadata": {"surface": record.texts[0].surface}
        | {f"group_{name}": text.group for name, text in zip(names, record.texts, strict=True)},
        "suggestions": suggestions,
        "responses": responses,
        "vectors": {},
    }


def _values(given: Given) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if given.choice is not None:
        values["preference"] = given.choice
    values |= given.marks or {}
    if given.whole is not None:
        values["whole"] = str(given.whole)
    if given.reasons:
        values["reasons"] = list(given.reasons)
    if given.note:
        values["note"] = given.note
    return values


def read(row: Mapping[str, Any]) -> ItemRecord:
    fields = mapping(row.get("fields"), "fields")
    metadata = mapping(row.get("metadata") or {}, "metadata")
    surface = surface_of(metadata.get("surface"), "metadata.surface")
    names = ("text",) if "text" in fields else ("first", "second")
    texts = tuple(
        new_text(
            fields.get(name),
            metadata.get(f"group_{name}"),
            surface=surface,
            field=f"fields.{name}",
            group_field=f"metadata.group_{name}",
        )
        for name in names
    )
    require_different(texts, "fields")
    kind = "pair" if len(texts) > 1 else "draft"
    by_reader: dict[str, dict[str, Any]] = {}
    for question, responses in mapping(row.get("responses") or {}, "responses").items():
        for index, response in enumerate(items(responses, f"responses.{question}")):
            place = f"responses.{question}.{index}"
            reader = string(mapping(response, place).get("user_id"), f"{place}.user_id", limit=MAX_READER_LENGTH)
            by_reader.setdefault(reader, {})[question] = response.get("value")
    answers = tuple(
        ReaderAnswer(reader, check_answer(kind, _given(values), "responses"))
        for reader, values in by_reader.items()
        if kind == "draft" or values.get("preference") is not None
    )
    return ItemRecord(texts, answers)


def _given(values: Mapping[str, Any]) -> Given:
    whole = values.get("whole")
    if isinstance(whole, str):
        if not (whole.strip().isascii() and whole.strip().isdigit() and len(whole) < 5):
            raise FieldError("responses.whole", "must be a whole number from 0 to 100")
        whole = int(whole)
    return Given(
        choice=values.get("preference"),
        marks={name: values[name] for name in DIMENSIONS if values.get(name) is not None},
        whole=whole,
        reasons=tuple(items(values.get("reasons"), "responses.reasons")),
        note=string(values.get("note"), "responses.note", limit=1_000, default=""),
    )
