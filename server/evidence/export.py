"""The panel as a file for another analyst: CSV, or JSON with its rules. Both are streamed, some people at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy.orm import Session

from server.core.problems import Problem
from server.evidence.panel import RULES, Facts, Plan, make_plan, read_lines, read_rows


def plan_for(session: Session) -> Plan:
    """409 if there is nothing to put into a file."""
    plan = make_plan(session)
    if plan is None:
        raise Problem(409, "no-panel", "No whole week of anything is recorded yet")
    return plan


def as_csv(session: Session, plan: Plan, token: str) -> Iterator[str]:
    """Byte for byte what the run computed from, if no record has changed since: ``sha256sum`` gives the hash of its report."""
    yield from read_lines(session, plan, token=token, facts=Facts())


def as_json(session: Session, plan: Plan, token: str) -> Iterator[str]:
    """An object with ``rules``, ``columns``, ``starts`` (by column, its first week) and ``rows``, each a list in the order of
    ``columns``; an empty cell is null."""
    head = {
        "rules": RULES,
        "columns": plan.columns,
        "starts": {column: week.isoformat() for column, week in plan.starts.items()},
    }
    yield json.dumps(head)[:-1] + ', "rows": ['
    is_first = True
    for rows in read_rows(session, plan, token=token, facts=Facts()):
        lines = [json.dumps([_value(cell) for cell in row]) for row in rows]
        if lines:
            yield ("" if is_first else ",\n") + ",\n".join(lines)
            is_first = False
    yield "]}\n"


def _value(cell: object) -> object:
    if isinstance(cell, date):
        return cell.isoformat()
    return None if cell == "" else cell


WRITERS: dict[str, Callable[[Session, Plan, str], Iterator[str]]] = {"csv": as_csv, "json": as_json}
