"""Words to avoid, and words with a better alternative (https://vale.sh/docs/checks/existence and /substitution)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from nlp.rules import edits
from nlp.rules.patterns import compile_pattern, is_linear
from nlp.rules.source import RuleError, Source
from nlp.rules.swap import Swap
from nlp.rules.vale import messages
from nlp.rules.vale.block import Block
from nlp.rules.vale.rule import Hit, Memory, PatternRule, Setting, bounded, case_flag, exceptions, is_nonword

#: Letters, digits, blanks and hyphens: a replacement that is no pattern.
_PHRASE = re.compile(r"(?:[^\W_]|[ -])*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Existence(PatternRule):
    """Marks every match of its pattern. ``groups`` are the numbers of groups of each token, where the action uses them."""

    groups: tuple[int, ...] = ()

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        parts = [part for part in source.strings("tokens") if part.strip()]
        raw = "".join(source.strings("raw"))
        if not parts and not raw:
            raise source.error("tokens", "an existence rule needs tokens or raw")
        tokens = bounded(source, "|".join(parts), setting) if parts else ""
        whole = tokens + raw if source.flag("append") else raw + tokens
        key = "tokens" if parts else "raw"
        counted = common["action"].uses_groups and not source.flag("append")
        return cls(
            **common,
            pattern=compile_pattern(source, key, case_flag(source) + whole),
            exceptions=exceptions(source, setting, with_vocabulary=not source.flag("nonword")),
            nonword=is_nonword(source, setting) or not parts,
            groups=tuple(compile_pattern(source, key, part).groups for part in ([raw] * bool(raw) + parts if counted else ())),
        )

    def find(self, block: Block, _memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        for match in self.matches(block.text):
            if not self.allows(match.group().strip()):
                start, end = match.span()
                yield self.hit(block, start, end, self._groups_of(match))

    def _groups_of(self, match: Any) -> Sequence[str]:
        """The groups of the token that matched, in its own numbering."""
        start = 0
        for count in self.groups:
            groups = match.groups()[start : start + count]
            if any(group is not None for group in groups):
                return [group or "" for group in groups]
            start += count
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution(PatternRule):
    """Marks the keys of its swap, unless the text already has the replacement."""

    swap: Swap
    capitalize: bool = False
    #: Whether a bar in a replacement separates alternatives.
    has_alternatives: bool = False

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        table = source.table("swap", "a substitution rule needs a mapping of words to replacements")
        table = dict(sorted(table.items(), key=lambda pair: -len(pair[0])))
        flag = case_flag(source)
        pattern = compile_pattern(source, "swap", flag + bounded(source, "|".join(table), setting))
        if not is_linear(pattern):
            # With lookaround, only the group shows which key matched.
            keys = "|".join(f"({key})" for key in table)
            pattern = compile_pattern(source, "swap", flag + bounded(source, keys, setting))
        pairs = [(compile_pattern(source, "swap", f"{flag}(?:{key})"), (value,)) for key, value in table.items()]
        groups, group = [], 1
        for key_pattern, _ in pairs:
            groups.append(group)
            group += 1 + key_pattern.groups
        return cls(
            **common,
            pattern=pattern,
            exceptions=exceptions(source, setting),
            nonword=is_nonword(source, setting),
            swap=Swap(tuple(pairs), tuple(groups)),
            capitalize=source.flag("capitalize"),
            has_alternatives=common["action"].name == "replace" and not common["action"].params,
        )

    def find(self, block: Block, _memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        for match in self.matches(block.text):
            words = match.group()
            found = self.swap.options(words, capital=False) if self.is_linear else self.swap.options_of(match, capital=False)
            expected = self._cased(found[0], words) if found else ""
            options = tuple(self._cased(option, words) for option in _options(expected))
            if found is None or self._is_right(words, expected, options) or self.allows(words):
                continue
            if self.has_alternatives:
                words_of = (messages.alternatives(options), words)
                yield Hit(match.start(), match.end(), words_of, options, message=_unquoted(self.text))
            else:
                yield Hit(match.start(), match.end(), (expected, words), options if self.action.name in ("", "replace") else ())

    def _cased(self, option: str, words: str) -> str:
        if self.matchcase:
            return edits.match_case(option, words)
        return option[:1].upper() + option[1:] if self.capitalize and words[:1].upper() == words[:1] else option

    def _is_right(self, words: str, expected: str, options: tuple[str, ...]) -> bool:
        """Whether ``words`` already are the replacement, which may be a pattern of right forms."""
        if self.action.name == "replace":
            return words in options
        return words == expected or (_PHRASE.fullmatch(expected) is None and _is_form(expected, words))


def _options(replacement: str) -> tuple[str, ...]:
    """The alternatives of a replacement, which bars without a backslash separate."""
    parts = re.split(r"(?<!\\)\|", replacement)
    return tuple(part.replace("\\|", "|") for part in parts if part)


def _unquoted(message: str) -> str:
    """``message`` without the quotation marks around its first placeholder, which alternatives bring with them."""
    for placeholder in ("'%s'", '"%s"'):
        if message.count(placeholder) == 2:
            return message.replace(placeholder, "%s", 1)
    return message


@lru_cache(maxsize=10_000)
def _form(expected: str) -> Any:
    try:
        return compile_pattern(Source(Path(), {}), "swap", expected)
    except RuleError:
        return None


def _is_form(expected: str, words: str) -> bool:
    pattern = _form(expected)
    return pattern is not None and pattern.fullmatch(words) is not None
