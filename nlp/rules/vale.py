"""Running Vale's styles over a file, answered in Vale's own JSON shape (https://vale.sh/docs/cli/#output)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from nlp.language import read
from nlp.model import Span
from nlp.rules import matches
from nlp.rules.kinds import message, possible
from nlp.rules.load import Rule
from nlp.rules.patterns import TooSlow
from nlp.rules.scan import Scan

#: Code in Markdown is no prose: fenced, indented by the fence's own rules, or between back ticks.
_CODE = re.compile(r"^(```+|~~~+)[^\n]*\n.*?(?:^\1|\Z)|`[^`\n]+`", re.DOTALL | re.MULTILINE)


class Found(NamedTuple):
    """The alerts of one text, by place, and a line for each rule that took too long on it."""

    alerts: list[dict[str, Any]]
    problems: list[str]


class Linter:
    """Rules ready to run over many texts. May be shared between threads."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._scan = Scan(rules)

    def run(self, text: str, *, markdown: bool = False) -> Found:
        """``Span`` of an alert is the first and last column, from 1."""
        reading = read(_CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), text) if markdown else text)
        may_fire = self._scan.possible(reading)
        found = []
        problems = []
        for rule in self._rules:
            if rule.info.id not in may_fire or not possible(rule, reading):
                continue
            try:
                told = matches(rule, reading, "linkedin-post")[: rule.limit or None]
            except TooSlow as error:
                problems.append(str(error))
                continue
            found += [(match.span or Span(0, min(1, len(text))), rule, match) for match in told]
        found.sort(key=lambda item: (item[0].start, item[1].info.id))
        return Found([_alert(text, span, rule, match) for span, rule, match in found], problems)


def _alert(text: str, span: Span, rule: Rule, match: Any) -> dict[str, Any]:
    line_start = text.rfind("\n", 0, span.start) + 1
    return {
        "Action": {
            "Name": rule.action.name or ("replace" if match.replacements else ""),
            "Params": list(match.replacements) or None,
        },
        "Check": rule.info.id,
        "Description": rule.info.why,
        "Line": text.count("\n", 0, span.start) + 1,
        "Link": rule.link,
        "Match": span.of(text),
        "Message": message(rule, match, match.span.of(text) if match.span else ""),
        "Severity": rule.level,
        "Span": [span.start - line_start + 1, max(span.start, span.end - 1) - line_start + 1],
    }
