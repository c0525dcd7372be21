"""Rules as data: styles in Vale's format, and named checks in code where data cannot say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from nlp.language import Reading
from nlp.model import Finding, Measure, RuleInfo, Span, Surface
from nlp.rules import checks, kinds
from nlp.rules.kinds import possible
from nlp.rules.load import Rule, load_rule, load_style
from nlp.rules.match import Match
from nlp.rules.scan import Scan
from nlp.rules.source import RuleError

__all__ = ["Rule", "RuleError", "RuleInfo", "catalogue", "find", "load_style", "matches", "packaged", "possible", "prefilter"]

STYLES = Path(__file__).parent / "styles"
#: More marks of one rule than this are clutter: the rep has understood by then.
MOST_PER_RULE = 3
#: A match of more characters than this is about a sentence or a block, not about its words.
WIDE = 80
#: A remark on a sentence needs so many words of it to stand on.
FEWEST_FREE_WORDS = 3
#: Of two findings on the same words the graver stays.
_GRAVITY = {"limit": 0, "check": 1, "tip": 2}


@cache
def packaged() -> tuple[Rule, ...]:
    """Our own style, sorted by rule id. What protects a writer stands in JSON, because the extension's build reads it too."""
    style = STYLES / "Repute"
    found = (*load_style(style, checks=frozenset(checks.CHECKS)), load_rule(style / "Protected.json"))
    return tuple(sorted(found, key=lambda rule: rule.info.id))


@cache
def catalogue() -> tuple[RuleInfo, ...]:
    """What the rest of the product may know of the packaged rules, and tune. What protects a writer is no matter of
    tuning, so it is not among them."""
    return tuple(rule.info for rule in packaged() if rule.gate != "protected")


@cache
def _scan() -> Scan:
    return Scan(packaged())


def prefilter(reading: Reading) -> Callable[[Rule], bool]:
    """Whether a rule may fire on ``reading``: a quick no for most. Rules that are not ours are looked for one by one."""
    ours = _scan()
    found = ours.possible(reading)
    return lambda rule: rule.info.id in found if rule.info.id in ours.rules else possible(rule, reading)


def matches(
    rule: Rule, reading: Reading, surface: Surface, *, measured: Iterable[Measure] = (), facts: frozenset[str] = frozenset(),
) -> list[Match]:
    if rule.kind == "measure":
        high = rule.measure in facts or any(m.name == rule.measure and m.goodness is not None and m.value >= rule.at_least for m in measured)
        if high and rule.marks == "text":
            return [Match(None)]
        opening = reading.prose_sentences[0] if reading.prose_sentences else None
        # A question is the matter of other rules: here most are somebody's own.
        if not high or opening is None or opening.of(reading.views.normalized).rstrip("\"' ").endswith("?"):
            return []
        return [Match(opening)]
    if rule.kind == "check":
        return list(checks.CHECKS[rule.check](reading, surface))
    return sorted(kinds.matches(rule, reading), key=lambda match: match.span.start if match.span else len(reading.views.raw))


def find(
    reading: Reading,
    surface: Surface,
    rules: Iterable[Rule],
    *,
    wanted: Callable[[str], bool] = lambda _id: True,
    measured: Iterable[Measure] = (),
    facts: frozenset[str] = frozenset(),
    may_fire: Callable[[Rule], bool] | None = None,
) -> list[Finding]:
    """The findings of ``rules`` on a text for ``surface``: at most three of a rule, none on words another finding covers
    already and none on quoted words, unless the rule minds those as well; in the order of the text, remarks on the whole
    text last. Exact words come before remarks on whole sentences, which keep the longest stretch that is left to them."""
    may_fire = may_fire or prefilter(reading)
    found = [
        (rule.on(surface), match)
        for rule in rules
        if surface in rule.info.surfaces and wanted(rule.info.id) and may_fire(rule)
        for match in _used(rule, matches(rule, reading, surface, measured=measured, facts=facts), reading)[: rule.most or MOST_PER_RULE]
    ]
    found.sort(key=lambda pair: _precedence(*pair))
    kept: list[tuple[Rule, Match]] = []
    taken: list[Span] = []
    for rule, match in found:
        settled = match
        if match.span and any(_overlap(match.span, other) for other in taken):
            if not _wide(rule, match):
                continue
            settled = replace(match, span=_longest_free(match.span, taken, reading))
        kept.append((rule, settled))
        if settled.span:
            taken.append(settled.span)
    kept.sort(key=lambda pair: (pair[1].span is None, pair[1].span.start if pair[1].span else 0, pair[0].info.id))
    return [_finding(rule, match, reading.views.raw) for rule, match in kept]


def _used(rule: Rule, found: list[Match], reading: Reading) -> list[Match]:
    if rule.layout or rule.quoted or rule.info.severity == "limit":
        return found
    return [match for match in found if match.span is None or not reading.is_quoted(match.span)]


def _precedence(rule: Rule, match: Match) -> tuple[bool, int, float, int, str]:
    length = match.span.end - match.span.start if match.span else 0
    return (_wide(rule, match), _GRAVITY[rule.info.severity], -rule.info.points, -length, rule.info.id)


def _wide(rule: Rule, match: Match) -> bool:
    """Whether a match is about a stretch of text rather than about its words. What does not fit is exactly that."""
    if match.span is None or match.replacements or rule.info.severity == "limit":
        return False
    return rule.kind == "measure" or match.span.end - match.span.start > WIDE


def _overlap(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def _longest_free(span: Span, taken: Iterable[Span], reading: Reading) -> Span | None:
    """The longest run of whole words in ``span`` that nothing in ``taken`` covers; ``None`` where too little is left."""
    edges = [span.start]
    for other in sorted((other for other in taken if _overlap(span, other)), key=lambda other: other.start):
        edges += [other.start, other.end]
    edges.append(span.end)
    free = (Span(edges[i], edges[i + 1]) for i in range(0, len(edges), 2) if edges[i] < edges[i + 1])
    runs = ([word for word in reading.words_in(gap) if word.end <= gap.end] for gap in free)
    words = max(runs, key=len, default=[])
    return Span(words[0].start, words[-1].end) if len(words) >= FEWEST_FREE_WORDS else None


def _finding(rule: Rule, match: Match, text: str) -> Finding:
    quote = match.span.of(text) if match.span else ""
    info = rule.info
    return Finding(
        rule=info.id,
        dimension=info.dimension,
        message=kinds.message(rule, match, quote),
        why=info.why,
        evidence=info.evidence,
        severity=info.severity,
        span=match.span,
        quote=quote,
        replacements=match.replacements,
    )
