"""Reads answers from forms. Buttons and fields have the values of the page, on which the texts may be in the other order."""

from __future__ import annotations

from collections.abc import Mapping

from server.core.problems import field_problem
from server.labels.answers import Given
from server.labels.guide import OPTIONAL
from server.labels.models import DIMENSIONS

#: A dimension that does not apply.
NOT_APPLICABLE = "none"


def read_answer(form: Mapping[str, str], reasons: list[str], *, kind: str) -> Given:
    """Unchecked, except that numbers are numbers, and that a dimension which may be left out is left out on purpose."""
    note = form.get("note", "")
    if kind == "pair":
        return Given(choice=form.get("choice"), reasons=tuple(reasons), note=note)
    chosen = {name: form.get(f"mark-{name}", "") for name in DIMENSIONS}
    for name in OPTIONAL:
        if not chosen[name]:
            raise field_problem(f"marks.{name}", "is missing: choose 1 to 5, or that there is no room for one")
    marks = {name: _number(mark, f"marks.{name}") for name, mark in chosen.items() if mark not in ("", NOT_APPLICABLE)}
    whole = form.get("whole", "").strip()
    return Given(marks=marks, whole=_number(whole, "whole") if whole else None, reasons=tuple(reasons), note=note)


def _number(value: str, field: str) -> int:
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3):
        raise field_problem(field, "must be a whole number")
    return int(digits)
