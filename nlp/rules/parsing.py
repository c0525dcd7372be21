"""What the parsers of single kinds of rule share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.rules.patterns import AnyOf, compiled
from nlp.rules.rule import Dialect
from nlp.rules.source import Source


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a rule file. ``accept`` is the pattern of accepted terms, ``config`` the folder with dictionaries."""

    dialect: Dialect
    accept: Any = None
    config: Path | None = None


def flags(source: Source, dialect: Dialect) -> str:
    """The flags at the beginning of a pattern."""
    multiline = "(?m)" if dialect is Dialect.VALE else ""
    return multiline + case_flag(source)


def case_flag(source: Source) -> str:
    return "(?i)" if source.flag("ignorecase") else ""


def bounded(source: Source, inner: str) -> str:
    """``inner`` between word boundaries, unless the rule says ``nonword``."""
    return f"(?:{inner})" if source.flag("nonword") else rf"\b(?:{inner})\b"


def exceptions(source: Source, setting: Setting) -> Any:
    """A pattern of the matches to let pass; ``None`` for none."""
    words = [word for word in source.strings("exceptions") if word]
    if setting.dialect is Dialect.HOUSE:
        return compiled(source, "exceptions", f"(?i)(?:{'|'.join(words)})") if words else None
    parts = [compiled(source, "exceptions", rf"\b(?:{'|'.join(words)})\b")] if words else []
    if setting.accept is not None:
        parts.append(setting.accept)
    return AnyOf(tuple(parts), inside=True) if parts else None
