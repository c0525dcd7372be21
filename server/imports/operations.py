"""Importing a file: received, its columns confirmed, checked, its people matched, and imported or discarded."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import PurePath
from typing import IO

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.core.problems import Problem, field_problem, not_found
from server.imports import queries
from server.imports.chunks import LINES_PER_CHUNK, pack, unpack
from server.imports.layouts import UNKNOWN_LAYOUT, recognise
from server.imports.mapping import Mapping
from server.imports.models import ImportChunk, ImportFile, ImportMapping, ImportOwner
from server.imports.owner_names import stored_name
from server.imports.report import Report
from server.imports.sheets import open_sheet
from server.imports.steps import enqueue_step, finish, resume_step
from server.imports.style import Style, find_style
from server.people.queries import active_metrics, users_by_id

#: What nobody decided about is deleted after this.
LIFETIME = timedelta(days=7)
REPORT_LIFETIME = timedelta(days=90)
MAX_FILENAME = 200
#: Lines that decide how the file writes dates and amounts.
STYLE_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Contents:
    filename: str
    columns: tuple[str, ...]
    lines: int
    chunks: tuple[bytes, ...]


def read_file(file: IO[bytes], filename: str) -> Contents:
    """Reads the whole file. Raises ``SheetError``."""
    with open_sheet(file) as sheet:
        counter = count(0)
        chunks = tuple(pack(line for line, _ in zip(sheet.lines, counter, strict=False)))
        return Contents(PurePath(filename).name[-MAX_FILENAME:], sheet.columns, next(counter), chunks)


def receive(session: Session, contents: Contents, *, user_id: int) -> ImportFile:
    """Stores the file. What its columns mean is taken from the last file with the same columns, or recognised."""
    if not contents.lines:
        raise field_problem("file", "has columns, but no lines")
    kinds = {metric.record_kind for metric in active_metrics(session) if metric.record_kind}
    found = recognise(contents.columns, kinds=kinds)
    columns_hash = _hash(contents.columns)
    remembered = session.get(ImportMapping, columns_hash)
    mapping = remembered.mapping if remembered else found[1].model_dump(mode="json") if found else None
    file = ImportFile(
        token=secrets.token_hex(16),
        user_id=user_id,
        filename=contents.filename,
        source=found[0].source if found else f"{UNKNOWN_LAYOUT}{columns_hash[:8]}",
        title=found[0].title if found else None,
        columns=list(contents.columns),
        mapping=mapping,
        state="mapping",
        lines=contents.lines,
        chunks=len(contents.chunks),
    )
    session.add(file)
    session.flush()
    session.add_all(ImportChunk(import_id=file.id, number=number, data=data) for number, data in enumerate(contents.chunks))
    session.flush()
    return file


def start_check(session: Session, *, file_id: int, mapping: Mapping | None = None) -> None:
    """Reads the file without storing a record. ``mapping`` is remembered for files with the same columns."""
    file = _get(session, file_id, states=("mapping", "checked"))
    if mapping is not None:
        _validate(session, file, mapping)
        file.mapping = mapping.model_dump(mode="json")
        session.merge(ImportMapping(columns_hash=_hash(file.columns), mapping=file.mapping))
    if file.mapping is None:
        raise field_problem("owner", "is missing")
    file.style = asdict(_find_style(session, file))
    _start(session, file, "checking")


def match_people(session: Session, *, file_id: int, matches: Lookup[str, int | None]) -> None:
    """Remembers who is meant by names in files, None for names to skip, and checks the file again."""
    file = _get(session, file_id, states=("checked",))
    users = users_by_id(session, user_ids=[user_id for user_id in matches.values() if user_id is not None])
    for name, user_id in matches.items():
        if user_id is not None and user_id not in users:
            raise field_problem("person", "is not in the organisation")
        session.merge(ImportOwner(name=stored_name(file.source, name), user_id=user_id))
    _start(session, file, "checking")


def start_import(session: Session, *, file_id: int) -> None:
    """Stores the records of a file that was checked. Starting twice changes nothing."""
    file = _lock(session, file_id)
    if file.state in ("importing", "done"):
        return
    if file.state != "checked":
        raise Problem(409, "not-checked", "This file is not checked yet", detail="Wait until the check is finished.")
    _start(session, file, "importing")


def resume(session: Session, *, file_id: int) -> None:
    """Goes on with a file whose job failed. Resuming twice changes nothing."""
    resume_step(session, _lock(session, file_id))


def discard(session: Session, *, file_id: int) -> bool:
    """Deletes a file that is not imported. Stops one that is being imported and returns True; what was stored stays."""
    file = _lock(session, file_id)
    if file.state in ("importing", "done"):
        finish(session, file)
        return True
    _delete(session, file)
    return False


def purge(session: Session, *, at: datetime) -> None:
    """Deletes files that nobody decided about, and old reports, which name people."""
    for file in queries.old_files(session, unfinished_before=at - LIFETIME, finished_before=at - REPORT_LIFETIME):
        _delete(session, file)


def forget_person(session: Session, *, user_id: int) -> None:
    """Deletes the names by which files meant this person."""
    session.execute(delete(ImportOwner).where(ImportOwner.user_id == user_id))


def _find_style(session: Session, file: ImportFile) -> Style:
    first = queries.first_chunks(session, import_id=file.id, limit=STYLE_LINES // LINES_PER_CHUNK)
    return find_style(file.columns, (line for data in first for line in unpack(data)), Mapping.model_validate(file.mapping))


def _start(session: Session, file: ImportFile, state: str) -> None:
    file.state, file.next_chunk, file.lines_done, file.report = state, 0, 0, Report().model_dump(mode="json")
    enqueue_step(session, file)


def _validate(session: Session, file: ImportFile, mapping: Mapping) -> None:
    missing = mapping.missing(file.columns)
    if missing:
        raise field_problem("columns", f"has no column {missing[0]}")
    kinds = {metric.record_kind for metric in active_metrics(session)}
    unknown = next((rule.kind for rule in mapping.rules if rule.kind not in kinds), None)
    if unknown is not None:
        raise field_problem("kind", "is not a metric of the organisation")


def _lock(session: Session, file_id: int) -> ImportFile:
    file = session.get(ImportFile, file_id, with_for_update=True, populate_existing=True)
    if file is None:
        raise not_found()
    return file


def _get(session: Session, file_id: int, *, states: tuple[str, ...]) -> ImportFile:
    file = _lock(session, file_id)
    if file.state not in states:
        raise Problem(409, "import-started", "This file is being read or is imported already", detail="Reload its page.")
    return file


def _delete(session: Session, file: ImportFile) -> None:
    session.execute(delete(ImportChunk).where(ImportChunk.import_id == file.id))
    session.delete(file)
    session.flush()


def _hash(columns: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(columns)).encode()).hexdigest()
