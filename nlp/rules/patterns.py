"""Patterns: RE2, whose time is linear in the text; for patterns with lookaround, a backtracking engine with a time limit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2
import regex

from nlp.rules.source import RuleError

if TYPE_CHECKING:
    from nlp.rules.source import Source

MAX_PATTERN = 200_000
#: Groups of one pattern: RE2 allocates space for each of them on every match.
MAX_GROUPS = 2_000
#: Seconds that a pattern with lookaround may take on one text.
TIME_LIMIT = 0.25
#: Bytes that RE2 may use for one pattern.
MEMORY = 64 << 20


class TooSlow(RuleError):
    """A pattern took longer than ``TIME_LIMIT`` on a text."""


class Limited:
    """A pattern that RE2 cannot run. Its methods raise ``TooSlow`` once the time limit is up."""

    def __init__(self, pattern: str, where: str) -> None:
        self.pattern = pattern
        self._where = where
        self._compiled = regex.compile(pattern, regex.VERSION0)
        self.groups: int = self._compiled.groups

    def search(self, text: str) -> Any:
        return self._in_time(lambda: self._compiled.search(text, timeout=TIME_LIMIT))

    def fullmatch(self, text: str) -> Any:
        return self._in_time(lambda: self._compiled.fullmatch(text, timeout=TIME_LIMIT))

    def finditer(self, text: str) -> Iterator[Any]:
        found: list[Any] = self._in_time(lambda: list(self._compiled.finditer(text, timeout=TIME_LIMIT)))
        return iter(found)

    def _in_time(self, run: Any) -> Any:
        try:
            return run()
        except TimeoutError:
            raise TooSlow(f"{self._where}: the pattern takes longer than {TIME_LIMIT} seconds") from None


def compiled(source: Source, key: str, pattern: str, *, longest: int = MAX_PATTERN) -> Any:
    """``pattern`` with the methods ``search``, ``fullmatch`` and ``finditer``. Raises ``RuleError`` at ``key``."""
    if len(pattern) > longest:
        raise source.error(key, f"the pattern is longer than {longest:,} characters")
    if pattern.count("(") - pattern.count("(?") > MAX_GROUPS:
        raise source.error(key, f"the pattern has more than {MAX_GROUPS:,} groups")
    if any(char.isalpha() and not char.isascii() for char in pattern):
        # RE2's word boundaries know ASCII letters only, so no word would begin or end with such a letter.
        return _limited(source, key, pattern)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        refused = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
    if "too large" in refused:
        raise source.error(key, f"the pattern is too large ({refused})")
    return _limited(source, key, pattern)


def _limited(source: Source, key: str, pattern: str) -> Limited:
    try:
        return Limited(pattern, str(source.error(key, "")).rstrip(": "))
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise source.error(key, f"is not a pattern ({error})") from error


class AnyOf:
    """Several patterns as one. ``inside``: a match within the text counts as well."""

    def __init__(self, patterns: tuple[Any, ...], *, inside: bool) -> None:
        self._patterns = patterns
        self._inside = inside

    def fullmatch(self, text: str) -> Any:
        found = (pattern.search(text) if self._inside else pattern.fullmatch(text) for pattern in self._patterns)
        return next((match for match in found if match is not None), None)


@lru_cache(maxsize=1_000)
def substituted(pattern: str, replacement: str, words: str) -> str:
    """``words`` with every match of ``pattern`` replaced; unchanged where that fails or takes too long."""
    try:
        return str(regex.sub(pattern, replacement.replace("$", "\\"), words, timeout=TIME_LIMIT / 10))
    except (regex.error, TimeoutError, IndexError):
        return words


def is_linear(pattern: Any) -> bool:
    return pattern is not None and not isinstance(pattern, Limited)
