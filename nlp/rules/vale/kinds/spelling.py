"""Spelling rules based on Hunspell dictionaries (https://vale.sh/docs/checks/spelling)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from spylls.hunspell import Dictionary

from nlp.rules.patterns import compile_pattern
from nlp.rules.source import MAX_BYTES, Source, read_text
from nlp.rules.vale import dictionaries, prose
from nlp.rules.vale.block import Block
from nlp.rules.vale.rule import Hit, Memory, Rule, Setting, phrases

#: LibreOffice's American English, which ships with ``spylls``.
DEFAULT = "en_US"
#: Words whose lookup is cached per rule; a lookup takes 60 microseconds.
CACHE_SIZE = 50_000
#: Words that are looked up only with ``custom``: of mixed case, ending in a capital, or with another character than a letter.
_SKIPPED = re.compile(r"[A-Z][a-z]+[A-Z]+[0-9A-Za-z_]+|[A-Z]+$|[^a-zA-Z_']")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling(Rule):
    """Marks words that are in no dictionary and that neither ``known``, ``accepted`` nor ``filters`` covers."""

    dictionaries: tuple[Dictionary, ...]
    known: frozenset[str]
    filters: Any = None
    accepted: Any = None
    phrases: Any = None
    custom: bool = False
    cache: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        """Looks for ``dictionaries`` in ``dicpath``, relative to the styles or to the rule, and in ``config/dictionaries``.
        American English is used if none is named, and additionally with ``append``. A rule reads no file outside the folder of
        the styles."""
        names = source.strings("dictionaries") or [name.removesuffix(".dic") for name in source.strings("dic")]
        if not names or source.flag("append"):
            names.append(DEFAULT)
        beside = source.path.parent
        styles = setting.styles or beside
        named = [folder / source.text("dicpath") for folder in (styles, beside)] if source.text("dicpath") else []
        for folder in named:
            dictionaries.require_inside(source, "dicpath", folder, styles)
        folders = [*named, beside, styles / "config" / "dictionaries"]
        lists = [beside, styles, styles / "config" / "ignore"]
        filters = "|".join(f"(?:{pattern})" for pattern in source.strings("filters"))
        known = {word for name in source.strings("ignore") for word in _word_list(source, name, lists)}
        if common["id"] == "Vale.Spelling":
            known |= {word for path in sorted((styles / "config" / "ignore").glob("*.txt")) for word in _words(path)}
        accepted = "|".join(rf"\b(?:{term})\b" for term in (*source.strings("exceptions"), *setting.vocabulary.accept))
        return cls(
            **common,
            dictionaries=tuple(dictionaries.load(source, name, folders, DEFAULT) for name in names),
            known=frozenset(known),
            filters=compile_pattern(source, "filters", filters) if filters else None,
            accepted=compile_pattern(source, "vocab", f"(?i){accepted}", longest=MAX_BYTES) if accepted else None,
            phrases=phrases(source, setting),
            custom=source.flag("custom"),
        )

    def find(self, block: Block, _memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        text = block.text
        if self.phrases is not None:
            for match in self.phrases.finditer(text):
                text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
        for word, start in prose.words(text):
            if not self._is_correct(word):
                yield Hit(start, start + len(word), (word,), match=word)

    def _is_correct(self, word: str) -> bool:
        if word not in self.cache:
            if len(self.cache) >= CACHE_SIZE:
                self.cache.clear()
            self.cache[word] = self._look_up(word)
        # Another thread may have cleared the cache in between.
        return self.cache.get(word, True)

    def _look_up(self, word: str) -> bool:
        if not self.custom and _SKIPPED.search(word) is not None:
            return True
        if word.lower() in self.known or any(
            pattern is not None and pattern.search(word) is not None for pattern in (self.filters, self.accepted)
        ):
            return True
        return any(dictionary.lookup(word) for dictionary in self.dictionaries)


def _word_list(source: Source, name: str, folders: list[Path]) -> set[str]:
    path = dictionaries.find(source, "ignore", name, folders)
    if path is None:
        raise source.error("ignore", f"{name} was not found beside the style or in config/ignore")
    return _words(path)


def _words(path: Path) -> set[str]:
    return {line.strip().lower() for line in read_text(path).splitlines()}
