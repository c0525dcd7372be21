"""From matches to findings: at most a few of each rule, and no two of single words on the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from nlp.model import Finding, Span, Surface
from nlp.rules.catalogue import MayFire, prefilter
from nlp.rules.kinds.house import HighMeasure
from nlp.rules.patterns import TooSlow, time_budget
from nlp.rules.rule import NOTHING_KNOWN, Known, Match, Rule, Subject
from nlp.rules.words import is_exempt

if TYPE_CHECKING:
    from nlp.language import Reading

#: Findings of one rule in one text, where the rule sets no limit. More is clutter: the rep has understood by then.
DEFAULT_LIMIT = 3
#: Characters. A longer match is about a sentence or a block rather than about single words.
MAX_NARROW_MATCH = 80
#: Of two findings on the same words the more severe one stays.
_SEVERITY_ORDER = {"limit": 0, "check": 1, "tip": 2}


def matches(rule: Rule, reading: Reading, surface: Surface, known: Known = NOTHING_KNOWN) -> list[Match]:
    """All matches of ``rule`` that its conditions allow, in the order of the text."""
    return _matches(rule, Subject(reading, surface, known))


def find(
    reading: Reading,
    surface: Surface,
    rules: Iterable[Rule],
    *,
    is_enabled: Callable[[str], bool] = lambda _id: True,
    known: Known = NOTHING_KNOWN,
    may_fire: MayFire | None = None,
    exempt: tuple[Span, ...] = (),
) -> list[Finding]:
    """The findings of ``rules`` in a text for ``surface``, in the order of the text; findings on the whole text come last.

    A rule reports at most ``limit`` matches. Findings on single words do not overlap, and quoted words get none unless the
    rule applies to quotations. A finding on a part of the text, such as a sentence, keeps its full span and may overlap any
    other.

    ``is_enabled`` filters by rule id. A rule whose conditions name a kind or a mark applies everywhere if ``known`` has none.
    ``may_fire`` is the result of ``prefilter(reading)``, if already computed. ``exempt``: words that no rule flags or replaces,
    except for limits and for what puts credit on hold. A rule that takes too long on the text reports nothing.
    """
    may_fire = may_fire or prefilter(reading)
    subject = Subject(reading, surface, known)
    matched = [
        (rule.for_surface(surface), match)
        for rule in rules
        if surface in rule.info.surfaces and is_enabled(rule.info.id) and may_fire(rule)
        for match in _allowed(rule, _matches(rule, subject), reading, exempt)[: rule.limit or DEFAULT_LIMIT]
    ]
    matched.sort(key=lambda pair: _precedence(*pair))
    kept = _without_overlaps(matched)
    kept.sort(key=lambda pair: (pair[1].span is None, pair[1].span.start if pair[1].span else 0, pair[0].info.id))
    return [_finding(rule, match, reading.views.raw) for rule, match in kept]


def _matches(rule: Rule, subject: Subject) -> list[Match]:
    conditions = rule.conditions
    if not conditions.suit(subject.known.kind, subject.known.marks.get(rule.info.dimension)):
        return []
    try:
        with time_budget():
            return [match for match in rule.matches(subject) if conditions.confirm(match.span, subject.reading)]
    except TooSlow:
        return []


def _without_overlaps(matched: Iterable[tuple[Rule, Match]]) -> list[tuple[Rule, Match]]:
    """``matched``, in order of precedence, without matches on single words that overlap an earlier one of these."""
    kept: list[tuple[Rule, Match]] = []
    # An organisation's own findings cost nothing unless it says so, and must not take the place of those that do.
    covered: dict[bool, list[Span]] = {True: [], False: []}
    for rule, match in matched:
        if match.span and not _is_wide(rule, match):
            others = covered[rule.info.evidence.grade == "organisation"]
            if any(_overlap(match.span, other) for other in others):
                continue
            others.append(match.span)
        kept.append((rule, match))
    return kept


def _allowed(rule: Rule, matched: list[Match], reading: Reading, exempt: tuple[Span, ...]) -> list[Match]:
    """The matches outside quotations and exempt words."""
    matched = _unquoted(rule, matched, reading)
    if not exempt or rule.gate or rule.info.severity == "limit":
        return matched
    text = reading.views.normalized
    return [match for match in matched if not is_exempt(match.span, match.replacements, exempt, text)]


def _unquoted(rule: Rule, matched: list[Match], reading: Reading) -> list[Match]:
    if rule.layout or rule.quoted or rule.info.severity == "limit":
        return matched
    return [match for match in matched if match.span is None or not reading.is_quoted(match.span)]


def _precedence(rule: Rule, match: Match) -> tuple[bool, int, float, int, str]:
    length = match.span.end - match.span.start if match.span else 0
    return (_is_wide(rule, match), _SEVERITY_ORDER[rule.info.severity], -rule.info.points, -length, rule.info.id)


def _is_wide(rule: Rule, match: Match) -> bool:
    """Whether a match is about a part of the text rather than about single words. A match beyond a limit never is."""
    if match.span is None or match.replacements or rule.info.severity == "limit":
        return False
    return rule.wide or isinstance(rule, HighMeasure) or match.span.end - match.span.start > MAX_NARROW_MATCH


def _overlap(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def _finding(rule: Rule, match: Match, text: str) -> Finding:
    quote = match.span.of(text) if match.span else ""
    info = rule.info
    return Finding(
        rule=info.id,
        dimension=info.dimension,
        message=rule.message(match, quote),
        why=match.why or info.why,
        evidence=info.evidence,
        severity=info.severity,
        span=match.span,
        quote=quote,
        replacements=match.replacements,
    )
