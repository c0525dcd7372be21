"""Reads counts and amounts of money, with either decimal sign."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from server.imports.cells import Cell, as_text, is_empty

DecimalSign = Literal[".", ","]

_NOT_NUMBER = re.compile(r"[A-Za-z€$£¥\s'\u00a0\u202f]+")
_SIGNED = re.compile(r"\(?[+-]?[\d.,]+\)?-?$")
#: 1,234 or 1.234.567: groups of three after the sign that separates thousands.
_GROUPED = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*$")


def guess_decimal_sign(cells: Iterable[Cell]) -> DecimalSign:
    """The comma if a number says so: 1.234,50 or 0,5, or 12.000 where no number has a point before other than three digits."""
    is_grouped_by_point = False
    for cell in cells:
        if not isinstance(cell, str):
            continue
        digits = _NOT_NUMBER.sub("", cell).strip("()+-")
        comma, point = digits.rfind(","), digits.rfind(".")
        if _GROUPED.match(digits):
            is_grouped_by_point = is_grouped_by_point or point >= 0
        elif comma != point:
            return "," if comma > point else "."
    return "," if is_grouped_by_point else "."


def parse_amount(cell: Cell, *, decimal_sign: DecimalSign = ".") -> Decimal | None:
    """None for an empty cell. Raises ``ValueError`` if it is not a number."""
    if is_empty(cell) or isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return Decimal(str(cell))
    text = _NOT_NUMBER.sub("", as_text(cell))
    if not _SIGNED.match(text) or not any(char.isdigit() for char in text):
        raise ValueError(f'"{as_text(cell)[:40]}" is not a number')
    digits = text.strip("()+-")
    thousands = "," if decimal_sign == "." else "."
    digits = digits.replace(thousands, "").replace(decimal_sign, ".")
    if digits.count(".") > 1:
        raise ValueError(f'"{as_text(cell)[:40]}" is not a number')
    is_negative = text.startswith(("-", "(")) or text.endswith("-")
    return -Decimal(digits) if is_negative else Decimal(digits)


def parse_whole(cell: Cell, *, decimal_sign: DecimalSign = ".") -> int | None:
    """As ``parse_amount``, rounded to a whole number."""
    amount = parse_amount(cell, decimal_sign=decimal_sign)
    return None if amount is None else int(amount.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
