"""The order of rows and lines, and which of them a search finds.

People are listed by name, or from the highest number, never from the lowest. Of a number that would make the list a ranking of
persons, social credit and attainment, only the upper half is ordered by it, and everybody else is listed by name: nobody is
last (TRUST.md R2, C15). People who do not take part in social credit have no place in its order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from server.people.standard_metrics import LEDGER_METRIC
from server.scorecards.views import TeamLine, TeamRow

#: No metric has such a key.
NAME, ATTAINMENT = "", "_attainment"


@dataclass(frozen=True, slots=True)
class Rows:
    """``sort`` is what they are ordered by. ``ranked``: how many of the first ones are, if not all; the others follow by
    name."""

    rows: tuple[TeamRow, ...]
    sort: str
    ranked: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[TeamLine, ...]
    sort: str


def _valid(sort: str, keys: Collection[str], *, has_weights: bool) -> str:
    return sort if sort in keys or (sort == ATTAINMENT and has_weights) else NAME


def list_rows(rows: Sequence[TeamRow], *, sort: str, search: str, keys: Collection[str], has_weights: bool) -> Rows:
    """``rows``: by name. ``keys``: of the metrics that can be sorted by. ``search``: part of a name, of the person or team."""
    sort = _valid(sort, keys, has_weights=has_weights)
    ordered, ranked = list(rows), None
    if sort in (LEDGER_METRIC, ATTAINMENT):
        first = _upper_half(rows, _attainment if sort == ATTAINMENT else _points)
        placed = {row.user_id for row in first}
        ordered = [*first, *(row for row in rows if row.user_id not in placed)]
        ranked = sum(_matches(search, row.name, row.team_name) for row in first)
    elif sort != NAME:
        ordered.sort(key=lambda row: -row.metrics[sort].value)
    return Rows(tuple(row for row in ordered if _matches(search, row.name, row.team_name)), sort, ranked)


def _upper_half(rows: Sequence[TeamRow], number: Callable[[TeamRow], float]) -> list[TeamRow]:
    """Of those with any number; the middle one is in it."""
    with_number = sorted((row for row in rows if number(row) > 0), key=lambda row: -number(row))
    return with_number[: (len(with_number) + 1) // 2]


def _points(row: TeamRow) -> float:
    return row.metrics[LEDGER_METRIC].value if row.metrics[LEDGER_METRIC].takes_part else 0


def _attainment(row: TeamRow) -> float:
    return row.attainment.percent if row.attainment else 0


def list_lines(lines: Sequence[TeamLine], *, sort: str, search: str, keys: Collection[str], has_weights: bool) -> Lines:
    """``lines``: by name. Numbers of teams are ordered by the average per person, so that large teams are not first for being
    large; hidden ones are last, by name. ``search``: part of a name, of the team or of somebody who leads it."""
    sort = _valid(sort, keys, has_weights=has_weights)
    ordered = list(lines)
    if sort == ATTAINMENT:
        ordered.sort(key=lambda line: -line.attainment.percent if line.attainment else 1)
    elif sort != NAME:
        ordered.sort(key=lambda line: 1 if (average := line.totals[sort].average) is None else -average)
    return Lines(tuple(line for line in ordered if _matches(search, line.name, *line.managers)), sort)


def _matches(search: str, *names: str) -> bool:
    return any(search.casefold() in name.casefold() for name in names)
