"""The form in which a rep says what came of an item."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from server.outcomes.models import REPLY
from server.outcomes.operations import Statement
from server.people.forms import read_date, read_id


def read_statement(form: Mapping[str, str], *, today: date) -> Statement:
    """Raises a ``Problem`` that names the field. Of a record, the day is taken from the record."""
    record_id = read_id(form, "record")
    kind = form.get("kind", "")
    return Statement(
        kind=kind,
        occurred_on=today if record_id is not None and not form.get("occurred_on") else read_date(form, "occurred_on"),
        grade=form.get("grade") or None if kind != REPLY else None,
        url=form.get("url") or None,
        note=form.get("note") or None,
        record_id=record_id,
    )


def form_values(statement: Statement) -> dict[str, str]:
    """What the form shows when a statement is corrected."""
    values = {
        "kind": statement.kind,
        "occurred_on": statement.occurred_on.isoformat(),
        "grade": statement.grade,
        "url": statement.url,
        "note": statement.note,
        "record": str(statement.record_id) if statement.record_id is not None else None,
    }
    return {name: value for name, value in values.items() if value}
