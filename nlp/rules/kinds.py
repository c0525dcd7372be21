"""How each kind of rule finds its matches. Patterns run on the prose (links, hashtags and mentions masked out) unless
the rule's scope is ``raw``; both keep the offsets of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.language import Reading
from nlp.model import Span
from nlp.rules import formulas

if TYPE_CHECKING:
    from nlp.rules.load import Rule


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule fires; ``words`` fill the ``%s`` of its message, else the quoted words do."""

    span: Span | None
    replacements: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def possible(rule: Rule, reading: Reading) -> bool:
    """A quick no, where a rule's pattern matches nowhere in the text."""
    if rule.pattern is None or rule.kind == "occurrence":
        return True
    return rule.pattern.search(_text(rule, reading)) is not None


def matches(rule: Rule, reading: Reading) -> Iterator[Match]:
    return {
        "existence": _existence,
        "substitution": _substitution,
        "occurrence": _occurrence,
        "repetition": _repetition,
        "metric": _metric,
    }[rule.kind](rule, reading)


def message(rule: Rule, match: Match, quote: str) -> str:
    """The rule's message with its ``%s`` filled in: for a substitution the replacement, then the words."""
    text = rule.info.message
    words = list(match.words) or ([*match.replacements[:1], quote] if rule.kind == "substitution" else [quote])
    if rule.kind == "substitution" and text.count("%s") == 1:
        words = words[-1:]
    for word in words[: text.count("%s")]:
        text = text.replace("%s", word, 1)
    return text


def _text(rule: Rule, reading: Reading) -> str:
    return reading.plain if rule.scope == "raw" else reading.prose


def _scopes(rule: Rule, reading: Reading) -> tuple[Span, ...]:
    if rule.scope == "sentence":
        return reading.sentences
    if rule.scope == "paragraph":
        return reading.paragraphs
    # Scopes of marked-up text ("heading", "link") have nothing to match in a post.
    return (Span(0, len(reading.text)),) if rule.scope.partition(".")[0] in ("text", "raw", "summary") else ()


def _places(rule: Rule, reading: Reading) -> Iterator[Span]:
    text = _text(rule, reading)
    for scope in _scopes(rule, reading):
        for found in rule.pattern.finditer(text[scope.start : scope.end]):
            span = Span(scope.start + found.start(), scope.start + found.end())
            if span.start == span.end:
                continue
            if rule.exceptions is None or rule.exceptions.fullmatch(span.of(text)) is None:
                yield span


def _existence(rule: Rule, reading: Reading) -> Iterator[Match]:
    for span in _places(rule, reading):
        yield _removal(span, reading) if rule.remove else Match(span)


def _removal(span: Span, reading: Reading) -> Match:
    """Taking the words out, with one blank; the next word takes over the capital at the start of a sentence."""
    text = reading.text
    end = span.end
    while end < len(text) and text[end] in " ,:;\u00a0\u2014-":
        end += 1
    following = next((word for word in reading.words_in(Span(end, len(text)))[:1] if word.start == end), None)
    at_start = any(sentence.start == span.start for sentence in reading.sentences)
    if at_start and following and text[span.start].isupper() and text[end].islower():
        whole = Span(span.start, following.end)
        capital = following.text[0].upper() + following.text[1:]
        return Match(whole, (capital,), (span.of(text),))
    if following and not at_start:
        return Match(Span(span.start, end), ("",), (span.of(text),))
    start = span.start
    if not at_start and start and text[start - 1] == " ":
        start -= 1
        return Match(Span(start, span.end), ("",), (span.of(text),))
    return Match(Span(span.start, end), ("",), (span.of(text),)) if following else Match(span, (), (span.of(text),))


def _substitution(rule: Rule, reading: Reading) -> Iterator[Match]:
    text = _text(rule, reading)
    for span in _places(rule, reading):
        words = span.of(text)
        for pattern, replacements in rule.swap:
            found = pattern.fullmatch(words)
            if found is None:
                continue
            options = tuple(_cased(_filled(option, found), words) for option in replacements)
            # Already written as asked, differences of case aside.
            if options and all(option.lower() == words.lower() for option in options) and rule.info.id.startswith("Repute."):
                break
            yield Match(span, options)
            break


def _filled(replacement: str, found: object) -> str:
    groups = [group or "" for group in found.groups()]  # type: ignore[attr-defined]
    for place, group in enumerate(groups, start=1):
        replacement = replacement.replace(f"${place}", group)
    return replacement


def _cased(replacement: str, words: str) -> str:
    """The replacement with the capital of the words it stands in for."""
    if words[:1].isupper() and not words[1:2].isupper():
        return replacement[:1].upper() + replacement[1:]
    return replacement


def _occurrence(rule: Rule, reading: Reading) -> Iterator[Match]:
    text = _text(rule, reading)
    for scope in _scopes(rule, reading):
        places = [Span(scope.start + m.start(), scope.start + m.end()) for m in rule.pattern.finditer(text[scope.start : scope.end])]
        if rule.maximum and len(places) > rule.maximum:
            yield Match(Span(places[rule.maximum].start, places[-1].end), words=(str(len(places)),))
        elif rule.minimum and len(places) < rule.minimum:
            yield Match(scope if scope.start < scope.end else None, words=(str(len(places)),))


def _repetition(rule: Rule, reading: Reading) -> Iterator[Match]:
    text = _text(rule, reading)
    for scope in _scopes(rule, reading):
        before: Span | None = None
        seen: Counter[str] = Counter()
        for found in rule.pattern.finditer(text[scope.start : scope.end]):
            span = Span(scope.start + found.start(), scope.start + found.end())
            word = span.of(text).lower()
            between = text[before.end : span.start] if before else ""
            if before and before.of(text).lower() == word and between.isspace() and "\n" not in between:
                seen[word] += 1
                if seen[word] > rule.maximum:
                    yield Match(Span(before.start, span.end), (before.of(reading.text),), (before.of(reading.text),))
            before = span


def _metric(rule: Rule, reading: Reading) -> Iterator[Match]:
    counts = formulas.counts(reading)
    value = formulas.value(rule.formula, counts)
    if value is not None and formulas.holds(value, rule.condition):
        yield Match(None, words=(f"{value:.1f}",))
