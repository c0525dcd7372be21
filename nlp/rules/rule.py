"""The base classes of rules. ``kinds/`` holds one class per kind of rule."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from nlp.model import Kind, Measure, RuleInfo, Span, Surface
from nlp.rules import edits
from nlp.rules.conditions import ALWAYS, Conditions
from nlp.rules.patterns import is_linear
from nlp.rules.scopes import parts

if TYPE_CHECKING:
    from nlp.language import Reading


class Known(NamedTuple):
    """What the caller knows of a text: its measures, facts that it does not show (``near_copy``), and, where a model has
    predicted them, its kind and the mark of each dimension, 0-100."""

    measures: tuple[Measure, ...] = ()
    facts: frozenset[str] = frozenset()
    kind: Kind | None = None
    marks: Mapping[str, float] = {}


NOTHING_KNOWN = Known()


class Subject(NamedTuple):
    """What a rule is matched against: a text for a surface, and what is known of it."""

    reading: Reading
    surface: Surface
    known: Known = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule fires; a span of ``None`` stands for the whole text. ``words`` replace the ``%s`` of the message; by default
    the matched words do. ``why`` is the reason if it is not that of the rule."""

    span: Span | None
    replacements: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule offers to do with the words it matched: the name of Vale's action, and its parameters."""

    name: str = ""
    params: tuple[str, ...] = ()

    def edit(self, words: str, groups: Sequence[str] = ()) -> tuple[str, ...]:
        """The replacements for ``words``; empty where there is no action, or where it changes nothing. ``groups`` are those of
        the pattern that matched."""
        if self.name == "replace":
            return tuple(edits.expand(param, words, groups) for param in self.params)
        if self.name not in ("edit", "convert"):
            return ()
        edited = edits.apply(self.params, words, groups)
        return (edited,) if edited != words else ()

    @property
    def uses_groups(self) -> bool:
        """Whether a parameter names a group of the pattern that matched."""
        return any("$" in param for param in self.params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(ABC):
    """A rule that is ready to run. Safe to share between threads."""

    info: RuleInfo
    #: The parts of the text to search, one of ``scopes.SCOPES``.
    scope: str = "text"
    action: Action = field(default_factory=Action)
    #: Maximum number of matches to report in one text; 0 leaves it to the caller.
    limit: int = 0
    #: ``held`` puts credit on hold until the finding is fixed.
    gate: str = ""
    #: Whether the rule is about layout alone, so that it applies in every language.
    layout: bool = False
    #: Whether the rule also applies to words in quotation marks.
    quoted: bool = False
    #: Whether a match is about a part of the text rather than about its words: it may overlap findings on single words.
    wide: bool = False
    #: What the rule needs besides its match.
    conditions: Conditions = ALWAYS
    #: Texts on which the rule must match, and on which it must not; the tests run them.
    fires: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    #: The rule's wording and evidence for X, where they differ.
    x_info: RuleInfo | None = None

    @abstractmethod
    def matches(self, subject: Subject) -> list[Match]:
        """All matches, in the order of the text. Raises ``TooSlow`` where a pattern takes too long."""

    @property
    def prefilter(self) -> Any:
        """A linear-time pattern without which the rule cannot fire; ``None`` where there is none."""
        return None

    @property
    def is_linear(self) -> bool:
        """Whether the rule is sure to take time linear in the text."""
        return False

    def may_fire(self, reading: Reading) -> bool:
        """``False`` where the rule certainly does not fire, because its pattern matches nowhere in the text."""
        return self.prefilter is None or self.prefilter.search(self.text(reading)) is not None

    def for_surface(self, surface: Surface) -> Self:
        """The rule with its message for ``surface``."""
        return replace(self, info=self.x_info) if self.x_info and surface.startswith("x-") else self

    @property
    def reads_raw(self) -> bool:
        return self.scope == "raw"

    def text(self, reading: Reading) -> str:
        """The text that patterns run on: the prose, with links, hashtags and mentions masked, or for the scope ``raw`` the
        normalised text. Offsets are the same in both."""
        return reading.views.normalized if self.reads_raw else reading.views.prose

    def parts(self, reading: Reading) -> tuple[Span, ...]:
        """The parts of the text that are in scope, in order."""
        return parts(self.scope, reading)

    def message(self, match: Match, quote: str) -> str:
        """The rule's message with its ``%s`` filled in. ``quote`` is the matched words."""
        return fill_placeholders(self.info.message, match.words or (quote,))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule(Rule):
    """A rule that needs only the text."""

    @abstractmethod
    def find(self, reading: Reading) -> Iterator[Match]:
        """All matches, in any order."""

    def matches(self, subject: Subject) -> list[Match]:
        end = len(subject.reading.views.raw)
        return sorted(self.find(subject.reading), key=lambda match: match.span.start if match.span else end)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule(TextRule):
    """A rule that searches for one pattern. Matches that ``exceptions`` cover are ignored."""

    pattern: Any
    exceptions: Any = None

    @property
    def prefilter(self) -> Any:
        return self.pattern if self.is_linear else None

    @property
    def is_linear(self) -> bool:
        return is_linear(self.pattern)

    def pattern_matches(self, reading: Reading) -> Iterator[tuple[Span, Any]]:
        """The matches of the pattern in scope, without exceptions: the span, and the match object."""
        text = self.text(reading)
        for part in self.parts(reading):
            for match in self.pattern.finditer(text[part.start : part.end]):
                span = Span(part.start + match.start(), part.start + match.end())
                if span.start < span.end and not self.allows(span.of(text)):
                    yield span, match

    def allows(self, words: str) -> bool:
        return self.exceptions is not None and self.exceptions.fullmatch(words) is not None


def fill_placeholders(message: str, words: tuple[str, ...]) -> str:
    """``message`` with each ``%s`` replaced by the next of ``words``; empty where they run out."""
    # One pass, so that a "%s" in the quoted words is not replaced.
    first, *rest = message.split("%s")
    pairs = itertools.zip_longest(words[: len(rest)], rest, fillvalue="")
    return first + "".join(word + part for word, part in pairs)
