"""Runs Vale styles over a text and reports in Vale's own JSON format (https://vale.sh/docs/cli/#output)."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from nlp.rules.pattern_set import PatternSet
from nlp.rules.patterns import TooSlow, time_budget
from nlp.rules.vale import markdown as blocks
from nlp.rules.vale import scopes
from nlp.rules.vale.block import Block, Document
from nlp.rules.vale.ignores import Ignores
from nlp.rules.vale.rule import Hit, Memory, Rule

#: Rules that may exceed the time limit on one text before the other rules without linear run time are skipped.
MAX_SLOW_RULES = 8
#: Anchors of a whole text: the texts of all blocks are searched at once for what may match, and there they would not match.
_WHOLE_TEXT = re.compile(r"\\[AzZ]|\^|\$")


class Report(NamedTuple):
    """The alerts of one text in order of position, and one line for each rule that took too long on it."""

    alerts: list[dict[str, Any]]
    problems: list[str]


class _Found(NamedTuple):
    """Where a hit is in the file: its line and columns, from 1, and the words that it covers."""

    line: int
    first: int
    last: int
    rule: Rule
    hit: Hit
    words: str


class Linter:
    """Runs rules over texts. Safe to share between threads."""

    def __init__(self, rules: tuple[Rule, ...], ignores: Ignores | None = None) -> None:
        self._rules = rules
        self._ignores = ignores or Ignores()
        self._styles = frozenset(rule.id.partition(".")[0] for rule in rules)
        self._units = frozenset(name for rule in rules for terms in rule.scopes for term in terms for name in term.names)
        self._patterns = PatternSet({rule.id: searchable(rule) for rule in rules})

    def run(self, text: str, *, markdown: bool = False, extension: str = "") -> Report:
        """Lints ``text``, the content of a file with ``extension``. The ``Span`` of an alert is its first and last column,
        counted from 1."""
        text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
        problems: list[str] = []
        document = (
            self._read(text, extension or "md", problems) if markdown else blocks.plain(text, extension or "txt", self._units)
        )
        places = _Places(text)
        possible = self._patterns.match("\n\n".join(block.text for block in document.blocks))
        found: list[_Found] = []
        for rule in self._rules:
            if rule.id not in possible:
                continue
            if len(problems) >= MAX_SLOW_RULES and not rule.is_linear:
                problems.append(f"{rule.id}: skipped, because {MAX_SLOW_RULES} rules took too long")
                continue
            try:
                with time_budget():
                    # All or none: half of its alerts would mislead.
                    found += list(_limited(places.locate(rule, _hits(rule, document)), rule.limit))
            except TooSlow as error:
                problems.append(str(error))
        found.sort(key=lambda item: (item.line, item.first, item.rule.id))
        return Report([_alert(item) for item in found], problems)

    def _read(self, text: str, extension: str, problems: list[str]) -> Document:
        """The blocks of a Markdown file; without what the configuration leaves out if finding that takes too long."""
        try:
            with time_budget():
                return blocks.read(text, extension, self._ignores, self._styles, self._units)
        except TooSlow as error:
            problems.append(str(error))
            return blocks.read(text, extension, Ignores(), self._styles, self._units)


def searchable(rule: Rule) -> str | None:
    """A pattern that is found in the text of a file wherever the rule fires; ``None`` where there is none."""
    pattern = rule.prefilter.pattern if rule.prefilter is not None else None
    return None if pattern is None or _WHOLE_TEXT.search(pattern) else pattern


def _hits(rule: Rule, document: Document) -> Iterator[tuple[Block, Hit]]:
    memory: Memory = set()
    selected: dict[frozenset[str], bool] = {}
    for block in document.blocks:
        if block.scope not in selected:
            selected[block.scope] = scopes.select(rule.scopes, block.scope)
        if not selected[block.scope] or block.switches.silence(rule.id):
            continue
        for hit in rule.find(block, memory, document.elements):
            if not block.switches.names or not block.switches.silence(rule.id, block.text[hit.start : hit.end]):
                yield block, hit


def _limited(found: Iterator[_Found], limit: int) -> Iterator[_Found]:
    """One of each place, and at most ``limit``; 0 for no limit."""
    seen: set[tuple[int, int]] = set()
    for item in found:
        if (item.line, item.first) not in seen:
            seen.add((item.line, item.first))
            yield item
            if len(seen) == limit:
                return


class _Places:
    """The lines and columns of a file."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(end.end() for end in re.finditer("\n", text))]
        self._length = len(text)

    def locate(self, rule: Rule, hits: Iterator[tuple[Block, Hit]]) -> Iterator[_Found]:
        for block, hit in hits:
            if hit.whole:
                yield _Found(1, 1, 1, rule, hit, "")
                continue
            start, end = block.offset(hit.start), block.offset(max(hit.start, hit.end - 1)) + 1
            line = bisect.bisect_right(self._starts, start)
            line_start = self._starts[line - 1]
            # The span of a match over several lines ends with its first line.
            line_end = self._starts[line] - 1 if line < len(self._starts) else self._length
            last = max(start, min(end, line_end) - 1)
            words = block.text[hit.start : hit.end] if hit.match is None else hit.match
            yield _Found(line, start - line_start + 1, last - line_start + 1, rule, hit, words)


def _alert(found: _Found) -> dict[str, Any]:
    rule, hit = found.rule, found.hit
    return {
        "Action": {
            "Name": rule.action.name or ("replace" if hit.replacements else ""),
            "Params": list(hit.replacements) or None,
        },
        "Check": rule.id,
        "Description": rule.description,
        "Line": found.line,
        "Link": rule.link,
        "Match": found.words,
        "Message": rule.message(hit),
        "Severity": rule.level,
        "Span": [found.first, found.last],
    }
