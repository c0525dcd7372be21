"""How a file writes dates and amounts, as its own lines tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.imports.amounts import DecimalSign, guess_decimal_sign
from server.imports.dates import DayOrder, guess_day_order
from server.imports.mapping import Mapping
from server.imports.sheets import Line


@dataclass(frozen=True, slots=True)
class Style:
    """``day_order`` is None if no line tells it, and the mapping does not say."""

    day_order: DayOrder | None
    decimal_sign: DecimalSign


def find_style(columns: Sequence[str], lines: Iterable[Line], mapping: Mapping) -> Style:
    position = {name: index for index, name in enumerate(columns)}
    dates = {position[name] for rule in mapping.rules for name in (rule.occurred, rule.booked_for) if name}
    amounts = {position[name] for rule in mapping.rules for name in (rule.count, rule.value) if name}
    sample = [line.cells for line in lines]
    return Style(
        day_order=mapping.day_order or guess_day_order(cells[index] for cells in sample for index in dates),
        decimal_sign=guess_decimal_sign(cells[index] for cells in sample for index in amounts),
    )
