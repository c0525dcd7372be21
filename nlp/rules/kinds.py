"""How each kind of rule finds its matches. Patterns run on the prose (links, hashtags and mentions masked out) unless
the rule's scope is ``raw``; both keep the offsets of the text."""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nlp.language import Reading
from nlp.model import Span
from nlp.rules import formulas
from nlp.rules.match import Match
from nlp.rules.patterns import is_linear, substituted
from nlp.rules.scopes import holds, scopes

if TYPE_CHECKING:
    from nlp.language.line import Line
    from nlp.rules.load import Rule

_ARTICLE = re.compile(r"(?<!\w)([Aa]n?) $")
_VOWEL_SOUND = re.compile(r"[aeiou]|hour|honest|heir", re.IGNORECASE)
_CONSONANT_SOUND = re.compile(r"uni(?!n|m)|us[aeiu]|eu|one\b|once\b|ubiq|uti", re.IGNORECASE)


def possible(rule: Rule, reading: Reading) -> bool:
    """A quick no, where a rule's pattern matches nowhere in the text."""
    if not is_linear(rule.pattern) or rule.kind == "occurrence":
        return True
    return rule.pattern.search(_text(rule, reading)) is not None


def matches(rule: Rule, reading: Reading) -> Iterator[Match]:
    """Every place where the rule fires. Raises ``TooSlow`` where one of its patterns takes too long."""
    if rule.finder is not None:
        return rule.finder.find(reading, _text(rule, reading), scopes(rule, reading))
    return {
        "existence": _existence,
        "substitution": _substitution,
        "occurrence": _occurrence,
        "repetition": _repetition,
        "metric": _metric,
    }[rule.kind](rule, reading)


def message(rule: Rule, match: Match, quote: str) -> str:
    """The rule's message with its ``%s`` filled in; a substitution names the replacement first, as Vale does."""
    text = rule.info.message
    words = match.words or (quote,)
    if rule.kind == "substitution" and not rule.is_own:
        words = (" or ".join(match.replacements), *words)
    elif rule.kind == "substitution" and match.replacements and text.count("%s") > 1:
        words = (match.replacements[0], *words)
    elif rule.kind == "substitution" and not match.replacements and rule.without:
        text = rule.without
    # One pass, so that a "%s" in the quoted words is left alone.
    first, *rest = text.split("%s")
    filled = itertools.zip_longest(words[: len(rest)], rest, fillvalue="")
    return first + "".join(word + part for word, part in filled)


def _text(rule: Rule, reading: Reading) -> str:
    return reading.views.normalized if rule.scope == "raw" else reading.views.prose


def _places(rule: Rule, reading: Reading) -> Iterator[tuple[Span, Any]]:
    text = _text(rule, reading)
    for scope in scopes(rule, reading):
        for found in rule.pattern.finditer(text[scope.start : scope.end]):
            span = Span(scope.start + found.start(), scope.start + found.end())
            if span.start == span.end or (not rule.is_own and _halves_a_word(span, text)):
                continue
            if rule.exceptions is None or rule.exceptions.fullmatch(span.of(text)) is None:
                yield span, found


def _halves_a_word(span: Span, text: str) -> bool:
    """Whether the match ends within a word: RE2 takes a letter that is not ASCII for no letter."""
    edges = ((text[span.start - 1 : span.start], text[span.start]), (text[span.end : span.end + 1], text[span.end - 1]))
    return any(not outer.isascii() and outer.isalnum() and inner.isalnum() for outer, inner in edges)


def _existence(rule: Rule, reading: Reading) -> Iterator[Match]:
    for span, _ in _places(rule, reading):
        yield _removal(span, reading) if rule.action.name == "remove" else Match(span, edited(rule, span.of(reading.views.raw)))


def edited(rule: Rule, words: str) -> tuple[str, ...]:
    """What the rule's action makes of the words it found; nothing where it has none, or none that is understood."""
    name, params = rule.action.name, rule.action.params
    if name == "replace":
        return params
    if name != "edit" or not params:
        return ()
    what, *rest = params
    cut = (rest[0] if rest else "") or " "
    made = {
        "regex": substituted(rest[0], rest[1], words) if len(rest) > 1 else words,
        "trim": words.strip(cut),
        "trim_left": words.lstrip(cut),
        "trim_right": words.rstrip(cut),
        "truncate": words.partition(cut)[0],
    }.get(what, words)
    return (made,) if made != words else ()


def _removal(span: Span, reading: Reading) -> Match:
    """Taking the words out together with the blanks and marks that would be left over. At the start of a sentence the next
    word takes the capital and is part of the match; where nothing follows there is nothing safe to offer."""
    text = reading.views.raw
    words = (span.of(text).strip(),)
    at_start = begins(text, span.start)
    end = span.end
    while end < len(text) and (text[end] in " ,:;\u00a0\u2014-" or (span.start == 0 and text[end].isspace())):
        end += 1
    following = next((word for word in reading.words_in(Span(end, len(text)))[:1] if word.start == end), None)
    if following is None:
        return Match(span, (), words)
    if at_start and following.text[0].islower() and text[span.start].isupper():
        return Match(Span(span.start, following.end), (following.text[0].upper() + following.text[1:],), words)
    if text[: span.start].endswith(", ") and text[span.end : span.end + 1] == ",":
        # Set off by commas on both sides: both go.
        return Match(Span(span.start - 2, end), (" ",), words)
    return Match(Span(span.start, end), ("",), words)


