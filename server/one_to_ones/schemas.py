"""What a manager saves, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from server.core.problems import field_problem

MAX_NOTES, MAX_PRAISE, MAX_ACTION = 5_000, 1_000, 300
#: New actions of one save; the next save has room for as many again.
MAX_NEW_ACTIONS = 3
#: Of the day of a one-to-one, before today; and of an action, after it.
MAX_PAST, MAX_AHEAD = timedelta(days=92), timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewAction:
    text: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """``version``: of the one-to-one when the page was opened; 0 if there was none. ``points``: reasons and subjects of the
    talking points that were used. ``changed``: by id of an action whose mark was changed on the page, whether it is done."""

    notes: str
    praise: str
    actions: tuple[NewAction, ...]
    points: frozenset[tuple[str, str]]
    changed: dict[int, bool]
    version: int


def check_entry(entry: Entry, *, held_on: date, today: date) -> None:
    """422 that names the field and its limit."""
    if not today - MAX_PAST <= held_on <= today:
        raise field_problem("held_on", f"must be from {today - MAX_PAST} to today")
    for name, text, limit in (("notes", entry.notes, MAX_NOTES), ("praise", entry.praise, MAX_PRAISE)):
        if len(text) > limit:
            raise field_problem(name, f"must have at most {limit:,} characters; it has {len(text):,}", limit=limit)
    for index, action in enumerate(entry.actions):
        if len(action.text) > MAX_ACTION:
            message = f"must have at most {MAX_ACTION} characters; it has {len(action.text)}"
            raise field_problem(f"action-{index}-text", message, limit=MAX_ACTION)
        if not action.text and action.due_on:
            raise field_problem(f"action-{index}-text", "is missing: what was agreed until this day?")
        if action.due_on and not held_on <= action.due_on <= held_on + MAX_AHEAD:
            raise field_problem(f"action-{index}-due", f"must be from {held_on} to {held_on + MAX_AHEAD}")
