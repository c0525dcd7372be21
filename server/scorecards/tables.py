"""The tables of a team's page, as they are on screen, for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from server.core.spreadsheet import Cell
from server.people.models import Metric
from server.scorecards.attainment import Attainment
from server.scorecards.labels import averaged_over, before_name, period_name
from server.scorecards.listing import Lines, Rows
from server.scorecards.views import Series, TeamLine, TeamRow, TeamScorecard, Total

NOT_TAKING_PART = "not taking part"
HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Literal["text", "number", "decimal", "date"] = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` have a cell for each of ``columns``. Texts in columns of numbers say why there is none."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def scorecard_table(card: TeamScorecard, listed: Rows | Lines, *, currency: str) -> Table:
    """The rows or lines that are on screen, in their order, each with the days that it is about; then the total of the team. In
    team-only mode without teams below, only the total."""
    is_lines = isinstance(listed, Lines)
    about = _Columns(card, currency, has_average=is_lines)
    rows = [about.of_line(line) for line in listed.lines] if isinstance(listed, Lines) else map(about.of_row, listed.rows)
    return Table("Teams" if is_lines else "People", about.columns(), (*rows, *about.rest(is_lines=is_lines), about.total()))


def chart_table(card: TeamScorecard, *, currency: str) -> Table:
    """The numbers of the charts: a row for each period."""
    columns = [Column("Period"), Column("First day", "date"), Column("Last day", "date")]
    for metric in card.metrics:
        title = _title(metric, currency)
        columns += [Column(title, "number"), Column(f"{title}, target", "number")]
    rows = []
    for index, period in enumerate(card.plan.chart):
        cells: list[Cell] = [period_name(period), period.first, period.last]
        for metric in card.metrics:
            total = card.totals[metric.key]
            cells += [_or_hidden(total.series[index]), total.targets[index]]
        rows.append(tuple(cells))
    return Table("Charts", tuple(columns), tuple(rows))


class _Columns:
    def __init__(self, card: TeamScorecard, currency: str, *, has_average: bool) -> None:
        self._card, self._currency, self._has_average = card, currency, has_average
        self._before = before_name(card.plan)

    def columns(self) -> tuple[Column, ...]:
        columns = [
            Column("Name"),
            Column("Managers" if self._has_average else "Team"),
            Column("First day", "date"),
            Column("Last day", "date"),
        ]
        for metric in self._card.metrics:
            title = _title(metric, self._currency)
            columns += [Column(title, "number"), Column(f"{title}, target", "number")]
            if self._card.plan.is_running:
                columns.append(Column(f"{title}, target of the days so far", "number"))
            if self._has_average:
                columns.append(Column(f"{title}, average per {averaged_over(metric)}", "decimal"))
            if self._before:
                columns.append(Column(f"{title}, {self._before}", "number"))
        if self._card.has_weights:
            columns.append(Column("Attainment, percent", "decimal"))
        return tuple(columns)

    def of_row(self, row: TeamRow) -> tuple[Cell, ...]:
        return self._cells(row.name, row.team_name, row.metrics, row.attainment)

    def of_line(self, line: TeamLine) -> tuple[Cell, ...]:
        name = line.name if line.team_id is not None else f"In {self._card.team_name} itself"
        return self._cells(name, ", ".join(line.managers), line.totals, line.attainment)

    def total(self) -> tuple[Cell, ...]:
        return self._cells("Total", "" if self._has_average else self._card.team_name, self._card.totals, self._card.attainment)

    def rest(self, *, is_lines: bool) -> Iterator[tuple[Cell, ...]]:
        others = self._card.others
        if others is not None and not is_lines:
            numbers = {key: Series(value, None, (), ()) for key, value in others.numbers.items()}
            cells = self._cells("Left or moved", self._card.team_name, numbers, None)
            yield cells

    def _cells(
        self, name: str, team: str, numbers: dict[str, Series] | dict[str, Total], attainment: Attainment | None
    ) -> tuple[Cell, ...]:
        period = self._card.plan.period
        cells: list[Cell] = [name, team, period.first, period.last]
        for metric in self._card.metrics:
            cells += self._of_metric(metric, numbers[metric.key])
        return (*cells, attainment.percent if attainment else None) if self._card.has_weights else tuple(cells)

    def _of_metric(self, metric: Metric, number: Series | Total) -> Sequence[Cell]:
        value = _or_hidden(number.value)
        if isinstance(number, Series) and not number.takes_part:
            value = NOT_TAKING_PART
        cells: list[Cell] = [value, number.target]
        if self._card.plan.is_running:
            cells.append(number.due)
        if self._has_average:
            cells.append(number.average if isinstance(number, Total) else None)
        if self._before:
            cells.append(None if value == NOT_TAKING_PART else _or_hidden(number.before))
        return cells


def _title(metric: Metric, currency: str) -> str:
    """Cells are plain numbers, so the unit is in the heading."""
    return f"{metric.title} ({currency})" if metric.unit == "money" else metric.title


def _or_hidden(value: int | None) -> Cell:
    return HIDDEN if value is None else value
