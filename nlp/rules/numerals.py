"""Whole numbers and ordinals in words and in digits."""

from __future__ import annotations

import re

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
             "twelve": "twelfth"}  # fmt: skip
_CARDINALS = {ordinal: cardinal for cardinal, ordinal in _ORDINALS.items()}
_VALUES = {name: value for value, name in enumerate(_UNITS)} | {name: 10 * number for number, name in enumerate(_TENS) if name}
_FACTORS = {name: factor for factor, name in _SCALES}
_DIGITS = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(st|nd|rd|th)?")


def spelled_out(words: str) -> str:
    """``21`` as ``twenty-one`` and ``3rd`` as ``third``; any other text unchanged."""
    match = _DIGITS.fullmatch(words.strip())
    if match is None:
        return words
    made = _name(int(match[1].replace(",", "")))
    return _ordinal(made) if match[2] else made


def in_digits(words: str) -> str:
    """``twenty-one`` as ``21`` and ``third`` as ``3rd``; any other text unchanged."""
    names = re.split(r"[\s-]+", words.strip().lower())
    last = _cardinal(names[-1])
    value = _value([*names[:-1], last or names[-1]])
    if value is None:
        return words
    return f"{value}{_suffix(value)}" if last else str(value)


def _name(number: int) -> str:
    if number < len(_UNITS):
        return _UNITS[number]
    for factor, name in _SCALES:
        if number >= factor:
            rest = f" {_name(number % factor)}" if number % factor else ""
            return f"{_name(number // factor)} {name}{rest}"
    return _TENS[number // 10] + (f"-{_UNITS[number % 10]}" if number % 10 else "")


def _ordinal(name: str) -> str:
    start, last = re.fullmatch(r"(.*?)(\w+)", name, re.DOTALL).groups()  # type: ignore[union-attr] # a name ends in letters
    return start + _ORDINALS.get(last, f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def _cardinal(name: str) -> str:
    """The cardinal of an ordinal such as ``third``; empty for any other word."""
    if name in _CARDINALS:
        return _CARDINALS[name]
    if name.endswith("ieth"):
        return f"{name[:-4]}y"
    return name[:-2] if name.endswith("th") else ""


def _suffix(number: int) -> str:
    return "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _value(names: list[str]) -> int | None:
    total = part = 0
    for name in names:
        if name in _VALUES:
            part += _VALUES[name]
        elif name == "hundred" and part:
            part *= 100
        elif name in _FACTORS and part:
            total, part = total + part * _FACTORS[name], 0
        elif name != "and" or not (total or part):
            return None
    return total + part
