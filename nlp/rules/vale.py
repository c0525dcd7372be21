"""Running Vale's styles over a file, answered in Vale's own JSON shape (https://vale.sh/docs/cli/#output)."""

from __future__ import annotations

import bisect
import re
from typing import Any, NamedTuple

from nlp.language import read
from nlp.model import Span
from nlp.rules import matches
from nlp.rules.kinds import message, possible
from nlp.rules.load import Rule
from nlp.rules.patterns import TooSlow, is_linear
from nlp.rules.scan import Scan

#: Front matter, fenced code, code between back ticks and comments in Markdown are no prose.
_CODE = re.compile(
    r"\A---\n.*?^---$|^(`{3,}+|~{3,}+)[^\n]*\n.*?(?:^\1|\Z)|(?<!`)`++[^`\n]*+`++|<!--.*?-->", re.DOTALL | re.MULTILINE
)
#: So many rules may take too long on one text; then those that could are left out.
MOST_SLOW = 8


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
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        reading = read(_CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), text) if markdown else text)
        may_fire = self._scan.possible(reading)
        found = []
        problems: list[str] = []
        for rule in self._rules:
            if rule.info.id not in may_fire or not possible(rule, reading):
                continue
            if len(problems) >= MOST_SLOW and not is_linear(rule.pattern):
                problems.append(f"{rule.info.id}: left out, because {MOST_SLOW} rules took too long")
                continue
            try:
                told = matches(rule, reading, "linkedin-post")[: rule.limit or None]
            except TooSlow as error:
                problems.append(str(error))
                continue
            found += [(match.span or Span(0, min(1, len(text))), rule, match) for match in told]
        found.sort(key=lambda item: (item[0].start, item[1].info.id))
        lines = [0, *(found.end() for found in re.finditer("\n", text))]
        return Found([_alert(text, lines, span, rule, match) for span, rule, match in found], problems)


def _alert(text: str, lines: list[int], span: Span, rule: Rule, match: Any) -> dict[str, Any]:
    line = bisect.bisect_right(lines, span.start)
    line_start = lines[line - 1]
    # What runs over its line is marked to the line's end.
    line_end = lines[line] - 1 if line < len(lines) else len(text)
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
        "Message": message(rule, match, match.span.of(text) if match.span else ""),
        "Severity": rule.level,
        "Span": [span.start - line_start + 1, max(span.start, min(span.end, line_end) - 1) - line_start + 1],
    }
