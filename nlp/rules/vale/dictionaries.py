"""Hunspell dictionaries and other files of a company's folder: where they are, and how they are read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from spylls.hunspell import Dictionary, readers
from spylls.hunspell.readers.file_reader import FileReader

if TYPE_CHECKING:
    from nlp.rules.source import Source

#: Tables of an affix file that only suggestions need. Published dictionaries have rows in them that spylls cannot read.
_FOR_SUGGESTIONS = frozenset({"PHONE", "MAP", "TRY", "KEY"})


def find(source: Source, key: str, name: str, folders: list[Path]) -> Path | None:
    """The file ``name`` in the first of ``folders`` that has it. Raises ``RuleError`` where it leaves that folder."""
    try:
        folder = next((folder for folder in folders if (folder / name).is_file()), None)
    except OSError as error:
        raise source.error(key, f"cannot be searched for ({error.strerror})") from error
    if folder is None:
        return None
    require_inside(source, key, folder / name, folder)
    return folder / name


def require_inside(source: Source, key: str, path: Path, folder: Path) -> None:
    """Refuses a path that leaves ``folder``, by ``..``, as an absolute path or through a symbolic link."""
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links, before Python 3.13
        raise source.error(key, "cannot be searched for (a loop of symbolic links)") from error
    if not inside:
        raise source.error(key, "is outside the folder of the styles")


def load(source: Source, name: str, folders: list[Path], default: str) -> Dictionary:
    """The dictionary ``name`` of ``folders``; ``default`` is also there without a file. Raises ``RuleError``."""
    affixes = find(source, "dictionaries", f"{name}.aff", folders)
    if affixes is None and name != default:
        raise source.error("dictionaries", f"{name}.aff and {name}.dic were not found in config/dictionaries")
    if affixes is not None:
        require_inside(source, "dictionaries", affixes.with_suffix(".dic"), affixes.parent)
    try:
        return _read(str(affixes.with_suffix(""))) if affixes else _packaged(name)
    except Exception as error:
        # spylls raises many kinds of error for a malformed file.
        raise source.error("dictionaries", f"{name} cannot be read ({type(error).__name__})") from error


class _AffixReader(FileReader):  # type: ignore[misc] # spylls has no types
    """Reads an affix file without the tables for suggestions."""

    def readlines(self) -> Iterator[tuple[int, str]]:
        return (line for line in super().readlines() if line[1].partition(" ")[0] not in _FOR_SUGGESTIONS)


@cache
def _read(path: str) -> Dictionary:
    with warnings.catch_warnings():
        # spylls does not close its two files, so the garbage collector does and warns.
        warnings.simplefilter("ignore", ResourceWarning)
        affixes, context = readers.read_aff(_AffixReader(f"{path}.aff"))
        words = readers.read_dic(FileReader(f"{path}.dic", encoding=context.encoding), aff=affixes, context=context)
        return Dictionary(affixes, words)


@cache
def _packaged(name: str) -> Dictionary:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return Dictionary.from_files(name)
