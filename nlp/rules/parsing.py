"""Helpers that the parsers of all kinds of rule share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.rules.patterns import AnyOf, compile_pattern
from nlp.rules.rule import Dialect
from nlp.rules.source import Source


@dataclass(frozen=True, slots=True)
class Setting:
    """The context of a rule file: its dialect, the pattern of accepted terms, and the folder of dictionaries."""

    dialect: Dialect
    accept: Any = None
    config: Path | None = None


def flags(source: Source, dialect: Dialect) -> str:
    """The inline flags that the rule's pattern begins with."""
    multiline = "(?m)" if dialect is Dialect.VALE else ""
    return multiline + case_flag(source)


def case_flag(source: Source) -> str:
    return "(?i)" if source.flag("ignorecase") else ""


def bounded(source: Source, inner: str) -> str:
    """``inner`` between word boundaries, unless the rule sets ``nonword``."""
    return f"(?:{inner})" if source.flag("nonword") else rf"\b(?:{inner})\b"


def exceptions(source: Source, setting: Setting) -> Any:
    """The pattern of matches to ignore; ``None`` where there are none."""
    words = [word for word in source.strings("exceptions") if word]
    if setting.dialect is Dialect.HOUSE:
        return compile_pattern(source, "exceptions", f"(?i)(?:{'|'.join(words)})") if words else None
    parts = [compile_pattern(source, "exceptions", rf"\b(?:{'|'.join(words)})\b")] if words else []
    if setting.accept is not None:
        parts.append(setting.accept)
    return AnyOf(tuple(parts), inside=True) if parts else None
