"""What a rule needs besides its match: the kind of text, a weak mark, and cues in the words around the match.

A house rule states them under ``repute:`` as data; ``findings.py`` is the only place that checks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nlp.model import KINDS, Kind, Span
from nlp.rules.patterns import compile_pattern

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.rules.source import Source

KIND_KEYS = ("kinds", "not_for")
#: The pattern that each cue is compiled to.
CUES: Mapping[str, str] = {
    "needs": r"(?i)(?:{})",
    "in_sentence": r"(?i)(?:{})",
    "unless": r"(?i)(?:{})",
    "not_after": r"(?i)(?:^|[^\w'])(?:{})\s+$",
    "not_before": r"(?i)^(?:{})",
}
#: Characters after a match that ``not_before`` may look at.
LOOKAHEAD = 60


@dataclass(frozen=True, slots=True)
class Conditions:
    """What else must hold for a match to count; a pattern that is ``None`` asks for nothing."""

    #: The only kinds of text that the rule is for, all where empty, and kinds that it spares.
    kinds: frozenset[str] = frozenset()
    not_for: frozenset[str] = frozenset()
    #: The rule speaks only where the predicted mark of its dimension is lower, 0-100.
    below: float | None = None
    #: The most words that the text may have, repetitions left out.
    up_to_words: int | None = None
    #: A pattern that must occur in the text.
    needs: Any = None
    #: Patterns that must and must not occur in the sentence of the match.
    in_sentence: Any = None
    unless: Any = None
    #: Patterns that must not stand directly before and after the match.
    not_after: Any = None
    not_before: Any = None
    #: Words that count only where the parse says that they are verbs.
    only_verbs: frozenset[str] = frozenset()

    def suit(self, kind: Kind | None, mark: float | None) -> bool:
        """Whether the rule is for a text of ``kind`` with the predicted ``mark``; what is not known rules out nothing."""
        if kind and (kind.name in self.not_for or (self.kinds and kind.name not in self.kinds)):
            return False
        return self.below is None or mark is None or mark < self.below

    def confirm(self, span: Span | None, reading: Reading) -> bool:
        """Whether the words around a match at ``span`` say that it is meant as the rule takes it."""
        text = reading.views.normalized
        is_long = self.up_to_words is not None and len(reading.scored.words) > self.up_to_words
        if is_long or not _occurs(self.needs, text, default=True):
            return False
        if span is None:
            return True
        place = reading.sentence_at(span.start)
        sentence = text[place.start : max(place.end, span.end)]
        return (
            _occurs(self.in_sentence, sentence, default=True)
            and not _occurs(self.unless, sentence)
            and not _occurs(self.not_after, text[place.start : span.start])
            and not _occurs(self.not_before, text[span.end : span.end + LOOKAHEAD])
            and (span.of(text).lower() not in self.only_verbs or _is_verb(span, reading))
        )


ALWAYS = Conditions()


def parse(source: Source, own: Mapping[str, Any]) -> Conditions:
    """The conditions in ``own``, the part of a rule file under ``repute:``. Raises ``RuleError``."""
    fields: dict[str, Any] = {key: frozenset(_strings(source, own, key)) for key in (*KIND_KEYS, "only_verbs")}
    unknown = sorted((fields["kinds"] | fields["not_for"]) - set(KINDS))
    if unknown:
        raise source.error("repute", f"{unknown[0]!r} is not one of {', '.join(KINDS)}")
    below = own.get("below")
    if below is not None and (not isinstance(below, int | float) or not 0 < below <= 100):
        raise source.error("repute", "below must be a number from 0 to 100")
    up_to_words = own.get("up_to_words")
    if up_to_words is not None and (not isinstance(up_to_words, int) or up_to_words < 1):
        raise source.error("repute", "up_to_words must be a whole number above 0")
    for key, pattern in CUES.items():
        words = _strings(source, own, key)
        fields[key] = compile_pattern(source, "repute", pattern.format("|".join(words))) if words else None
    return Conditions(**fields, below=below, up_to_words=up_to_words)


def _strings(source: Source, own: Mapping[str, Any], key: str) -> list[str]:
    value = own.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise source.error("repute", f"{key} must be a list of strings")
    return value


def _occurs(pattern: Any, text: str, *, default: bool = False) -> bool:
    """Whether ``pattern`` matches in ``text``; ``default`` where there is no pattern."""
    return default if pattern is None else pattern.search(text) is not None


def _is_verb(span: Span, reading: Reading) -> bool:
    return any(token.start == span.start and token.pos == "VERB" for token in reading.tokens)
