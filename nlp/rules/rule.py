"""What every rule has, whatever it looks for. ``kinds/`` holds one class per kind of rule."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from nlp.model import Measure, RuleInfo, Span, Surface
from nlp.rules.patterns import is_linear, substituted
from nlp.rules.scopes import WHOLE, Scopes, resolve, whole

if TYPE_CHECKING:
    from nlp.language import Reading


class Dialect(Enum):
    """How a rule file is understood.

    ``VALE`` follows Vale: ``^`` and ``$`` match at line ends, ``text`` means block by block, the longest key of a substitution
    goes first, an exception may be part of a match, and a match never ends inside a word.
    ``HOUSE`` is our own style. ``text`` means the whole text, keys keep their order, an exception is a whole match, a
    replacement follows the capital and the article of the words it replaces, and rules may call code or read a measure.
    """

    HOUSE = "house"
    VALE = "vale"


class Subject(NamedTuple):
    """What a rule is matched against: a text for a surface, the measures that were taken of it, and what the caller knows about
    it and the text does not show (``near_copy``)."""

    reading: Reading
    surface: Surface
    measures: tuple[Measure, ...] = ()
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule fires; ``None`` stands for the text as a whole. ``words`` fill the ``%s`` of the message; without them the
    matched words do."""

    span: Span | None
    replacements: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A company's own terms. ``accept`` is one pattern for all terms that no rule may flag; ``terms`` and ``reject`` are the
    single patterns."""

    accept: Any = None
    terms: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule offers to do with the words it matched: Vale's name for it, and its parameters."""

    name: str = ""
    params: tuple[str, ...] = ()

    def edit(self, words: str) -> tuple[str, ...]:
        """The replacements for ``words``; empty where there is no action, or one that cannot be carried out."""
        if self.name == "replace":
            return self.params
        if self.name != "edit" or not self.params:
            return ()
        what, *rest = self.params
        cut = (rest[0] if rest else "") or " "
        edited = {
            "regex": substituted(rest[0], rest[1], words) if len(rest) > 1 else words,
            "trim": words.strip(cut),
            "trim_left": words.lstrip(cut),
            "trim_right": words.rstrip(cut),
            "truncate": words.partition(cut)[0],
        }.get(what, words)
        return (edited,) if edited != words else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(ABC):
    """A rule ready to run. May be shared between threads."""

    info: RuleInfo
    dialect: Dialect = Dialect.VALE
    level: str = "warning"
    link: str = ""
    #: Parts of the text, any of which will do; each is a name and others that it must (or with ``~`` must not) lie in as well.
    scopes: Scopes = WHOLE
    action: Action = field(default_factory=Action)
    #: Matches to report in one text at most; 0 leaves it to the caller.
    limit: int = 0
    #: ``held`` keeps credit back until fixed, ``protected`` keeps the coach from assessing the text; else empty.
    gate: str = ""
    #: Reads no words, so it applies in every language.
    layout: bool = False
    #: Applies to words in quotation marks as well.
    quoted: bool = False
    #: Texts on which the rule has to match, and has to stay silent; the tests run them.
    fires: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    #: The same in words for X, where the reason is a different one there.
    x_info: RuleInfo | None = None

    @abstractmethod
    def matches(self, subject: Subject) -> list[Match]:
        """Every place where the rule fires, in the order of the text. Raises ``TooSlow`` where a pattern takes too long."""

    @property
    def prefilter(self) -> Any:
        """A linear-time pattern without which the rule cannot fire; ``None`` where there is none."""
        return None

    @property
    def is_linear(self) -> bool:
        """Whether the rule is sure to take time linear in the text."""
        return False

    def may_fire(self, reading: Reading) -> bool:
        """A quick no, where the rule's pattern matches nowhere in the text."""
        return self.prefilter is None or self.prefilter.search(self.text(reading)) is not None

    def for_surface(self, surface: Surface) -> Self:
        """The rule with its message for ``surface``."""
        return replace(self, info=self.x_info) if self.x_info and surface.startswith("x-") else self

    @property
    def reads_raw(self) -> bool:
        return self.scopes[0][0] == "raw"

    def text(self, reading: Reading) -> str:
        """What patterns run on: the prose, with links, hashtags and mentions masked, unless the scope is ``raw``. Offsets are
        those of the text in both."""
        return reading.views.normalized if self.reads_raw else reading.views.prose

    def parts(self, reading: Reading) -> tuple[Span, ...]:
        """The parts of the text that are in scope, in order."""
        if self.dialect is Dialect.HOUSE and self.scopes == WHOLE:
            return whole(reading)
        return resolve(self.scopes, reading)

    def message(self, match: Match, quote: str) -> str:
        """The rule's message with its ``%s`` filled in. ``quote`` is the matched words."""
        return filled(self.info.message, match.words or (quote,))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule(Rule):
    """A rule that reads nothing but the text."""

    @abstractmethod
    def find(self, reading: Reading) -> Iterator[Match]:
        """Every place where the rule fires, in any order."""

    def matches(self, subject: Subject) -> list[Match]:
        end = len(subject.reading.views.raw)
        return sorted(self.find(subject.reading), key=lambda match: match.span.start if match.span else end)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule(TextRule):
    """A rule that looks for one pattern. A match that ``exceptions`` allow is none."""

    pattern: Any
    exceptions: Any = None

    @property
    def prefilter(self) -> Any:
        return self.pattern if self.is_linear else None

    @property
    def is_linear(self) -> bool:
        return is_linear(self.pattern)

    def places(self, reading: Reading) -> Iterator[tuple[Span, Any]]:
        """Where the pattern matches in scope, exceptions left out, with the pattern's own match."""
        text = self.text(reading)
        for part in self.parts(reading):
            for found in self.pattern.finditer(text[part.start : part.end]):
                span = Span(part.start + found.start(), part.start + found.end())
                if span.start == span.end or (self.dialect is Dialect.VALE and _splits_a_word(span, text)):
                    continue
                if not self.allows(span.of(text)):
                    yield span, found

    def allows(self, words: str) -> bool:
        return self.exceptions is not None and self.exceptions.fullmatch(words) is not None


def filled(message: str, words: tuple[str, ...]) -> str:
    """``message`` with each ``%s`` replaced by the next of ``words``; empty where they run out."""
    # One pass, so that a "%s" in the quoted words is left alone.
    first, *rest = message.split("%s")
    pairs = itertools.zip_longest(words[: len(rest)], rest, fillvalue="")
    return first + "".join(word + part for word, part in pairs)


def _splits_a_word(span: Span, text: str) -> bool:
    """Whether the match ends inside a word: RE2's word boundary takes letters outside ASCII for no letters."""
    edges = ((text[span.start - 1 : span.start], text[span.start]), (text[span.end : span.end + 1], text[span.end - 1]))
    return any(not outer.isascii() and outer.isalnum() and inner.isalnum() for outer, inner in edges)
