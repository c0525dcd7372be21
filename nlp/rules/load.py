"""Loads rules from Vale's YAML format (https://vale.sh/docs/topics/styles/).

Our rules keep their additional fields under one key, ``repute:``, so that the rest of the file stays a Vale rule that other
tools can read. An error in a file is reported as one line with the file, the line, the column and the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, cast, get_args

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, Evidence, Grade, RuleInfo, Severity, Surface
from nlp.rules import conditions
from nlp.rules.kinds.agreement import Conditional, Consistency
from nlp.rules.kinds.capitalization import Capitalization
from nlp.rules.kinds.counting import Occurrence, Repetition
from nlp.rules.kinds.existence import Existence
from nlp.rules.kinds.house import HighMeasure, NamedCheck
from nlp.rules.kinds.metric import Metric
from nlp.rules.kinds.sequence import TokenSequence
from nlp.rules.kinds.spelling import Spelling
from nlp.rules.kinds.substitution import Substitution
from nlp.rules.parsing import Setting
from nlp.rules.rule import Action, Dialect, Rule, Vocabulary
from nlp.rules.scopes import Scopes
from nlp.rules.source import RuleError, Source, read_source

LEVELS: Mapping[str, Severity] = {"error": "check", "warning": "check", "suggestion": "tip"}
ACTIONS = ("", "replace", "remove", "edit", "suggest", "convert")
GATES = ("", "held")
MAX_POINTS = 20


class _Kind(Protocol):
    def parse(self, source: Source, setting: Setting, common: dict[str, Any], /) -> Rule:
        """Builds the rule from its file. ``common`` holds the fields that all kinds share. Raises ``RuleError``."""


#: Classes by the value of ``extends``.
VALE_KINDS: Mapping[str, _Kind] = {
    "existence": Existence,
    "substitution": Substitution,
    "occurrence": Occurrence,
    "repetition": Repetition,
    "consistency": Consistency,
    "conditional": Conditional,
    "capitalization": Capitalization,
    "metric": Metric,
    "spelling": Spelling,
    "sequence": TokenSequence,
}
HOUSE_KINDS: Mapping[str, _Kind] = {**VALE_KINDS, "check": NamedCheck, "measure": HighMeasure}


def load_style(folder: Path, dialect: Dialect = Dialect.VALE) -> tuple[Rule, ...]:
    """All rules of a style folder, sorted by id. Raises ``RuleError``."""
    files = rule_files(folder)
    if not files:
        raise RuleError(f"{folder}: contains no rules (*.yml)")
    return tuple(load_rule(path, dialect) for path in files)


def rule_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def load_rule(
    path: Path, dialect: Dialect = Dialect.VALE, *, vocabulary: Vocabulary | None = None, config: Path | None = None
) -> Rule:
    """Loads one rule. ``vocabulary`` holds the terms it must not flag; ``config`` is the style folder's ``config``, with the
    dictionaries. Raises ``RuleError``."""
    source = read_source(path)
    try:
        return build(source, dialect, vocabulary=vocabulary, config=config)
    except RuleError:
        raise
    except (TypeError, AttributeError, ValueError, LookupError, OverflowError) as error:
        # A mistake that no check covers: the file is at fault, and the other rules can still be used.
        raise source.error("repute" if "repute" in source.data else "extends", f"cannot be used ({error})") from error


def build(
    source: Source, dialect: Dialect = Dialect.VALE, *, vocabulary: Vocabulary | None = None, config: Path | None = None
) -> Rule:
    """The rule that ``source`` describes. Raises ``RuleError``."""
    kinds = HOUSE_KINDS if dialect is Dialect.HOUSE else VALE_KINDS
    extends = source.text("extends")
    if extends == "script":
        raise source.error("extends", "script rules are not supported; use patterns instead")
    if extends not in kinds:
        raise source.error("extends", f"{extends!r} is not one of {', '.join(kinds)}")
    accept = vocabulary.accept if vocabulary and source.flag("vocab", default=True) else None
    return kinds[extends].parse(source, Setting(dialect, accept, config), _common(source, dialect))


def _common(source: Source, dialect: Dialect) -> dict[str, Any]:
    """The fields that all kinds share."""
    own = source.data.get("repute") or {}
    if not isinstance(own, dict):
        raise source.error("repute", "must be a mapping")
    level = source.text("level", "warning")
    if level not in LEVELS:
        raise source.error("level", f"{level!r} is not one of {', '.join(LEVELS)}")
    info = _info(source, own, level)
    gate = own.get("gate", "")
    if gate not in GATES:
        raise source.error("repute", f"gate {gate!r} is not one of {', '.join(GATES[1:])}")
    return {
        "info": info,
        "dialect": dialect,
        "level": level,
        "link": source.text("link"),
        "scopes": _scopes(source),
        "action": _action(source),
        "limit": int(source.number("limit")),
        "gate": gate,
        "layout": bool(own.get("layout", False)),
        "quoted": bool(own.get("quoted", False)),
        "wide": bool(own.get("wide", False)),
        "conditions": conditions.parse(source, own),
        "fires": tuple(own.get("fires", ())),
        "quiet": tuple(own.get("quiet", ())),
        "x_info": _x_info(source, info, own.get("on_x")),
    }


def _info(source: Source, own: dict[str, Any], level: str) -> RuleInfo:
    dimension = own.get("dimension", "clarity")
    if dimension not in (*DRAFT_DIMENSIONS, "safety"):
        raise source.error("repute", f"dimension {dimension!r} is not one of {', '.join(DRAFT_DIMENSIONS)}, safety")
    surfaces = tuple(own.get("surfaces", DRAFT_SURFACES))
    if not set(surfaces) <= set(DRAFT_SURFACES):
        raise source.error("repute", f"surfaces must be among {', '.join(DRAFT_SURFACES)}")
    points = own.get("points", 0)
    if not isinstance(points, int | float) or not 0 <= points <= MAX_POINTS:
        raise source.error("repute", f"points must be a number from 0 to {MAX_POINTS}")
    evidence = own.get("evidence") or {}
    grade = evidence.get("grade", "D")
    if grade not in get_args(Grade):
        raise source.error("repute", f"grade {grade!r} is not one of {', '.join(get_args(Grade))}")
    if "message" not in source.data:
        raise source.error("message", "is missing")
    severity: Severity = own.get("severity", LEVELS[level])
    if severity not in get_args(Severity):
        raise source.error("repute", f"severity {severity!r} is not one of {', '.join(get_args(Severity))}")
    return RuleInfo(
        id=f"{source.path.parent.name}.{source.path.stem}",
        message=source.text("message"),
        why=" ".join(str(own.get("why", source.text("description"))).split()),
        dimension=dimension,
        severity=severity,
        evidence=Evidence(grade, str(evidence.get("source", source.text("link")))),
        points=float(points),
        surfaces=cast("tuple[Surface, ...]", surfaces),
        on=bool(own.get("on", True)),
    )


def _x_info(source: Source, info: RuleInfo, own: Any) -> RuleInfo | None:
    if own is None:
        return None
    try:
        return replace(info, message=own["message"], why=own["why"], evidence=Evidence(**own["evidence"]))
    except (KeyError, TypeError):
        raise source.error("repute", "on_x needs message, why and evidence") from None


def _scopes(source: Source) -> Scopes:
    given = source.data.get("scope") or "text"
    names = source.strings("scope") if isinstance(given, list) else [source.text("scope", "text")]
    return tuple(tuple(part.strip() for part in name.split("&")) for name in names)


def _action(source: Source) -> Action:
    action = source.data.get("action") or {}
    if not isinstance(action, dict):
        raise source.error("action", "must be a mapping with a name")
    name, params = action.get("name") or "", action.get("params") or []
    if name not in ACTIONS:
        raise source.error("action", f"{name!r} is not one of {', '.join(ACTIONS[1:])}")
    if not isinstance(params, list) or not all(isinstance(param, str | int) for param in params):
        raise source.error("action", "params must be a list of strings")
    return Action(name, tuple(map(str, params)))
