"""Formulas of metric rules: arithmetic over named counts, parsed into a tree and never run as code."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from nlp.language.syllables import syllables

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.line import Line
    from nlp.language.types import Word
    from nlp.model import Span

#: Readability formulas mean nothing on fewer words (EVIDENCE.md W9).
MIN_WORDS = 30
#: A shorter sentence is not what makes a text hard to read.
MIN_SENTENCE_WORDS = 8
#: Letters; a longer word counts as long (LIX, Björnsson 1968).
MAX_SHORT_WORD = 6
MIN_COMPLEX_SYLLABLES = 3

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

MAX_NUMBER = 1_000_000_000_000
_FUNCTIONS: Mapping[str, Callable[[float], float]] = {"math.sqrt": math.sqrt, "math.log": math.log, "math.abs": abs}

COUNTS = ("words", "sentences", "paragraphs", "characters", "syllables", "polysyllabic_words", "complex_words", "long_words")


def counts(reading: Reading) -> dict[str, float]:
    """The counts that a metric rule may name, over the prose."""
    complex_words = reading.sum_lines(_count_complex_words)
    return {
        "words": len(reading.words),
        "sentences": len(reading.prose_sentences),
        "paragraphs": len(reading.paragraphs),
        "characters": reading.sum_lines(_count_letters),
        "syllables": reading.sum_lines(_count_syllables),
        "polysyllabic_words": complex_words,
        "complex_words": complex_words,
        "long_words": reading.sum_lines(_count_long_words),
    }


def _count_letters(line: Line) -> int:
    return sum(len(word.lower) for word in line.words)


def _count_syllables(line: Line) -> int:
    return sum(syllables(word.lower) for word in line.words)


def _count_complex_words(line: Line) -> int:
    return sum(syllables(word.lower) >= MIN_COMPLEX_SYLLABLES for word in line.words)


def _count_long_words(line: Line) -> int:
    return sum(len(word.lower) > MAX_SHORT_WORD for word in line.words)


def hardest_sentence(formula: str, reading: Reading) -> Span | None:
    """The sentence of at least ``MIN_SENTENCE_WORDS`` words with the highest value of ``formula``; ``None`` where there is
    none."""
    rated = [
        (value, span)
        for span, words in zip(reading.prose_sentences, reading.words_by_sentence, strict=True)
        if len(words) >= MIN_SENTENCE_WORDS and (value := _evaluate(_parse(formula), _sentence_counts(words))) is not None
    ]
    return max(rated, key=lambda pair: (pair[0], -pair[1].start))[1] if rated else None


def _sentence_counts(words: Sequence[Word]) -> dict[str, float]:
    by_word = [syllables(word.lower) for word in words]
    complex_words = sum(count >= MIN_COMPLEX_SYLLABLES for count in by_word)
    return {
        "words": len(words),
        "sentences": 1,
        "paragraphs": 1,
        "characters": sum(len(word.lower) for word in words),
        "syllables": sum(by_word),
        "polysyllabic_words": complex_words,
        "complex_words": complex_words,
        "long_words": sum(len(word.lower) > MAX_SHORT_WORD for word in words),
    }


def validate(formula: str, names: Iterable[str] = COUNTS) -> None:
    """Raises ``ValueError`` unless ``formula`` is arithmetic over ``names``."""
    compute(formula, dict.fromkeys(names, 1.0))


def evaluate(formula: str, named: Mapping[str, float]) -> float | None:
    """The formula's value; ``None`` where the text is too short or the formula divides by zero."""
    return None if named["words"] < MIN_WORDS else compute(formula, named)


def compute(formula: str, named: Mapping[str, float]) -> float | None:
    """The formula's value; ``None`` where it divides by zero. Raises ``ValueError`` for anything but arithmetic over the names
    of ``named``."""
    return _evaluate(_parse(formula), named)


def _parse(formula: str) -> ast.expr:
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError("must be arithmetic, such as words / sentences") from error


def satisfies(number: float, condition: str) -> bool:
    """Whether ``number`` satisfies a condition such as ``> 12``. Raises ``ValueError`` for anything else."""
    sign = next((sign for sign in _COMPARISONS if condition.strip().startswith(sign)), None)
    if sign is None:
        raise ValueError("must be a comparison, such as > 12")
    return _COMPARISONS[sign](number, float(condition.strip()[len(sign) :]))


def _evaluate(node: ast.expr, named: Mapping[str, float]) -> float | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        if abs(node.value) > MAX_NUMBER:
            raise ValueError(f"may contain numbers up to {MAX_NUMBER:,}")
        return float(node.value)
    if isinstance(node, ast.Name) and node.id in named:
        return named[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _evaluate(node.operand, named)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _evaluate(node.left, named), _evaluate(node.right, named)
        if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
            return None
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and ast.unparse(node.func) in _FUNCTIONS:
        inner = _evaluate(node.args[0], named)
        function = _FUNCTIONS[ast.unparse(node.func)]
        return None if inner is None or (inner <= 0 and function is not abs) else function(inner)
    raise ValueError("may contain only numbers, the counts that a text has, + - * /, math.sqrt, math.log and math.abs")
