"""From the lines of a file to records."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from datetime import datetime, tzinfo

from server.imports.cells import as_text
from server.imports.line_cells import LineCells
from server.imports.mapping import Condition, Mapping, Rule
from server.imports.sheets import Line
from server.imports.style import Style
from server.records.rows import InvalidRow, Row, RowError
from server.records.schemas import MAX_COUNT, MAX_SUBJECT_LENGTH, MAX_VALUE

MAX_ID_CHARACTERS = 120
NOTHING_COUNTED = "have nothing that is counted"
#: At the start of a line that adds up the lines above it.
_TOTAL = re.compile(r"(grand[ -]|sub-?)?totals?\b|sum\b|summe\b|gesamt|totaux\b|totale\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says: its rows, one for each rule that it meets; none if ``skipped`` says why. ``owner``: as the file names
    them, if the line names somebody."""

    line: int
    owner: str = ""
    rows: tuple[Row | InvalidRow, ...] = ()
    skipped: str = ""


class Reader:
    """``owners``: the e-mail address of each owner that the file names, by the name in lower case; None for those to skip. Any
    other owner is taken for an address."""

    def __init__(
        self, columns: Sequence[str], mapping: Mapping, style: Style, owners: Lookup[str, str | None], zone: tzinfo
    ) -> None:
        self._mapping = mapping
        self._style = style
        self._owners = owners
        self._zone = zone
        self._position = {name: index for index, name in enumerate(columns)}

    def read(self, lines: Iterable[Line]) -> Iterator[Reading]:
        for line in lines:
            yield self._read_line(line)

    def _read_line(self, line: Line) -> Reading:
        if line.error:
            return Reading(line.number, "", (InvalidRow(None, (RowError("line", line.error),)),))
        cells = LineCells(line, self._position, self._style, self._zone)
        name = cells.text(self._mapping.owner)
        if _TOTAL.match(next(filter(None, map(as_text, line.cells)), "")) and (not name or _TOTAL.match(name)):
            return Reading(line.number, skipped="add up other lines")
        if not name:
            return Reading(line.number, skipped="name nobody")
        if self._owners.get(name.lower(), name) is None:
            return Reading(line.number, name, skipped="name somebody who is skipped")
        owner = self._owners.get(name.lower()) or name
        made = (self._read_rule(cells, rule, owner) for rule in self._mapping.rules)
        rows = tuple(row for row in made if row is not None)
        return Reading(line.number, name, rows, "" if rows else NOTHING_COUNTED)

    def _read_rule(self, cells: LineCells, rule: Rule, owner: str) -> Row | InvalidRow | None:
        cells.errors.clear()
        occurred_at = cells.moment(rule.occurred)
        source_id = self._source_id(cells, rule, owner, occurred_at)
        version = cells.version(self._mapping.version)
        count = cells.whole(rule.count, MAX_COUNT) if rule.count else 1
        if not all(_holds(cells, condition) for condition in rule.conditions) or (count == 0 and not cells.errors):
            # It may have met the conditions when the file was imported before.
            return Row(source_id, version=version, is_deleted=True, only_if_known=True) if self._has_id(cells) else None
        if occurred_at is None and not cells.errors:
            cells.errors.append(RowError(rule.occurred, "is empty"))
        row = Row(
            source_id=source_id,
            owner=owner,
            kind=rule.kind,
            occurred_at=occurred_at,
            count=count or 1,
            value=cells.whole(rule.value, MAX_VALUE) if rule.value else None,
            booked_for=cells.moment(rule.booked_for) if rule.booked_for else None,
            subject=cells.text(self._mapping.subject)[:MAX_SUBJECT_LENGTH] or None,
            url=cells.url(self._mapping.url),
            social_source=cells.url(self._mapping.social_source),
            version=version,
        )
        return InvalidRow(source_id, tuple(cells.errors)) if cells.errors else row

    def _has_id(self, cells: LineCells) -> bool:
        return self._mapping.is_daily_total or bool(cells.text(self._mapping.source_id))

    def _source_id(self, cells: LineCells, rule: Rule, owner: str, occurred_at: datetime | None) -> str:
        if self._mapping.is_daily_total and occurred_at is not None:
            return f"{rule.kind}:{owner.lower()[:MAX_ID_CHARACTERS]}:{occurred_at.astimezone(self._zone).date().isoformat()}"
        if own := cells.text(self._mapping.source_id):
            return f"{rule.kind}:{own[:MAX_ID_CHARACTERS]}"
        content = "\x1f".join(map(as_text, cells.line.cells))
        return f"{rule.kind}:{hashlib.sha256(content.encode()).hexdigest()}:{cells.line.copy}"


def _holds(cells: LineCells, condition: Condition) -> bool:
    cell = cells.text(condition.column).lower()
    return (cell in (value.lower() for value in condition.values)) != condition.excludes
