"""Regular expressions: RE2, which runs in linear time, or, for patterns with lookaround, a backtracking engine with a time
limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2
import regex

from nlp.rules.source import RuleError

if TYPE_CHECKING:
    from nlp.rules.source import Source

#: Characters of one pattern.
MAX_PATTERN = 200_000
#: Groups of one pattern; RE2 allocates space for each of them on every match.
MAX_GROUPS = 2_000
#: Seconds that the patterns with lookaround of one rule may take on one text.
TIME_LIMIT = 0.25
#: Bytes that RE2 may use for one pattern.
MEMORY = 64 << 20


#: What is left of these seconds while a rule runs; outside of ``time_budget`` each call has all of them.
_budget: ContextVar[float | None] = ContextVar("budget", default=None)


class TooSlow(RuleError):
    """The patterns of a rule took longer than ``TIME_LIMIT`` on a text, or all patterns longer than ``time_limit`` allows."""


@contextmanager
def time_budget() -> Iterator[None]:
    """Within it all patterns with lookaround together may take ``TIME_LIMIT``: for one rule on one text."""
    token = _budget.set(TIME_LIMIT)
    try:
        yield
    finally:
        _budget.reset(token)


_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Limits the time that all patterns with lookaround take together within the block, in wall-clock seconds."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class BacktrackingPattern:
    """A pattern that RE2 does not support. Its methods raise ``TooSlow`` when they exceed the time limit."""

    def __init__(self, pattern: str, where: str) -> None:
        self.pattern = pattern
        self._where = where
        self._compiled = regex.compile(pattern, regex.VERSION0)
        self.groups: int = self._compiled.groups

    def search(self, text: str) -> Any:
        return self._run_with_limit(lambda limit: self._compiled.search(text, timeout=limit))

    def fullmatch(self, text: str) -> Any:
        return self._run_with_limit(lambda limit: self._compiled.fullmatch(text, timeout=limit))

    def finditer(self, text: str) -> Iterator[Any]:
        matches: list[Any] = self._run_with_limit(lambda limit: list(self._compiled.finditer(text, timeout=limit)))
        return iter(matches)

    def _run_with_limit(self, run: Callable[[float], Any]) -> Any:
        left, deadline = _budget.get(), _deadline.get()
        too_slow = TooSlow(f"{self._where}: the pattern took longer than {TIME_LIMIT} seconds")
        if left is not None and left <= 0:
            raise too_slow
        until_deadline = TIME_LIMIT if deadline is None else deadline - time.monotonic()
        if until_deadline <= 0:
            raise TooSlow(f"{self._where}: the patterns of the text took too long together")
        start = time.perf_counter()
        try:
            return run(min(TIME_LIMIT if left is None else left, until_deadline))
        except TimeoutError:
            raise too_slow from None
        finally:
            if left is not None:
                _budget.set(left - (time.perf_counter() - start))


def compile_pattern(source: Source, key: str, pattern: str, *, longest: int = MAX_PATTERN) -> Any:
    """Compiles ``pattern`` to an object with the methods ``search``, ``fullmatch`` and ``finditer``. Raises ``RuleError`` at
    ``key`` where it is invalid or longer than ``longest`` characters."""
    if len(pattern) > longest:
        raise source.error(key, f"the pattern is longer than {longest:,} characters")
    if pattern.count("(") - pattern.count("(?") > MAX_GROUPS:
        raise source.error(key, f"the pattern has more than {MAX_GROUPS:,} groups")
    if any(char.isalpha() and not char.isascii() for char in pattern):
        # RE2's word boundaries treat only ASCII letters as letters, so no word would begin or end with such a letter.
        return _compile_backtracking(source, key, pattern)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
    if "too large" in reason:
        raise source.error(key, f"the pattern is too large ({reason})")
    return _compile_backtracking(source, key, pattern)


def _compile_backtracking(source: Source, key: str, pattern: str) -> BacktrackingPattern:
    try:
        return BacktrackingPattern(pattern, str(source.error(key, "")).rstrip(": "))
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise source.error(key, f"is not a valid regular expression ({error})") from error


@lru_cache(maxsize=1_000)
def substitute(pattern: str, replacement: str, words: str) -> str:
    """``words`` with every match of ``pattern`` replaced; unchanged where that fails or takes too long."""
    try:
        return str(regex.sub(pattern, replacement.replace("$", "\\"), words, timeout=TIME_LIMIT / 10))
    except (regex.error, TimeoutError, IndexError):
        return words


def is_linear(pattern: Any) -> bool:
    return pattern is not None and not isinstance(pattern, BacktrackingPattern)
