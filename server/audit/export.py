"""The sealed audit log as JSON lines, to be kept on another host, and the comparison of such a file with the database.

Each seal's entries come first, then the seal: ``{"type": "entry", ...}`` lines and one
``{"type": "seal", ...}`` line. The comparison shows that the database still has everything that was exported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from server.audit import queries
from server.core.hash_chain import chain_hash, column_values, json_values

ENTRY_NAMES = frozenset(column.key for column in queries.ENTRY_COLUMNS)


def export_lines(session: Session, *, since: int = 0) -> Iterator[str]:
    """The ranges of all seals after the seal ``since``."""
    earlier = [seal for seal in queries.seals_after(session) if seal.id <= since]
    last_entry_id = earlier[-1].last_entry_id if earlier else 0
    for seal in queries.seals_after(session, seal_id=since):
        for row in queries.entry_rows(session, after=last_entry_id, until=seal.last_entry_id):
            yield _line("entry", json_values(row))
        yield _line("seal", column_values(seal))
        last_entry_id = seal.last_entry_id


def _line(kind: str, values: dict[str, Any]) -> str:
    return json.dumps({"type": kind} | values, separators=(",", ":"))


def compare_export(session: Session, lines: Iterable[str]) -> list[str]:
    """What is wrong with an export, and where the database differs from it; empty if nothing is."""
    violations: list[str] = []
    in_database = {seal.id: seal.sha256 for seal in queries.seals_after(session)}
    entries: list[dict[str, Any]] = []
    previous_sha256: str | None = None
    seals = 0
    for number, line in enumerate(lines, start=1):
        kind, values = _parse(line)
        if kind == "entry":
            entries.append(values)
            continue
        if kind != "seal":
            violations.append(f"line {number}: is not a line of an export")
            continue
        seals += 1
        name = f"seal {values['id']}"
        # What precedes the file's first seal is part of that seal's hash, which the database must have as well.
        if previous_sha256 is not None and values["previous_sha256"] != previous_sha256:
            violations.append(f"{name}: does not follow the seal before it in the file")
        if chain_hash(values["previous_sha256"], entries) != values["sha256"]:
            violations.append(f"{name}: its entries in the file were changed")
        if values["id"] not in in_database:
            violations.append(f"{name}: is missing from the database")
        elif in_database[values["id"]] != values["sha256"]:
            violations.append(f"{name}: the database has other entries than the file")
        entries, previous_sha256 = [], values["sha256"]
    if entries:
        violations.append("the file ends in the middle of a range")
    if not seals:
        violations.append("the file contains no seal")
    return violations


def _parse(line: str) -> tuple[str, dict[str, Any]]:
    """The kind of the line and its values; an empty kind if it is not a line of an export."""
    try:
        values = json.loads(line)
        kind = values.pop("type")
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", {}
    if kind == "entry" and values.keys() | {"changes"} == ENTRY_NAMES:
        return kind, values
    if kind == "seal" and {"id", "previous_sha256", "sha256"} <= values.keys():
        return kind, values
    return "", {}
