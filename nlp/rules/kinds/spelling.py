"""Spelling by Hunspell dictionaries."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from spylls.hunspell import Dictionary

from nlp.rules.parsing import Setting
from nlp.rules.patterns import compiled
from nlp.rules.rule import Match, TextRule
from nlp.rules.scopes import contains
from nlp.rules.source import Source, read_text

if TYPE_CHECKING:
    from nlp.language import Reading

#: American English of LibreOffice; comes with the dictionary reader.
DEFAULT = "en_US"
#: Words whose lookup is cached, a rule; a lookup takes 60 microseconds.
CACHE_SIZE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling(TextRule):
    """Marks words that are in no dictionary and that neither ``known``, nor ``accepted``, nor a filter covers."""

    dictionaries: tuple[Dictionary, ...]
    known: frozenset[str]
    filters: Any = None
    accepted: Any = None
    cache: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        """``dictionaries`` are looked for beside the styles, in ``config/dictionaries``. Without any, or with ``append``,
        American English applies."""
        names = source.strings("dictionaries") or [name.removesuffix(".dic") for name in source.strings("dic")]
        if not names or source.flag("append"):
            names.append(DEFAULT)
        folder, config = source.path.parent, setting.config
        folders = [Path(source.text("dicpath") or "."), *([config / "dictionaries"] if config else [])]
        folders = [path if path.is_absolute() else folder / path for path in folders]
        lists = [folder, *source.path.parents[1:2], *([config / "ignore"] if config else [])]
        filters = "|".join(f"(?:{pattern})" for pattern in source.strings("filters"))
        return cls(
            **common,
            dictionaries=tuple(_dictionary(source, name, folders) for name in names),
            known=frozenset(word for name in source.strings("ignore") for word in _word_list(source, name, lists)),
            filters=compiled(source, "filters", filters) if filters else None,
            accepted=setting.accept,
        )

    def find(self, reading: Reading) -> Iterator[Match]:
        parts = self.parts(reading)
        for word in reading.words:
            if contains(parts, word.start) and not self._is_right(word.text.replace("’", "'")):
                yield Match(word.span)

    def _is_right(self, word: str) -> bool:
        if word not in self.cache:
            if len(self.cache) >= CACHE_SIZE:
                self.cache.clear()
            self.cache[word] = self._look_up(word)
        # Another thread may have cleared the cache in between.
        return self.cache.get(word, True)

    def _look_up(self, word: str) -> bool:
        if word.lower() in self.known or (self.accepted is not None and self.accepted.fullmatch(word) is not None):
            return True
        if self.filters is not None and self.filters.search(word) is not None:
            return True
        # Words with digits or capitals inside are names and terms.
        if any(char.isdigit() for char in word) or word[1:] != word[1:].lower():
            return True
        parts = [word] if "-" not in word else word.split("-")
        return all(any(d.lookup(part) for d in self.dictionaries) for part in parts if part)


def _find_file(source: Source, key: str, name: str, folders: list[Path]) -> Path | None:
    try:
        return next((folder / name for folder in folders if (folder / name).is_file()), None)
    except OSError as error:
        raise source.error(key, f"cannot be looked for ({error.strerror})") from error


def _word_list(source: Source, name: str, folders: list[Path]) -> set[str]:
    path = _find_file(source, "ignore", name, folders)
    if path is None:
        raise source.error("ignore", f"{name} is not beside the style")
    return {line.strip().lower() for line in read_text(path).splitlines()}


def _dictionary(source: Source, name: str, folders: list[Path]) -> Dictionary:
    affixes = _find_file(source, "dictionaries", f"{name}.aff", folders)
    if affixes is None and name != DEFAULT:
        raise source.error("dictionaries", f"there is no {name}.aff and {name}.dic in config/dictionaries")
    try:
        return _read(str(affixes.with_suffix("")) if affixes else name)
    except Exception as error:
        # Whatever the reader fails on, the file is at fault.
        raise source.error("dictionaries", f"{name} cannot be read ({type(error).__name__})") from error


@cache
def _read(path: str) -> Dictionary:
    with warnings.catch_warnings():
        # The reader leaves its two files to the garbage collector, which closes them at once and warns.
        warnings.simplefilter("ignore", ResourceWarning)
        return Dictionary.from_files(path)
