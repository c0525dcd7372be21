"""What the pages of imports show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.imports import queries
from server.imports.cells import as_text
from server.imports.chunks import unpack
from server.imports.dates import is_moment
from server.imports.forms import form_values as mapping_form_values
from server.imports.mapping import Mapping, Rule
from server.imports.models import ImportFile
from server.imports.owner_names import suggest
from server.imports.report import Report
from server.imports.sheets import Line
from server.imports.steps import is_stuck
from server.people.models import Metric, User
from server.people.queries import active_metrics, all_users, get_calendar, users_by_id

LINES_SHOWN = 3
#: Columns and cells that are shown of the first lines.
COLUMNS_SHOWN = 12
STATE_LABELS = {
    "mapping": "Columns to confirm",
    "checking": "Checking",
    "checked": "Checked, not imported yet",
    "importing": "Importing",
    "done": "Imported",
}
RESULT_LABELS = {
    "new": "New records",
    "known": "Known records, corrected where they differ",
    "corrected": "Corrected records",
    "unchanged": "Unchanged records",
    "deleted": "Removed records, because they no longer count",
}


@dataclass(frozen=True, slots=True)
class FileRow:
    id: int
    filename: str
    title: str | None
    state: str
    lines: int
    created_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class UnknownName:
    """``samples``: line, what, day and subject of some of its records. ``suggested``: the id of a person with such a name."""

    name: str
    lines: int
    samples: tuple[tuple[int, str, date, str], ...]
    suggested: int | None


@dataclass(frozen=True, slots=True)
class FileView:
    """``rules``: what is counted, in words. ``day_order_needed``: dates of the file can be read in two ways.
    ``is_stuck``: no job will go on with it."""

    by: str
    rules: tuple[str, ...]
    mapping: Mapping | None
    first_lines: tuple[tuple[str, ...], ...]
    metric_choices: tuple[tuple[str, str], ...]
    people: Sequence[User]
    report: Report
    #: Line, person, what, day, number.
    examples: tuple[tuple[int, str, str, date, int], ...]
    results: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    skipped: tuple[tuple[str, int], ...]
    #: Those with most lines first.
    unknown: tuple[UnknownName, ...]
    day_order_needed: bool
    is_stuck: bool


def list_files(session: Session, *, limit: int) -> list[FileRow]:
    files = queries.newest_files(session, limit=limit)
    users = users_by_id(session, user_ids={file.user_id for file in files})
    return [
        FileRow(
            file.id, file.filename, file.title, STATE_LABELS[file.state], file.lines, file.created_at, users[file.user_id].name
        )
        for file in files
    ]


def file_view(session: Session, file: ImportFile) -> FileView:
    mapping = Mapping.model_validate(file.mapping) if file.mapping else None
    report = Report.model_validate(file.report)
    metrics = [metric for metric in active_metrics(session) if metric.record_kind == metric.key]
    labels = {metric.key: metric for metric in metrics}
    calendar = get_calendar(session)
    people = [user for user in all_users(session) if user.is_active] if report.unknown else []
    return FileView(
        by=users_by_id(session, user_ids=[file.user_id])[file.user_id].name,
        rules=tuple(_describe(rule, labels) for rule in mapping.rules) if mapping else (),
        mapping=mapping,
        first_lines=_shown(_first_lines(session, file)) if file.state == "mapping" else (),
        metric_choices=tuple((metric.key, metric.title) for metric in metrics),
        people=people,
        report=report,
        examples=tuple(
            (
                one.line,
                one.owner,
                _noun(labels, one.kind, 1),
                calendar.day_of(datetime.fromisoformat(one.occurred_at)),
                one.count,
            )
            for one in report.examples
        ),
        results=tuple((label, report.results[name]) for name, label in RESULT_LABELS.items() if report.results[name]),
        kinds=tuple((_title(labels, kind, count), count) for kind, count in report.kinds.most_common()),
        skipped=tuple(report.skipped.most_common()),
        unknown=tuple(
            UnknownName(
                name,
                lines,
                tuple(
                    (one.line, _noun(labels, one.kind, 1), date.fromisoformat(one.day), one.subject)
                    for one in report.samples.get(name, ())
                ),
                suggest(name, people),
            )
            for name, lines in report.unknown.most_common()
        ),
        is_stuck=is_stuck(session, file),
        day_order_needed=any("day or the month comes first" in error.message for error in report.errors),
    )


def form_values(session: Session, file: ImportFile) -> dict[str, str]:
    """What the form shows first: what the file's mapping says, or which columns look like people and days."""
    if file.mapping is not None:
        return mapping_form_values(Mapping.model_validate(file.mapping))
    lines = _first_lines(session, file)
    people = [name for index, name in enumerate(file.columns) if any("@" in as_text(line.cells[index]) for line in lines)]
    days = [name for index, name in enumerate(file.columns) if any(is_moment(line.cells[index]) for line in lines)]
    return {"owner": people[0] if people else "", "occurred": days[0] if days else ""}


def _first_lines(session: Session, file: ImportFile) -> list[Line]:
    data = queries.first_chunks(session, import_id=file.id, limit=1)
    return unpack(data[0])[:LINES_SHOWN] if data else []


def _shown(lines: Iterable[Line]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(as_text(cell)[:60] for cell in line.cells[:COLUMNS_SHOWN]) for line in lines)


def _noun(labels: dict[str, Metric], kind: str, count: int) -> str:
    """A metric that has been archived since is shown by its key."""
    return labels[kind].noun(count) if kind in labels else kind


def _title(labels: dict[str, Metric], kind: str, count: int) -> str:
    noun = _noun(labels, kind, count)
    return noun[:1].upper() + noun[1:]


def _describe(rule: Rule, labels: dict[str, Metric]) -> str:
    if rule.count:
        text = f"As many {_noun(labels, rule.kind, 2)} as {_quoted(rule.count)} says, on the day in {_quoted(rule.occurred)}"
    else:
        text = f"One {_noun(labels, rule.kind, 1)} a line, on the day in {_quoted(rule.occurred)}"
    for number, condition in enumerate(rule.conditions):
        verb = "is not" if condition.excludes else "is"
        text += f"{', if' if number == 0 else ' and'} {_quoted(condition.column)} {verb} {_either(condition.values)}"
    if rule.value:
        text += f"; its value is in {_quoted(rule.value)}"
    if rule.booked_for:
        text += f"; it is booked for the time in {_quoted(rule.booked_for)}"
    return f"{text}."


def _quoted(column: str) -> str:
    return f'"{column}"'


def _either(values: Sequence[str]) -> str:
    unique = list({value.lower(): value for value in reversed(values)}.values())[::-1]
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} or {unique[-1]}"
