"""Spelling rules based on Hunspell dictionaries."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from spylls.hunspell import Dictionary

from nlp.rules.parsing import Setting
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Match, TextRule
from nlp.rules.scopes import contains
from nlp.rules.source import Source, read_text

if TYPE_CHECKING:
    from nlp.language import Reading

#: LibreOffice's American English, which ships with ``spylls``.
DEFAULT = "en_US"
#: Words whose lookup is cached per rule; a lookup takes 60 microseconds.
CACHE_SIZE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling(TextRule):
    """Marks words that are in no dictionary and that neither ``known``, ``accepted`` nor ``filters`` covers."""

    dictionaries: tuple[Dictionary, ...]
    known: frozenset[str]
    filters: Any = None
    accepted: Any = None
    cache: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, source: Source, setting: Setting, common: dict[str, Any]) -> Self:
        """Looks for ``dictionaries`` in ``dicpath`` and in ``config/dictionaries``. American English is used if none is named,
        and additionally with ``append``. A rule reads no file outside its styles folder."""
        names = source.strings("dictionaries") or [name.removesuffix(".dic") for name in source.strings("dic")]
        if not names or source.flag("append"):
            names.append(DEFAULT)
        folder, config = source.path.parent, setting.config
        beside = folder / source.text("dicpath")
        if source.text("dicpath"):
            _require_inside(source, "dicpath", beside, config.parent if config else folder)
        folders = [beside, *([config / "dictionaries"] if config else [])]
        lists = [folder, *source.path.parents[1:2], *([config / "ignore"] if config else [])]
        filters = "|".join(f"(?:{pattern})" for pattern in source.strings("filters"))
        return cls(
            **common,
            dictionaries=tuple(_dictionary(source, name, folders) for name in names),
            known=frozenset(word for name in source.strings("ignore") for word in _word_list(source, name, lists)),
            filters=compile_pattern(source, "filters", filters) if filters else None,
            accepted=setting.accept,
        )

    def find(self, reading: Reading) -> Iterator[Match]:
        parts = self.parts(reading)
        for word in reading.words:
            if contains(parts, word.start) and not self._is_correct(word.text.replace("’", "'")):
                yield Match(word.span)

    def _is_correct(self, word: str) -> bool:
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
        # Words that contain digits or inner capitals are names and terms.
        if any(char.isdigit() for char in word) or word[1:] != word[1:].lower():
            return True
        parts = [word] if "-" not in word else word.split("-")
        return all(any(d.lookup(part) for d in self.dictionaries) for part in parts if part)


def _find_file(source: Source, key: str, name: str, folders: list[Path]) -> Path | None:
    try:
        folder = next((folder for folder in folders if (folder / name).is_file()), None)
    except OSError as error:
        raise source.error(key, f"cannot be searched for ({error.strerror})") from error
    if folder is None:
        return None
    _require_inside(source, key, folder / name, folder)
    return folder / name


def _require_inside(source: Source, key: str, path: Path, folder: Path) -> None:
    """Refuses a path that leaves ``folder``, by ``..``, as an absolute path or through a symbolic link."""
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links, before Python 3.13
        raise source.error(key, "cannot be searched for (a loop of symbolic links)") from error
    if not inside:
        raise source.error(key, "is outside the folder of the styles")


def _word_list(source: Source, name: str, folders: list[Path]) -> set[str]:
    path = _find_file(source, "ignore", name, folders)
    if path is None:
        raise source.error("ignore", f"{name} was not found beside the style or in config/ignore")
    return {line.strip().lower() for line in read_text(path).splitlines()}


def _dictionary(source: Source, name: str, folders: list[Path]) -> Dictionary:
    affixes = _find_file(source, "dictionaries", f"{name}.aff", folders)
    if affixes is None and name != DEFAULT:
        raise source.error("dictionaries", f"{name}.aff and {name}.dic were not found in config/dictionaries")
    if affixes is not None:
        _require_inside(source, "dictionaries", affixes.with_suffix(".dic"), affixes.parent)
    try:
        return _read(str(affixes.with_suffix("")) if affixes else name)
    except Exception as error:
        # spylls raises many kinds of error for a malformed file.
        raise source.error("dictionaries", f"{name} cannot be read ({type(error).__name__})") from error


@cache
def _read(path: str) -> Dictionary:
    with warnings.catch_warnings():
        # spylls does not close its two files, so the garbage collector does and warns.
        warnings.simplefilter("ignore", ResourceWarning)
        return Dictionary.from_files(path)
