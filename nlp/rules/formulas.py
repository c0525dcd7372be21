"""Formulas of metric rules: arithmetic over named counts, parsed into a tree and never run as code."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from nlp.language.syllables import syllables

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line

#: Readability formulas mean nothing on fewer words (EVIDENCE.md W9).
MIN_WORDS = 30
LONG_WORD = 6
COMPLEX_SYLLABLES = 3

_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}

LARGEST = 1_000_000_000_000
_FUNCTIONS: Mapping[str, Callable[[float], float]] = {"math.sqrt": math.sqrt, "math.log": math.log}

COUNTS = ("words", "sentences", "paragraphs", "characters", "syllables", "polysyllabic_words", "complex_words", "long_words")


def counts(reading: Reading) -> dict[str, float]:
    """The counts that a metric rule may name, over the prose."""
    complex_words = reading.sum_lines(_many_syllables)
    return {
        "words": len(reading.words),
        "sentences": len(reading.prose_sentences),
        "paragraphs": len(reading.paragraphs),
        "characters": reading.sum_lines(_letters),
        "syllables": reading.sum_lines(_syllables),
        "polysyllabic_words": complex_words,
        "complex_words": complex_words,
        "long_words": reading.sum_lines(_long_words),
    }


def _letters(line: Line) -> int:
    return sum(len(word.lower) for word in line.words)


def _syllables(line: Line) -> int:
    return sum(syllables(word.lower) for word in line.words)


def _many_syllables(line: Line) -> int:
    return sum(syllables(word.lower) >= COMPLEX_SYLLABLES for word in line.words)


def _long_words(line: Line) -> int:
    return sum(len(word.lower) > LONG_WORD for word in line.words)


def check(formula: str) -> None:
    """Raises ``ValueError`` for anything but arithmetic over known counts."""
    _value(_parsed(formula), dict.fromkeys(COUNTS, 1.0))


def value(formula: str, named: Mapping[str, float]) -> float | None:
    """The formula's value; ``None`` where the text is too short or the formula divides by zero."""
    return None if named["words"] < MIN_WORDS else _value(_parsed(formula), named)


def _parsed(formula: str) -> ast.expr:
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError("a formula must be arithmetic") from error


def meets(number: float, condition: str) -> bool:
    """Whether ``number`` meets a condition such as ``> 12``. Raises ``ValueError`` for anything else."""
    sign = next((sign for sign in _COMPARISONS if condition.strip().startswith(sign)), None)
    if sign is None:
        raise ValueError("a condition must be a comparison such as > 12")
    return _COMPARISONS[sign](number, float(condition.strip()[len(sign) :]))


def _value(node: ast.expr, named: Mapping[str, float]) -> float | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        if abs(node.value) > LARGEST:
            raise ValueError(f"a formula may contain numbers up to {LARGEST:,}")
        return float(node.value)
    if isinstance(node, ast.Name) and node.id in named:
        return named[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand, named)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left, named), _value(node.right, named)
        if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
            return None
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and ast.unparse(node.func) in _FUNCTIONS:
        inner = _value(node.args[0], named)
        return None if inner is None or inner <= 0 else _FUNCTIONS[ast.unparse(node.func)](inner)
    raise ValueError("a formula may contain only numbers, known counts, + - * /, math.sqrt and math.log")
