"""Reads answers from forms. Buttons and fields have the values of the page, on which the texts may be in the other order."""

from __future__ import annotations

from collections.abc import Mapping

from server.core.problems import field_problem
from server.labels.answers import Given
from server.labels.models import DIMENSIONS


def read_answer(form: Mapping[str, str], reasons: list[str], *, kind: str) -> Given:
    """Unchecked, except that numbers are numbers."""
    note = form.get("note", "")
    if kind == "pair":
        return Given(choice=form.get("choice"), reasons=tuple(reasons), note=note)
    marks = {name: _number(form.get(f"mark-{name}", ""), f"marks.{name}") for name in DIMENSIONS if form.get(f"mark-{name}")}
    whole = form.get("whole", "").strip()
    return Given(marks=marks, whole=_number(whole, "whole") if whole else None, reasons=tuple(reasons), note=note)


def _number(value: str, field: str) -> int:
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3):
        raise field_problem(field, "must be a whole number")
    return int(digits)
