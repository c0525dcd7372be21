"""Loads our own rules from Vale's YAML format (https://vale.sh/docs/topics/styles/).

They keep their additional fields under one key, ``repute:``, so that the rest of the file stays a Vale rule that other
tools can read. An error in a file is reported as one line with the file, the line, the column and the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, cast, get_args

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, Evidence, Grade, RuleInfo, Severity, Surface
from nlp.rules import conditions
from nlp.rules.kinds.existence import Existence
from nlp.rules.kinds.house import HighMeasure, NamedCheck
from nlp.rules.kinds.metric import Metric
from nlp.rules.kinds.repetition import Repetition
from nlp.rules.kinds.substitution import Substitution
from nlp.rules.parsing import LEVELS, action, level
from nlp.rules.rule import Rule
from nlp.rules.scopes import SCOPES
from nlp.rules.source import RuleError, Source, read_source

GATES = ("", "held")
MAX_POINTS = 20


class _Kind(Protocol):
    def parse(self, source: Source, common: dict[str, Any], /) -> Rule:
        """Builds the rule from its file. ``common`` holds the fields that all kinds share. Raises ``RuleError``."""


#: Classes by the value of ``extends``.
KINDS: Mapping[str, _Kind] = {
    "existence": Existence,
    "substitution": Substitution,
    "repetition": Repetition,
    "metric": Metric,
    "check": NamedCheck,
    "measure": HighMeasure,
}


def load_style(folder: Path) -> tuple[Rule, ...]:
    """All rules of a style folder, sorted by id. Raises ``RuleError``."""
    files = rule_files(folder)
    if not files:
        raise RuleError(f"{folder}: contains no rules (*.yml)")
    return tuple(map(load_rule, files))


def rule_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def load_rule(path: Path) -> Rule:
    """Loads one rule. Raises ``RuleError``."""
    source = read_source(path)
    try:
        return build(source)
    except RuleError:
        raise
    except (TypeError, AttributeError, ValueError, LookupError, OverflowError) as error:
        # A mistake that no check covers: the file is at fault, and the other rules can still be used.
        raise source.error("repute" if "repute" in source.data else "extends", f"cannot be used ({error})") from error


def build(source: Source) -> Rule:
    """The rule that ``source`` describes. Raises ``RuleError``."""
    extends = source.text("extends")
    if extends not in KINDS:
        raise source.error("extends", f"{extends!r} is not one of {', '.join(KINDS)}")
    return KINDS[extends].parse(source, _common(source))


def _common(source: Source) -> dict[str, Any]:
    """The fields that all kinds share."""
    own = source.data.get("repute") or {}
    if not isinstance(own, dict):
        raise source.error("repute", "must be a mapping")
    info = _info(source, own, level(source))
    gate = own.get("gate", "")
    if gate not in GATES:
        raise source.error("repute", f"gate {gate!r} is not one of {', '.join(GATES[1:])}")
    return {
        "info": info,
        "scope": _scope(source),
        "action": action(source),
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


def _info(source: Source, own: dict[str, Any], given_level: str) -> RuleInfo:
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
    severity: Severity = own.get("severity", LEVELS[given_level])
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


def _scope(source: Source) -> str:
    scope = source.text("scope", "text")
    if scope not in SCOPES:
        raise source.error("scope", f"{scope!r} is not one of {', '.join(SCOPES)}")
    return scope
