"""What all kinds of Vale's rules share. ``kinds/`` holds a class for each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nlp.rules import edits
from nlp.rules.patterns import compile_pattern, is_linear
from nlp.rules.rule import Action
from nlp.rules.source import MAX_BYTES, Source
from nlp.rules.vale import messages, scopes
from nlp.rules.vale.block import Block

#: The scope of a rule that sets none.
TEXT = scopes.parse(["text"])


class Vocabulary(NamedTuple):
    """A company's own terms, one pattern each. A later term replaces an earlier one of the same letters."""

    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()


#: What ``WordTemplate`` is unless a configuration sets it: whole words, and lines with ends of their own.
WORDS = r"(?m)\b(?:%s)\b"


class Setting(NamedTuple):
    """What a rule file is read with: the vocabulary, the folder of the styles (``None`` where there is none), the pattern
    around the words of a rule, and what a configuration sets of a rule, by its id."""

    vocabulary: Vocabulary = Vocabulary()
    styles: Path | None = None
    template: str = WORDS
    overrides: Mapping[str, Mapping[str, str]] = {}


class Hit(NamedTuple):
    """Where a rule fires in a block, with the words of its message and the replacements that it offers. ``whole``: it is about
    the file, so it is marked at its beginning. ``message`` replaces the message of the rule."""

    start: int = 0
    end: int = 0
    words: tuple[str, ...] = ()
    replacements: tuple[str, ...] = ()
    whole: bool = False
    message: str | None = None
    #: The words that are reported as matched, where they are not those of the block.
    match: str | None = None


#: What a rule remembers from earlier blocks of the same file.
Memory = set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(ABC):
    """A rule that is ready to run. Safe to share between threads."""

    id: str
    text: str
    description: str = ""
    level: str = "warning"
    link: str = ""
    scopes: scopes.Scopes = TEXT
    action: Action = field(default_factory=Action)
    #: Alerts in one file; 0 for no limit.
    limit: int = 0
    #: Whether replacements take the case of the words that they replace.
    matchcase: bool = False

    @abstractmethod
    def find(self, block: Block, memory: Memory, elements: dict[str, int]) -> Iterator[Hit]:
        """The places in ``block`` where the rule fires, in order. ``memory`` is the same set for all blocks of a file,
        ``elements`` counts its headings, lists and code. Raises ``TooSlow`` where a pattern takes too long."""

    @property
    def prefilter(self) -> Any:
        """A linear-time pattern without which the rule cannot fire; ``None`` where there is none."""
        return None

    @property
    def is_linear(self) -> bool:
        """Whether the rule is sure to take time linear in the text."""
        return True

    def message(self, hit: Hit) -> str:
        return messages.fill(self.text if hit.message is None else hit.message, hit.words)

    def hit(self, block: Block, start: int, end: int, groups: Sequence[str] = ()) -> Hit:
        """A hit on the words from ``start`` to ``end``. The message may name them, and what the action makes of them and of the
        ``groups`` of the pattern."""
        words = block.text[start:end]
        edited = self.action.edit(words, groups)
        if self.matchcase:
            edited = tuple(edits.match_case(option, words) for option in edited)
        result = ("",) if self.action.name == "remove" else edited
        replaced = words if not result else result[0] if len(result) == 1 else messages.alternatives(result)
        return Hit(start, end, (words, replaced), edited)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule(Rule):
    """A rule that searches for one pattern, except for words that ``exceptions`` cover."""

    pattern: Any
    exceptions: Any = None
    #: Whether a match may begin or end inside a word.
    nonword: bool = False

    @property
    def prefilter(self) -> Any:
        return self.pattern if self.is_linear else None

    @property
    def is_linear(self) -> bool:
        return is_linear(self.pattern)

    def matches(self, text: str) -> Iterator[Any]:
        """The matches in ``text`` that are not empty, exceptions included."""
        for match in self.pattern.finditer(text):
            start, end = match.span()
            if start < end and (self.nonword or not _splits_a_word(start, end, text)):
                yield match

    def allows(self, words: str) -> bool:
        return self.exceptions is not None and self.exceptions.search(words) is not None


def case_flag(source: Source) -> str:
    return "(?i)" if source.flag("ignorecase") else ""


def bounded(source: Source, inner: str, setting: Setting) -> str:
    """``inner`` as whole words, unless the rule sets ``nonword``. Lines have ends of their own."""
    return f"(?m)(?:{inner})" if source.flag("nonword") else setting.template.replace("%s", inner)


def is_nonword(source: Source, setting: Setting) -> bool:
    """Whether a match may begin or end inside a word."""
    return source.flag("nonword") or setting.template != WORDS


def exceptions(source: Source, setting: Setting, *, with_vocabulary: bool = True) -> Any:
    """The pattern of words to leave alone: the rule's own and the accepted ones; ``None`` where there are none."""
    words = [word for word in source.strings("exceptions") if word]
    if with_vocabulary and source.flag("vocab", default=True):
        words += setting.vocabulary.accept
    if not words:
        return None
    # An (?i) holds for its own term alone.
    terms = (f"(?:{word})" for word in sorted(words, key=len, reverse=True))
    return compile_pattern(source, "exceptions", rf"\b(?:{'|'.join(terms)})\b", longest=MAX_BYTES)


def phrases(source: Source, setting: Setting) -> Any:
    """The pattern of exceptions and accepted terms of several words, in any case; ``None`` where there are none."""
    words = source.strings("exceptions")
    if source.flag("vocab", default=True):
        words += setting.vocabulary.accept
    several = [word for word in words if " " in word or "\\s" in word]
    return compile_pattern(source, "exceptions", rf"(?i)\b(?:{'|'.join(several)})\b") if several else None


def _splits_a_word(start: int, end: int, text: str) -> bool:
    """Whether a match begins or ends inside a word: RE2's word boundary does not treat letters outside ASCII as letters."""
    edges = ((text[start - 1 : start], text[start]), (text[end : end + 1], text[end - 1]))
    return any(not outer.isascii() and outer.isalnum() and inner.isalnum() for outer, inner in edges)
