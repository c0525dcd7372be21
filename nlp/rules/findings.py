"""From matches to findings: at most a few of each rule, and no two on the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from nlp.model import Finding, Measure, Span, Surface
from nlp.rules.catalogue import prefilter
from nlp.rules.kinds.house import HighMeasure
from nlp.rules.pattern_set import MayFire
from nlp.rules.rule import Match, Rule, Subject

if TYPE_CHECKING:
    from nlp.language import Reading

#: Findings of one rule in one text, where the rule sets no limit. More is clutter: the rep has understood by then.
DEFAULT_LIMIT = 3
#: Characters. A longer match is about a sentence or a block rather than about single words.
MAX_NARROW_MATCH = 80
#: Words in a row that a wide match must keep once the words of other findings are cut out of it.
MIN_FREE_WORDS = 3
#: Of two findings on the same words the more severe one stays.
_SEVERITY_ORDER = {"limit": 0, "check": 1, "tip": 2}


def matches(
    rule: Rule,
    reading: Reading,
    surface: Surface,
    *,
    measured: Iterable[Measure] = (),
    facts: frozenset[str] = frozenset(),
) -> list[Match]:
    """All matches of ``rule``, in the order of the text. ``measured`` and ``facts`` are as in ``find``."""
    return rule.matches(Subject(reading, surface, tuple(measured), facts))


def find(
    reading: Reading,
    surface: Surface,
    rules: Iterable[Rule],
    *,
    is_enabled: Callable[[str], bool] = lambda _id: True,
    measured: Iterable[Measure] = (),
    facts: frozenset[str] = frozenset(),
    may_fire: MayFire | None = None,
) -> list[Finding]:
    """The findings of ``rules`` in a text for ``surface``, in the order of the text; findings on the whole text come last.

    A rule reports at most ``limit`` matches. Findings do not overlap, and quoted words get none unless the rule applies to
    quotations. Matches on single words take precedence over matches on whole sentences; those are shortened to their
    longest part that no other finding covers.

    ``is_enabled`` filters by rule id. Rules on a measure read ``measured`` and ``facts``; facts are what the caller knows and
    the text does not show, such as "near_copy". ``may_fire`` is the result of ``prefilter(reading)``, if already computed.
    """
    may_fire = may_fire or prefilter(reading)
    subject = Subject(reading, surface, tuple(measured), facts)
    matched = [
        (rule.for_surface(surface), match)
        for rule in rules
        if surface in rule.info.surfaces and is_enabled(rule.info.id) and may_fire(rule)
        for match in _unquoted(rule, rule.matches(subject), reading)[: rule.limit or DEFAULT_LIMIT]
    ]
    matched.sort(key=lambda pair: _precedence(*pair))
    kept = _without_overlaps(matched, reading)
    kept.sort(key=lambda pair: (pair[1].span is None, pair[1].span.start if pair[1].span else 0, pair[0].info.id))
    return [_finding(rule, match, reading.views.raw) for rule, match in kept]


def _without_overlaps(matched: Iterable[tuple[Rule, Match]], reading: Reading) -> list[tuple[Rule, Match]]:
    """``matched``, in order of precedence, without those that overlap an earlier one. A wide match keeps its longest free
    part."""
    kept: list[tuple[Rule, Match]] = []
    covered: list[Span] = []
    for rule, match in matched:
        resolved = match
        if match.span and any(_overlap(match.span, other) for other in covered):
            if not _is_wide(rule, match):
                continue
            resolved = replace(match, span=_longest_free(match.span, covered, reading))
        kept.append((rule, resolved))
        if resolved.span:
            covered.append(resolved.span)
    return kept


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
    return isinstance(rule, HighMeasure) or match.span.end - match.span.start > MAX_NARROW_MATCH


def _overlap(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def _longest_free(span: Span, covered: Iterable[Span], reading: Reading) -> Span | None:
    """The longest run of whole words in ``span`` that no span of ``covered`` overlaps; ``None`` where fewer than
    ``MIN_FREE_WORDS`` are left."""
    edges = [span.start]
    for other in sorted((other for other in covered if _overlap(span, other)), key=lambda other: other.start):
        edges += [other.start, other.end]
    edges.append(span.end)
    free = (Span(edges[i], edges[i + 1]) for i in range(0, len(edges), 2) if edges[i] < edges[i + 1])
    runs = ([word for word in reading.words_in(gap) if word.end <= gap.end] for gap in free)
    words = max(runs, key=len, default=[])
    return Span(words[0].start, words[-1].end) if len(words) >= MIN_FREE_WORDS else None


def _finding(rule: Rule, match: Match, text: str) -> Finding:
    quote = match.span.of(text) if match.span else ""
    info = rule.info
    return Finding(
        rule=info.id,
        dimension=info.dimension,
        message=rule.message(match, quote),
        why=info.why,
        evidence=info.evidence,
        severity=info.severity,
        span=match.span,
        quote=quote,
        replacements=match.replacements,
    )
