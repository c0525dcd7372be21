"""Loads rules from Vale's YAML format (https://vale.sh/docs/topics/styles). An error in a file is reported as one line with the
file, the line, the column and the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from nlp.rules.parsing import action, level
from nlp.rules.source import RuleError, Source, read_source
from nlp.rules.vale import scopes
from nlp.rules.vale.inheritance import resolve
from nlp.rules.vale.kinds.agreement import Conditional, Consistency
from nlp.rules.vale.kinds.capitalization import Capitalization
from nlp.rules.vale.kinds.counting import Occurrence, Repetition
from nlp.rules.vale.kinds.metric import Metric, Readability
from nlp.rules.vale.kinds.sequence import TokenSequence
from nlp.rules.vale.kinds.spelling import Spelling
from nlp.rules.vale.kinds.wording import Existence, Substitution
from nlp.rules.vale.rule import Rule, Setting


class _Kind(Protocol):
    def parse(self, source: Source, setting: Setting, common: dict[str, Any], /) -> Rule:
        """Builds the rule from its file. ``common`` holds the fields that all kinds share. Raises ``RuleError``."""


#: Classes by the value of ``extends``.
KINDS: Mapping[str, _Kind] = {
    "existence": Existence,
    "substitution": Substitution,
    "occurrence": Occurrence,
    "repetition": Repetition,
    "consistency": Consistency,
    "conditional": Conditional,
    "capitalization": Capitalization,
    "metric": Metric,
    "readability": Readability,
    "spelling": Spelling,
    "sequence": TokenSequence,
}


def load_rule(path: Path, setting: Setting | None = None) -> Rule:
    """Loads one rule. Raises ``RuleError``."""
    source = read_source(path)
    setting = setting or Setting()
    try:
        return build(resolve(source, setting.styles), setting)
    except RuleError:
        raise
    except (TypeError, AttributeError, ValueError, LookupError, OverflowError) as error:
        # A mistake that no check covers: the file is at fault, and the other rules can still be used.
        raise source.error("extends", f"cannot be used ({error})") from error


def build(source: Source, setting: Setting | None = None) -> Rule:
    """The rule that ``source`` describes. Raises ``RuleError``."""
    setting = setting or Setting()
    rule_id = _id(source.path, setting.styles)
    source = replace(source, data={**source.data, **setting.overrides.get(rule_id, {})})
    extends = source.text("extends")
    if extends == "script":
        raise source.error("extends", "script rules are not supported; write the rule as another kind, such as existence")
    if extends not in KINDS:
        raise source.error("extends", f"{extends!r} is not one of {', '.join(KINDS)}")
    if "message" not in source.data:
        raise source.error("message", "is missing")
    common = {
        "id": rule_id,
        "text": source.text("message"),
        "description": " ".join(source.text("description").split()),
        "level": level(source),
        "link": source.text("link"),
        "scopes": scopes.parse(_scopes(source)),
        "action": action(source),
        "limit": int(source.number("limit")),
        "matchcase": source.flag("matchcase"),
    }
    return KINDS[extends].parse(source, setting, common)


def _id(path: Path, styles: Path | None) -> str:
    """The names of the style, of folders in it and of the file, with dots between them."""
    parts = path.relative_to(styles).parts if styles is not None and path.is_relative_to(styles) else ()
    return ".".join([*(parts[:-1] or [path.parent.name]), path.stem])


def _scopes(source: Source) -> list[str]:
    given = source.data.get("scope") or "text"
    named = source.strings("scope") if isinstance(given, list) else [source.text("scope", "text")]
    if any("doc(" in scope for scope in named):
        raise source.error("scope", "selections with doc(...) are not supported; name a scope such as heading or list")
    return named