def _substitution(rule: Rule, reading: Reading) -> Iterator[Match]:
    text = _text(rule, reading)
    for span, found in _places(rule, reading):
        words = span.of(text)
        capital = rule.is_own or rule.capitalize
        options = (
            rule.swap.options(words, capital=capital) if is_linear(rule.pattern) else rule.swap.found(found, capital=capital)
        )
        # Already written as asked; in our own style differences of case aside.
        if options and (words in options or (rule.is_own and all(o.lower() == words.lower() for o in options))):
            continue
        if options is not None and rule.is_own and not begins(reading.views.raw, span.start):
            options = tuple(_in_the_middle(option, words) for option in options)
        if options is not None:
            yield _with_article(span, options, reading) if rule.is_own else Match(span, options)


def begins(text: str, at: int) -> bool:
    """Whether a sentence surely begins at ``at``: at the start, on a new line, or behind a mark that ends one."""
    before = text[:at].rstrip(" \t\"'“‘(*_→•-")
    return not before or before[-1] in ".!?…:\n\r"


def _in_the_middle(option: str, words: str) -> str:
    """``option`` without the capital that it took from an "I" in the middle of a sentence."""
    first = option.partition(" ")[0]
    if (
        not words.startswith(("I ", "I'", "I’"))
        or first in ("I", "I'm", "I've", "I'd", "I'll")
        or first[1:] != first[1:].lower()
    ):
        return option
    return option[:1].lower() + option[1:]


def _with_article(span: Span, options: tuple[str, ...], reading: Reading) -> Match:
    """The match with its "a" or "an", where a replacement would not agree with it."""
    article = _ARTICLE.search(reading.views.raw, max(0, span.start - 3), span.start)
    if article is None or all(_takes_an(option) == (len(article.group(1)) == 2) for option in options if option):
        return Match(span, options)
    capital = article.group(1)[0]
    fitting = tuple(f"{capital}{'n' if _takes_an(option) else ''} {option}" for option in options)
    return Match(Span(article.start(1), span.end), fitting)


def _takes_an(words: str) -> bool:
    return bool(_VOWEL_SOUND.match(words)) and not _CONSONANT_SOUND.match(words)


def _occurrence(rule: Rule, reading: Reading) -> Iterator[Match]:
    text = _text(rule, reading)
    for scope in scopes(rule, reading):
        places = [
            Span(scope.start + m.start(), scope.start + m.end()) for m in rule.pattern.finditer(text[scope.start : scope.end])
        ]
        if rule.maximum and len(places) > rule.maximum:
            marked = Span(places[rule.maximum].start, places[-1].end) if rule.is_own else places[0]
            yield Match(marked, words=(str(len(places)),))
        elif rule.minimum and len(places) < rule.minimum:
            yield Match(scope if scope.start < scope.end else None, words=(str(len(places)),))


def _repetition(rule: Rule, reading: Reading) -> Iterator[Match]:
    if rule.is_own:
        # Words that stand twice stand in one line, so an unchanged line keeps what was found in it.
        key = (rule.info.id, rule.pattern)
        pairs = [
            (Span(start + first.start, start + first.end), Span(start + second.start, start + second.end))
            for start, line in reading.placed_lines
            for first, second in line.cached(key, lambda line: _doubles(rule, line))
        ]
    else:
        pairs = [pair for scope in scopes(rule, reading) for pair in _repeated(rule, _text(rule, reading), scope)]
    where = scopes(rule, reading)
    seen: Counter[tuple[int, str]] = Counter()
    for first, second in pairs:
        if not holds(where, first.start) or not holds(where, second.end - 1):
            continue
        word = first.of(reading.views.raw)
        key_of = (bisect.bisect_right(where, first.start, key=lambda span: span.start), word.lower())
        seen[key_of] += 1
        if seen[key_of] > rule.maximum:
            yield Match(
                Span(first.start, second.end),
                edited(rule, Span(first.start, second.end).of(reading.views.raw)) or (word,),
                (word,),
            )


def _repeated(rule: Rule, text: str, scope: Span) -> Iterator[tuple[Span, Span]]:
    """Consecutive matches that read the same."""
    found = (Span(scope.start + m.start(), scope.start + m.end()) for m in rule.pattern.finditer(scope.of(text)) if m.group())
    for first, second in itertools.pairwise(found):
        one, two = first.of(text), second.of(text)
        same = one.lower() == two.lower() if rule.ignores_case else one == two
        if same and (one.isalpha() or not rule.alpha) and not (rule.exceptions is not None and rule.exceptions.fullmatch(one)):
            yield first, second


def _doubles(rule: Rule, line: Line) -> tuple[tuple[Span, Span], ...]:
    """Neighbouring matches of the pattern that read the same, with nothing but blanks between."""
    text = line.views.normalized if rule.scope == "raw" else line.views.prose
    spans = [Span(*found.span()) for found in rule.pattern.finditer(text)]
    doubles = [
        (first, second)
        for first, second in itertools.pairwise(spans)
        if first.of(text).lower() == second.of(text).lower()
        and text[first.end : second.start].isspace()
        and not (rule.exceptions is not None and rule.exceptions.fullmatch(second.of(text)))
    ]
    # Three and more in a row are meant.
    firsts, seconds = ({pair[i].start for pair in doubles} for i in (0, 1))
    return tuple(pair for pair in doubles if pair[0].start not in seconds and pair[1].start not in firsts)


def _metric(rule: Rule, reading: Reading) -> Iterator[Match]:
    counts = formulas.counts(reading)
    value = formulas.value(rule.formula, counts)
    if value is not None and counts["words"] >= rule.minimum and formulas.holds(value, rule.condition):
        yield Match(None, words=(f"{value:.1f}",))
