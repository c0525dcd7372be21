"""An organisation's own words: banned, preferred, protected, brand terms and trade words.

The words of a text are looked up in a table, so the time for a text does not grow with the number of entries. An entry matches
whole words as it is written, in any case; where several begin at the same word, the longest counts, and matches never overlap.
A banned word within a brand term is therefore no finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple
from weakref import WeakKeyDictionary

from nlp.model import DRAFT_SURFACES, PROFILE_SURFACES, Evidence, RuleInfo, Span, Surface
from nlp.rules.rule import Match, Rule, Subject, fill_placeholders
from nlp.rules.sentence import begins_sentence

if TYPE_CHECKING:
    from nlp.language import Reading

WordKind = Literal["banned", "preferred", "protected", "brand", "trade"]
WORD_KINDS: tuple[WordKind, ...] = ("banned", "preferred", "protected", "brand", "trade")
#: The style that the ids of these rules begin with.
STYLE = "Words"
EVERYWHERE: tuple[Surface, ...] = (*DRAFT_SURFACES, *PROFILE_SURFACES)
EVIDENCE = Evidence("organisation", "Your company's word list")
_WHY = "It is on your company's word list."

#: A word with its hyphens, or one other visible character.
_TOKEN = re.compile(r"\w+(?:-\w+)*|[^\w\s\x01]")
#: An apostrophe that goes on with the word before it, as in "can't"; the one of a genitive does not.
_GOES_ON = re.compile(r"'(?!s\b)\w", re.IGNORECASE)
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "‑": "-"})


@dataclass(frozen=True, slots=True)
class WordEntry:
    """``use``: what to write instead of a preferred or banned word; it may be empty for a banned one. ``note``: why, shown to
    the rep. ``surfaces``: where it applies, everywhere if empty."""

    kind: WordKind
    text: str
    use: str = ""
    note: str = ""
    surfaces: tuple[Surface, ...] = ()


class Hit(NamedTuple):
    entry: WordEntry
    span: Span


class _Token(NamedTuple):
    """``joined``: whether nothing stands between it and the token before it."""

    key: str
    joined: bool
    start: int
    end: int


#: A word as it is looked up, and whether nothing stands between it and the word before.
_Key = tuple[str, bool]


class WordTable:
    """Entries by their words. Safe to share between threads."""

    def __init__(self, entries: Iterable[WordEntry]) -> None:
        self.entries = tuple(entries)
        self._by_words: dict[tuple[_Key, ...], tuple[WordEntry, ...]] = {}
        lengths: dict[str, set[int]] = {}
        for entry in self.entries:
            words = _keys(_tokens(entry.text.translate(_PLAIN)))
            self._by_words[words] = (*self._by_words.get(words, ()), entry)
            lengths.setdefault(words[0][0], set()).add(len(words))
        #: How many words the entries have that begin with a word, the most first.
        self._lengths = {word: sorted(counts, reverse=True) for word, counts in lengths.items()}
        #: All rules of a table look at one reading in turn. It is forgotten with the reading.
        self._found: WeakKeyDictionary[Reading, dict[Surface, tuple[Hit, ...]]] = WeakKeyDictionary()

    def hits(self, reading: Reading, surface: Surface) -> tuple[Hit, ...]:
        """The entries in a text, in order; links, hashtags and mentions have none."""
        found = self._found.setdefault(reading, {})
        if surface not in found:
            found[surface] = tuple(self._find(reading, surface))
        return found[surface]

    def _find(self, reading: Reading, surface: Surface) -> Iterator[Hit]:
        text = reading.views.masked
        tokens = _tokens(text) if self.entries else []
        at = 0
        while at < len(tokens):
            hit = self._hit(tokens, at, text, surface)
            if hit is None:
                at += 1
                continue
            entry, end = hit
            yield Hit(entry, Span(tokens[at].start, tokens[end - 1].end))
            at = end

    def _hit(self, tokens: list[_Token], at: int, text: str, surface: Surface) -> tuple[WordEntry, int] | None:
        for length in self._lengths.get(tokens[at].key, ()):
            words = tokens[at : at + length]
            for entry in self._by_words.get(_keys(words), ()):
                if entry.surfaces and surface not in entry.surfaces:
                    continue
                span = Span(words[0].start, words[-1].end)
                # Protected in its own spelling only.
                is_own_spelling = entry.kind != "protected" or span.of(text) == entry.text.translate(_PLAIN)
                if is_own_spelling and not _is_part_of_a_word(text, words[0], words[-1]):
                    return entry, at + length
        return None

    def exempt(self, reading: Reading, surface: Surface) -> tuple[Span, ...]:
        """Where other rules have nothing to say: protected words, trade words, and brand terms as the brand writes them."""
        text = reading.views.masked
        return tuple(
            span
            for entry, span in self.hits(reading, surface)
            if entry.kind in ("protected", "trade") or (entry.kind == "brand" and span.of(text) == entry.text.translate(_PLAIN))
        )


def is_word(text: str) -> bool:
    """Whether a text has a letter or digit, so that it can be an entry."""
    return any(char.isalnum() for char in text)


def is_exempt(span: Span | None, replacements: Iterable[str], exempt: Iterable[Span], text: str) -> bool:
    """Whether a finding is about exempt words alone, or would replace some of them."""
    if span is None:
        return False
    for words in exempt:
        if words.start <= span.start and span.end <= words.end:
            return True
        overlaps = words.start < span.end and span.start < words.end
        if overlaps and any(words.of(text) not in replacement for replacement in replacements):
            return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRule(Rule):
    """The findings of one kind of entry. ``with_use``: the message if there is something to write instead, if it differs."""

    table: WordTable
    kind: WordKind
    with_use: str = ""

    def matches(self, subject: Subject) -> list[Match]:
        text = subject.reading.views.masked
        matches = []
        for entry, span in self.table.hits(subject.reading, subject.surface):
            words = span.of(text)
            if entry.kind != self.kind:
                continue
            if entry.kind == "brand":
                if words != entry.text.translate(_PLAIN):
                    matches.append(Match(span, (entry.text,), (entry.text, words), entry.note))
                continue
            options = (_with_capital(entry.use, words, at_start=begins_sentence(text, span.start)),) if entry.use else ()
            matches.append(Match(span, options, (entry.use, words) if entry.use else (words,), entry.note))
        return matches

    def message(self, match: Match, quote: str) -> str:
        text = self.with_use if self.with_use and match.replacements else self.info.message
        return fill_placeholders(text, match.words)


def word_rules(table: WordTable) -> tuple[Rule, ...]:
    """One rule for each kind of entry in the table that has findings."""
    kinds = {entry.kind for entry in table.entries}
    rules = (
        _rule(table, "banned", "Banned", "Your company avoids '%s'.", "Your company suggests '%s' instead of '%s'."),
        _rule(table, "preferred", "Preferred", "Your company prefers '%s' to '%s'."),
        _rule(table, "brand", "BrandTerm", "Your company writes '%s', not '%s'."),
    )
    return tuple(rule for rule in rules if rule.kind in kinds)


def _rule(table: WordTable, kind: WordKind, name: str, message: str, with_use: str = "") -> WordRule:
    info = RuleInfo(f"{STYLE}.{name}", message, _WHY, "clarity", "check", EVIDENCE, 0.0, EVERYWHERE)
    # Like a rule on layout it applies in every language, and limits the findings no more than a checklist would.
    return WordRule(info=info, table=table, kind=kind, with_use=with_use, layout=True, limit=MAX_FINDINGS)


#: Of one kind of entry in one text.
MAX_FINDINGS = 20


def _keys(tokens: list[_Token]) -> tuple[_Key, ...]:
    return ((tokens[0].key, False), *((token.key, token.joined) for token in tokens[1:]))


def _tokens(text: str) -> list[_Token]:
    tokens = []
    end = -1
    for match in _TOKEN.finditer(text):
        tokens.append(_Token(match.group().casefold(), match.start() == end, match.start(), match.end()))
        end = match.end()
    return tokens


def _is_part_of_a_word(text: str, first: _Token, last: _Token) -> bool:
    """Whether the words go on beyond an apostrophe, as "can" does in "can't"."""
    before = text[max(0, first.start - 2) : first.start]
    is_after = len(before) == 2 and before[1] == "'" and before[0].isalnum()
    return is_after or (last.key[-1].isalnum() and _GOES_ON.match(text, last.end) is not None)


def _with_capital(use: str, words: str, *, at_start: bool) -> str:
    """``use`` with a capital where the words have one, or all in capitals where they are."""
    if len(words) > 1 and words.isupper() and not use.isupper():
        return use.upper()
    return use[:1].upper() + use[1:] if at_start and words[:1].isupper() else use
