"""Runs Vale styles over a text and reports in Vale's own JSON format (https://vale.sh/docs/cli/#output)."""

from __future__ import annotations

import bisect
import re
from typing import Any, NamedTuple

from nlp.language import read
from nlp.model import Span
from nlp.rules.pattern_set import PatternSet
from nlp.rules.patterns import TooSlow
from nlp.rules.rule import Match, Rule, Subject

#: Front matter, fenced code, inline code and comments in Markdown are not prose.
_CODE = re.compile(
    r"\A---\n.*?^---$|^(`{3,}+|~{3,}+)[^\n]*\n.*?(?:^\1|\Z)|(?<!`)`++[^`\n]*+`++|<!--.*?-->", re.DOTALL | re.MULTILINE
)
#: Rules that may exceed the time limit on one text before the other rules without linear run time are skipped.
MAX_SLOW_RULES = 8


class Report(NamedTuple):
    """The alerts of one text in order of position, and one line for each rule that took too long on it."""

    alerts: list[dict[str, Any]]
    problems: list[str]


class Linter:
    """Runs rules over texts. Safe to share between threads."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._patterns = PatternSet(rules)

    def run(self, text: str, *, markdown: bool = False) -> Report:
        """Lints ``text``. The ``Span`` of an alert is its first and last column, counted from 1."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        reading = read(_CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), text) if markdown else text)
        may_fire = self._patterns.prefilter(reading)
        subject = Subject(reading, "linkedin-post")
        matched: list[tuple[Span, Rule, Match]] = []
        problems: list[str] = []
        for rule in self._rules:
            if not may_fire(rule) or not rule.may_fire(reading):
                continue
            if len(problems) >= MAX_SLOW_RULES and not rule.is_linear:
                problems.append(f"{rule.info.id}: skipped, because {MAX_SLOW_RULES} rules took too long")
                continue
            try:
                matches = rule.matches(subject)[: rule.limit or None]
            except TooSlow as error:
                problems.append(str(error))
                continue
            matched += [(match.span or Span(0, min(1, len(text))), rule, match) for match in matches]
        matched.sort(key=lambda item: (item[0].start, item[1].info.id))
        line_starts = [0, *(end.end() for end in re.finditer("\n", text))]
        return Report([_alert(text, line_starts, *item) for item in matched], problems)


def _alert(text: str, line_starts: list[int], span: Span, rule: Rule, match: Match) -> dict[str, Any]:
    line = bisect.bisect_right(line_starts, span.start)
    line_start = line_starts[line - 1]
    # The span of a match over several lines ends with its first line.
    line_end = line_starts[line] - 1 if line < len(line_starts) else len(text)
    return {
        "Action": {
            "Name": rule.action.name or ("replace" if match.replacements else ""),
            "Params": list(match.replacements) or None,
        },
        "Check": rule.info.id,
        "Description": rule.info.why,
        "Line": line,
        "Link": rule.link,
        "Match": span.of(text),
        "Message": rule.message(match, match.span.of(text) if match.span else ""),
        "Severity": rule.level,
        "Span": [span.start - line_start + 1, max(span.start, min(span.end, line_end) - 1) - line_start + 1],
    }
