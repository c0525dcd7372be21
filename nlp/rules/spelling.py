"""Spelling rules on Hunspell dictionaries."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spylls.hunspell import Dictionary

from nlp.model import Span
from nlp.rules.match import Match
from nlp.rules.patterns import compiled
from nlp.rules.scopes import holds
from nlp.rules.source import read_text

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.rules.source import Source

#: Comes with the reader of dictionaries; American English of LibreOffice.
DEFAULT = "en_US"
#: Words looked up in one dictionary and remembered; a lookup takes 60 microseconds.
MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Spelling:
    """Marks words that no dictionary knows, that ``known`` does not match and no filter either."""

    dictionaries: tuple[Dictionary, ...]
    known: frozenset[str]
    filters: Any
    accepted: Any
    kept: dict[str, bool] = field(default_factory=dict)

    def find(self, reading: Reading, _text: str, scopes: tuple[Span, ...]) -> Iterator[Match]:
        for word in reading.words:
            if holds(scopes, word.start) and not self._is_right(word.text.replace("’", "'")):
                yield Match(word.span)

    def _is_right(self, word: str) -> bool:
        if word not in self.kept:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[word] = self._looked_up(word)
        return self.kept.get(word, True)

    def _looked_up(self, word: str) -> bool:
        if word.lower() in self.known or (self.accepted is not None and self.accepted.fullmatch(word) is not None):
            return True
        if self.filters is not None and self.filters.search(word) is not None:
            return True
        # Words with figures or capitals inside are names and terms, not misspelled.
        if any(char.isdigit() for char in word) or word[1:] != word[1:].lower():
            return True
        parts = [word] if "-" not in word else word.split("-")
        return all(any(d.lookup(part) for d in self.dictionaries) for part in parts if part)


def spelling(source: Source, accepted: Any, config: Path | None) -> Spelling:
    """``dictionaries`` are looked for beside the styles, in ``config/dictionaries``; without any, or with ``append``, there is
    American English."""
    names = source.strings("dictionaries") or [name.removesuffix(".dic") for name in source.strings("dic")]
    if not names or source.flag("append"):
        names.append(DEFAULT)
    folders = [Path(source.text("dicpath") or "."), *([config / "dictionaries"] if config else [])]
    folders = [folder if folder.is_absolute() else source.path.parent / folder for folder in folders]
    lists = [source.path.parent, *source.path.parents[1:2], *([config / "ignore"] if config else [])]
    known = frozenset(word for name in source.strings("ignore") for word in _word_list(source, name, lists))
    filters = "|".join(f"(?:{pattern})" for pattern in source.strings("filters"))
    return Spelling(
        tuple(_dictionary(source, name, folders) for name in names),
        known,
        compiled(source, "filters", filters) if filters else None,
        accepted,
    )


def _beside(source: Source, key: str, name: str, folders: list[Path]) -> Path | None:
    try:
        return next((folder / name for folder in folders if (folder / name).is_file()), None)
    except OSError as error:
        raise source.error(key, f"cannot be looked for ({error.strerror})") from error


def _word_list(source: Source, name: str, folders: list[Path]) -> set[str]:
    path = _beside(source, "ignore", name, folders)
    if path is None:
        raise source.error("ignore", f"{name} is not beside the style")
    return {line.strip().lower() for line in read_text(path).splitlines()}


def _dictionary(source: Source, name: str, folders: list[Path]) -> Dictionary:
    affixes = _beside(source, "dictionaries", f"{name}.aff", folders)
    if affixes is None and name != DEFAULT:
        raise source.error("dictionaries", f"there is no {name}.aff and {name}.dic in config/dictionaries")
    try:
        return _read(str(affixes.with_suffix("")) if affixes else name)
    except Exception as error:
        # Whatever the reader stumbles over, it is the file's.
        raise source.error("dictionaries", f"{name} cannot be read ({type(error).__name__})") from error


@cache
def _read(path: str) -> Dictionary:
    with warnings.catch_warnings():
        # The reader leaves its two files to the garbage collector, which closes them at once and complains.
        warnings.simplefilter("ignore", ResourceWarning)
        return Dictionary.from_files(path)
