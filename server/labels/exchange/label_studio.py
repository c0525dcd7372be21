"""Label Studio's shape, of its JSON export and import, version 1: an array of tasks with ``data`` and ``annotations``, each a
list of results with the name of its control, a type and a value.

A pair is ``first`` and ``second`` of ``data``; the control ``preference`` is a ``Pairwise`` (left or right), and no difference
the one choice of the control ``same``. A draft is ``text``, with a ``Rating`` for each dimension and a ``Number`` for the
whole. Both have the controls ``reasons`` (``Choices``) and ``note`` (``TextArea``). Label Studio accepts only its own users in
``completed_by``, so the codes of readers are in ``meta.readers``, in the order of the annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.labels.answers import Given
from server.labels.exchange.records import (
    MAX_ANSWERS,
    MAX_READER_LENGTH,
    FieldError,
    ItemRecord,
    ReaderAnswer,
    check_answer,
    items,
    mapping,
    moment,
    new_text,
    require_different,
    string,
    surface_of,
)
from server.labels.models import DIMENSIONS

_SIDES = {"first": "left", "second": "right"}
_CHOICES = {side: choice for choice, side in _SIDES.items()}


def write(record: ItemRecord) -> dict[str, Any]:
    names = ("first", "second") if record.kind == "pair" else ("text",)
    return {
        "data": {"surface": record.texts[0].surface}
        | {name: text.text for name, text in zip(names, record.texts, strict=True)}
        | {f"group_{name}": text.group for name, text in zip(names, record.texts, strict=True)},
        "meta": {"readers": [answer.reader for answer in record.answers]},
        "annotations": [
            {
                "result": _results(answer.given),
                "was_cancelled": False,
                "ground_truth": False,
                "created_at": answer.at and answer.at.isoformat(),
            }
            for answer in record.answers
        ],
        "predictions": [],
    }


def _results(given: Given) -> list[dict[str, Any]]:
    target = "text" if given.choice is None else "first"

    def result(name: str, kind: str, value: Any, to_name: str = target) -> dict[str, Any]:
        return {"from_name": name, "to_name": to_name, "type": kind, "value": value}

    results = []
    if given.choice == "same":
        results.append(result("same", "choices", {"choices": ["same"]}))
    elif given.choice is not None:
        results.append(result("preference", "pairwise", {"selected": _SIDES[given.choice]}, "first,second"))
    results += [result(name, "rating", {"rating": mark}) for name, mark in (given.marks or {}).items()]
    if given.whole is not None:
        results.append(result("whole", "number", {"number": given.whole}))
    if given.reasons:
        results.append(result("reasons", "choices", {"choices": list(given.reasons)}))
    if given.note:
        results.append(result("note", "textarea", {"text": [given.note]}))
    return results


def read(row: Mapping[str, Any]) -> ItemRecord:
    data = mapping(row.get("data"), "data")
    surface = surface_of(data.get("surface"), "data.surface")
    names = ("text",) if "text" in data else ("first", "second")
    texts = tuple(
        new_text(
            data.get(name), data.get(f"group_{name}"), surface=surface, field=f"data.{name}", group_field=f"data.group_{name}"
        )
        for name in names
    )
    require_different(texts, "data")
    kind = "pair" if len(texts) > 1 else "draft"
    readers = items(mapping(row.get("meta") or {}, "meta").get("readers"), "meta.readers")
    answers = []
    for index, value in enumerate(items(row.get("annotations"), "annotations")):
        place = f"annotations.{index}"
        annotation = mapping(value, place)
        results = items(annotation.get("result"), f"{place}.result", limit=2 * MAX_ANSWERS)
        if annotation.get("was_cancelled") or not results:
            continue
        reader = _reader(annotation.get("completed_by"), readers, index)
        given = check_answer(kind, _given(results, f"{place}.result"), place)
        answers.append(ReaderAnswer(reader, given, moment(annotation.get("created_at"), f"{place}.created_at")))
    return ItemRecord(texts, tuple(answers))


def _reader(completed_by: Any, readers: list[Any], index: int) -> str:
    """The code that we exported, or Label Studio's number of the user. Addresses are not kept."""
    if index < len(readers):
        return string(readers[index], f"meta.readers.{index}", limit=MAX_READER_LENGTH)
    number = completed_by.get("id") if isinstance(completed_by, dict) else completed_by
    if isinstance(number, bool) or not isinstance(number, int):
        raise FieldError(f"annotations.{index}.completed_by", "must be the number of a user, or an object with their id")
    return f"label-studio-{number}"


def _given(results: list[Any], field: str) -> Given:
    found: dict[str, Any] = {}
    for index, value in enumerate(results):
        place = f"{field}.{index}"
        result = mapping(value, place)
        found[str(result.get("from_name"))] = mapping(result.get("value"), f"{place}.value")
    choice = None
    if "same" in found:
        choice = "same"
    elif "preference" in found:
        choice = _CHOICES.get(str(found["preference"].get("selected")))
        if choice is None:
            raise FieldError(f"{field}.preference", "must have left or right selected")
    notes = items(found.get("note", {}).get("text"), f"{field}.note")
    return Given(
        choice=choice,
        marks={name: found[name].get("rating") for name in DIMENSIONS if name in found},
        whole=found["whole"].get("number") if "whole" in found else None,
        reasons=tuple(items(found.get("reasons", {}).get("choices"), f"{field}.reasons")),
        note=" ".join(string(note, f"{field}.note", limit=1_000, default="") for note in notes),
    )
