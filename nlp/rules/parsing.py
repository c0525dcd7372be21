"""Helpers that the parsers of all kinds of rule share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlp.model import Severity
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Action
from nlp.rules.source import Source

LEVELS: Mapping[str, Severity] = {"error": "check", "warning": "check", "suggestion": "tip"}
ACTIONS = ("", "replace", "remove", "edit", "suggest", "convert")


def level(source: Source) -> str:
    """The rule's level, one of ``LEVELS``. Raises ``RuleError``."""
    given = source.text("level", "warning")
    if given not in LEVELS:
        raise source.error("level", f"{given!r} is not one of {', '.join(LEVELS)}")
    return given


def action(source: Source) -> Action:
    """What the rule offers to do with the words it matches. Raises ``RuleError``."""
    given = source.data.get("action") or {}
    if not isinstance(given, dict):
        raise source.error("action", "must be a mapping with a name")
    name, params = given.get("name") or "", given.get("params") or []
    if name not in ACTIONS:
        raise source.error("action", f"{name!r} is not one of {', '.join(ACTIONS[1:])}")
    if not isinstance(params, list):
        raise source.error("action", "params must be a list of strings")
    # Several steps may be a list of lists.
    steps = [step for param in params for step in (param if isinstance(param, list) else [param])]
    if not all(isinstance(step, str | int) for step in steps):
        raise source.error("action", "params must be a list of strings")
    return Action(name, tuple(map(str, steps)))


def case_flag(source: Source) -> str:
    """The inline flag that the rule's pattern begins with."""
    return "(?i)" if source.flag("ignorecase") else ""


def bounded(source: Source, inner: str) -> str:
    """``inner`` between word boundaries, unless the rule sets ``nonword``."""
    return f"(?:{inner})" if source.flag("nonword") else rf"\b(?:{inner})\b"


def exceptions(source: Source) -> Any:
    """The pattern of matches to ignore, in any case; ``None`` where there are none."""
    words = [word for word in source.strings("exceptions") if word]
    return compile_pattern(source, "exceptions", f"(?i)(?:{'|'.join(words)})") if words else None
