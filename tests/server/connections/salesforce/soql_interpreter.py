"""Evaluates SOQL on records in memory, as far as the queries of ``server.connections.salesforce.soql`` go, and as strictly as
Salesforce: an unknown field, a date compared with a time or an ungrouped column is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Record = dict[str, Any]
_TOKEN = re.compile(
    r"\s*(?:(?P<datetime>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))|(?P<date>\d{4}-\d\d-\d\d)|(?P<number>\d+)"
    r"|(?P<string>'(?:[^'\\]|\\.)*')|(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|!=|[=<>(),]))"
)
_WORDS = {"SELECT", "FROM", "WHERE", "GROUP", "BY", "ORDER", "LIMIT", "AND", "OR", "IN", "NOT"}


class SoqlError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Organisation:
    """``fields``: of each object that may be read, their types. ``rates``: by currency, how much one unit of the corporate one
    is worth; empty with one currency."""

    fields: dict[str, dict[str, type]]
    zone: ZoneInfo
    rates: dict[str, Decimal]
    user_currency: str


@dataclass
class Result:
    records: list[Record]
    is_aggregate: bool


@dataclass(frozen=True)
class Column:
    """``text`` identifies an expression in GROUP BY."""

    name: str
    text: str
    read: Callable[[Record], Any]
    total: Callable[[list[Record]], Any] | None = None


def run(text: str, rows: Callable[[str], Iterable[Record]], organisation: Organisation) -> Result:
    return _Query(text, organisation).run(rows)


class _Query:
    def __init__(self, text: str, organisation: Organisation) -> None:
        self._organisation = organisation
        self._tokens = _tokenise(text)
        self._place = 0
        # The object is named after the columns, which are checked against it.
        names = [value for kind, value in self._tokens]
        self._object = names[names.index("FROM") + 1] if "FROM" in names[:-1] else ""
        if self._object not in organisation.fields:
            raise SoqlError("INVALID_TYPE", f"sObject type '{self._object}' is not supported.")
        self._fields = organisation.fields[self._object]

    def run(self, rows: Callable[[str], Iterable[Record]]) -> Result:
        self._expect("SELECT")
        columns = self._list(self._column)
        self._expect("FROM")
        self._next()
        condition = self._either() if self._accept("WHERE") else lambda _: True
        groups = self._list(self._column) if self._accept("GROUP", "BY") else []
        order = self._list(self._column) if self._accept("ORDER", "BY") else []
        limit = int(self._next()[1]) if self._accept("LIMIT") else None
        if self._place < len(self._tokens):
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{self._tokens[self._place][1]}'")
        found = [row for row in rows(self._object) if condition(row)]
        is_aggregate = bool(groups) or any(column.total for column in columns)
        if is_aggregate:
            return Result(self._aggregate(columns, groups, found)[:limit], is_aggregate=True)
        found.sort(key=lambda row: tuple(column.read(row) for column in order))
        return Result([{column.name: column.read(row) for column in columns} for row in found[:limit]], is_aggregate=False)

    def _aggregate(self, columns: list[Column], groups: list[Column], found: list[Record]) -> list[Record]:
        grouped = {column.text for column in groups}
        for column in columns:
            if column.total is None and column.text not in grouped:
                raise SoqlError("MALFORMED_QUERY", f"Field must be grouped or aggregated: {column.text}")
        members: dict[tuple[Any, ...], list[Record]] = {}
        for row in found:
            members.setdefault(tuple(column.read(row) for column in groups), []).append(row)
        if len(members) > 2000:
            message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
            raise SoqlError("EXCEEDED_ID_LIMIT", message)
        return [
            {column.name: column.total(rows) if column.total else column.read(rows[0]) for column in columns}
            for rows in members.values()
        ]

    def _column(self) -> Column:
        start = self._place
        read, total = self._expression()
        text = "".join(value for _, value in self._tokens[start : self._place])
        kind, value = self._peek()
        has_alias = kind == "name" and value not in _WORDS
        name = self._next()[1] if has_alias else text
        return Column(name, text, read, total)

    def _expression(self) -> tuple[Callable[[Record], Any], Callable[[list[Record]], Any] | None]:
        kind, name = self._next()
        if kind != "name":
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{name}'")
        if not self._accept("("):
            self._check_field(name)
            return (lambda row: row[name]), None
        read, _ = self._expression()
        self._expect(")")
        if name == "COUNT":
            return read, len
        if name == "SUM":
            return read, lambda rows: _sum(self._in_corporate_currency(row, read(row)) for row in rows)
        if name == "DAY_ONLY":
            return (lambda row: _day(read(row))), None
        if name == "convertTimezone":
            return (lambda row: _local(read(row), self._organisation.zone)), None
        if name == "convertCurrency" and self._organisation.rates:
            rate = self._organisation.rates[self._organisation.user_currency]
            return (lambda row: None if read(row) is None else self._in_corporate_currency(row, read(row)) * rate), None
        raise SoqlError("MALFORMED_QUERY", f"unknown function: {name}")

    def _in_corporate_currency(self, row: Record, amount: Decimal | None) -> Decimal | None:
        rates = self._organisation.rates
        return amount / rates[row["CurrencyIsoCode"]] if rates and amount is not None else amount

    def _either(self) -> Callable[[Record], bool]:
        parts = [self._both()]
        while self._accept("OR"):
            parts.append(self._both())
        return lambda row: any(part(row) for part in parts)

    def _both(self) -> Callable[[Record], bool]:
        parts = [self._comparison()]
        while self._accept("AND"):
            parts.append(self._comparison())
        return lambda row: all(part(row) for part in parts)

    def _comparison(self) -> Callable[[Record], bool]:
        if self._accept("("):
            inner = self._either()
            self._expect(")")
            return inner
        field = self._next()[1]
        self._check_field(field)
        if self._accept("NOT", "IN"):
            values = self._values(field)
            return lambda row: row[field] is not None and row[field] not in values
        if self._accept("IN"):
            values = self._values(field)
            return lambda row: row[field] in values
        sign, value = self._next()[1], self._value(field)
        compare = _COMPARISONS.get(sign)
        if compare is None:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{sign}'")
        return lambda row: compare(row[field], value)

    def _values(self, field: str) -> list[Any]:
        self._expect("(")
        values = self._list(lambda: self._value(field))
        self._expect(")")
        return values

    def _value(self, field: str) -> Any:
        kind, text = self._next()
        value: Any
        if kind == "datetime":
            value = datetime.fromisoformat(text)
        elif kind == "date":
            value = date.fromisoformat(text)
        elif kind == "string":
            value = text[1:-1]
        elif text in ("true", "false", "null"):
            value = {"true": True, "false": False, "null": None}[text]
        else:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{text}'")
        expected = self._fields[field]
        if value is not None and type(value) is not expected:
            message = f"value of filter criterion for field '{field}' must be of type {expected.__name__}"
            raise SoqlError("INVALID_FIELD", message)
        return value

    def _check_field(self, name: str) -> None:
        if name not in self._fields:
            where = f"\nSELECT Id, {name} FROM\n           ^\nERROR at Row:1:Column:12\n"
            message = f"{where}No such column '{name}' on entity '{self._object}'."
            raise SoqlError("INVALID_FIELD", message)

    def _list(self, read: Callable[[], Any]) -> list[Any]:
        items = [read()]
        while self._accept(","):
            items.append(read())
        return items

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._place += 1
        return token

    def _accept(self, *words: str) -> bool:
        found = tuple(value for _, value in self._tokens[self._place : self._place + len(words)])
        if found == words:
            self._place += len(words)
        return found == words

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise SoqlError("MALFORMED_QUERY", f"expecting '{word}', found '{self._peek()[1]}'")


def _tokenise(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{text[place:][:20]}'")
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return tokens


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: left is not None and right is not None and compare(left, right)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
}


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    present = [amount for amount in amounts if amount is not None]
    return sum(present, Decimal(0)) if present else None


def _day(value: datetime | None) -> date | None:
    """Of a time in UTC, unless ``convertTimezone`` has converted it."""
    return None if value is None else value.date()


def _local(value: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if value is None else value.astimezone(UTC).astimezone(zone)
