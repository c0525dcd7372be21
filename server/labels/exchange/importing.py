"""Imports items and answers from a file of any of the three shapes. What is wrong is named with its line and left out; the rest
is imported. Importing the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.labels import queries
from server.labels.exchange import argilla, label_studio, own
from server.labels.exchange.records import FieldError, ItemRecord, ReaderAnswer, SettledAnswer, mapping
from server.labels.exchange.streams import read_objects
from server.labels.models import LabelAnswer, LabelItem, LabelReader, LabelSettlement
from server.labels.texts import add_items, add_texts, item_key, text_key

MAX_FILE_BYTES = 20_000_000
MAX_ITEMS = 5_000
#: Shown to the administrator; the others are counted.
MAX_ERRORS_SHOWN = 100
_BATCH = 200
_OTHER_CHOICE = {"first": "second", "second": "first", "same": "same"}


@dataclass(frozen=True, slots=True)
class LineError:
    line: int
    field: str
    message: str


@dataclass(slots=True)
class ImportReport:
    items_read: int = 0
    texts_added: int = 0
    items_added: int = 0
    answers_added: int = 0
    errors: list[LineError] = field(default_factory=list)
    errors_count: int = 0

    def add_error(self, line: int, name: str, message: str) -> None:
        self.errors_count += 1
        if len(self.errors) < MAX_ERRORS_SHOWN:
            self.errors.append(LineError(line, name, message))


@dataclass(frozen=True, slots=True)
class Parsed:
    """The items of a file with the lines on which they begin."""

    records: list[tuple[int, ItemRecord]]
    report: ImportReport


def parse_file(stream: IO[bytes]) -> Parsed:
    """Reads the file without the database, so that a long one holds up nobody's writes."""
    parsed = Parsed([], ImportReport())
    for line, found in read_objects(stream):
        if len(parsed.records) == MAX_ITEMS:
            parsed.report.add_error(line, "line", f"was not read, nor was what follows: a file has at most {MAX_ITEMS:,} items")
            break
        try:
            if isinstance(found, FieldError):
                raise found
            parsed.records.append((line, _read(found)))
        except FieldError as error:
            parsed.report.add_error(line, error.field, str(error))
    parsed.report.items_read = len(parsed.records)
    return parsed


def _read(value: Any) -> ItemRecord:
    row = mapping(value, "line")
    if "texts" in row:
        return own.read(row)
    if "fields" in row:
        return argilla.read(row)
    if "data" in row:
        return label_studio.read(row)
    raise FieldError("line", "must have texts (Repute), fields (Argilla) or data (Label Studio)")


def import_labels(session: Session, parsed: Parsed) -> ImportReport:
    """Adds texts, items and answers that are not here yet. The caller has made sure that the organisation may use the texts."""
    report = parsed.report
    for start in range(0, len(parsed.records), _BATCH):
        _import_batch(session, parsed.records[start : start + _BATCH], report)
    audit.record(
        session,
        action="labels.imported",
        object_type="labels",
        object_id="file",
        changes={"items_added": (None, report.items_added), "answers_added": (None, report.answers_added)},
    )
    return report


def _import_batch(session: Session, batch: Sequence[tuple[int, ItemRecord]], report: ImportReport) -> None:
    ids, texts_added = add_texts(session, "imported", [text for _, record in batch for text in record.texts])
    keys = {index: _text_keys(record) for index, (_, record) in enumerate(batch)}
    report.texts_added += texts_added
    report.items_added += add_items(session, keys.values(), ids)
    stored = queries.items_by_key(session, keys=[item_key(own_keys) for own_keys in keys.values()])
    readers = _readers(session, [record for _, record in batch])
    for index, (line, record) in enumerate(batch):
        item = stored[item_key(keys[index])]
        is_reversed = item.first_id != ids[keys[index][0]]
        known = queries.readers_of_item(session, item_id=item.id)
        for number, answer in enumerate(record.answers):
            reader = readers[answer.reader]
            if reader.id in known:
                continue
            if reader.user_id is not None:
                report.add_error(line, f"answers.{number}", "is of a person here, who answers only here")
                continue
            report.answers_added += _add_answer(session, item, answer, reader, is_reversed=is_reversed)
        if record.settled is not None:
            _add_settled(session, item, record.settled, readers, is_reversed=is_reversed)


def _text_keys(record: ItemRecord) -> tuple[str, ...]:
    return tuple(text_key(text.surface, text.text) for text in record.texts)


def _readers(session: Session, records: Iterable[ItemRecord]) -> dict[str, LabelReader]:
    codes = {answer.reader for record in records for answer in record.answers}
    for record in records:
        if record.settled is not None:
            codes.add(record.settled.reader)
            if record.settled.accepted_by is not None:
                codes.add(record.settled.accepted_by)
    for code in sorted(codes):
        insert_if_absent(session, LabelReader, code=code, user_id=None)
    return queries.readers_by_code(session, codes=codes)


def _choice(choice: str | None, *, is_reversed: bool) -> str | None:
    """The item may be stored with its texts in the other order."""
    return _OTHER_CHOICE[choice] if choice is not None and is_reversed else choice


def _add_answer(session: Session, item: LabelItem, answer: ReaderAnswer, reader: LabelReader, *, is_reversed: bool) -> bool:
    return insert_if_absent(
        session,
        LabelAnswer,
        item_id=item.id,
        reader_id=reader.id,
        is_skipped=False,
        choice=_choice(answer.given.choice, is_reversed=is_reversed),
        marks=None if answer.given.marks is None else dict(answer.given.marks),
        whole=answer.given.whole,
        reasons=list(answer.given.reasons),
        note=answer.given.note,
        at=answer.at or now(),
    )


def _add_settled(
    session: Session, item: LabelItem, settled: SettledAnswer, readers: dict[str, LabelReader], *, is_reversed: bool
) -> None:
    """Unless the item has one here, or one of the file's readers is a person here, who settles only here."""
    involved = [readers[code] for code in (settled.reader, settled.accepted_by) if code is not None]
    if any(reader.user_id is not None for reader in involved):
        return
    insert_if_absent(
        session,
        LabelSettlement,
        item_id=item.id,
        choice=_choice(settled.given.choice, is_reversed=is_reversed),
        marks=None if settled.given.marks is None else dict(settled.given.marks),
        whole=settled.given.whole,
        is_settled=True,
        reader_id=involved[0].id,
        accepted_by_id=involved[1].id if len(involved) > 1 else None,
        at=settled.at or now(),
    )
