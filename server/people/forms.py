"""Reads the fields of the pages about people, with a problem that names the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import FileStorage

from server.core.problems import Problem, as_sentence, field_problem


def read_date(form: Mapping[str, str], name: str) -> date:
    day = read_optional_date(form, name)
    if day is None:
        raise field_problem(name, "is missing")
    return day


def read_optional_date(form: Mapping[str, str], name: str) -> date | None:
    value = form.get(name, "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise field_problem(name, "must be a date such as 2026-11-23") from None


def read_number(form: Mapping[str, str], name: str) -> int:
    try:
        return int(form.get(name, ""))
    except ValueError:
        raise field_problem(name, "must be a whole number") from None


def read_id(form: Mapping[str, str], name: str) -> int | None:
    """The id of a choice; None for the empty one."""
    value = form.get(name, "")
    if not value:
        return None
    if not value.isdecimal() or len(value) > 18:
        raise field_problem(name, "does not exist")
    return int(value)


def read_ramp(form: Mapping[str, str], name: str) -> list[int]:
    """Percentages separated by commas."""
    try:
        return [int(part.strip().removesuffix("%")) for part in form.get(name, "").split(",") if part.strip()]
    except ValueError:
        raise field_problem(name, "must be numbers separated by commas, such as 25, 50, 75") from None


def read_upload(upload: FileStorage | None) -> str:
    """The text of an uploaded CSV file."""
    if upload is None or not upload.filename:
        raise field_problem("file", "is missing")
    content: bytes = upload.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise field_problem("file", "is not in UTF-8: save it as CSV UTF-8") from None


def field_errors(problem: Problem) -> dict[str, str]:
    """By field; under ``form`` for a problem of the whole form."""
    name = problem.errors[0]["field"] if problem.errors else "form"
    return {name: as_sentence(problem)}
