"""Reading rules from Vale's YAML format (https://vale.sh/docs/topics/styles/).

A rule of ours carries its own fields under one key, ``repute:``, so that the rest of the file stays a Vale rule and other
tools can read it. Everything wrong with a file is one line with the file, the line and the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast, get_args

import re2
import yaml

from nlp.model import (
    DRAFT_DIMENSIONS,
    DRAFT_SURFACES,
    Evidence,
    Grade,
    RuleInfo,
    Severity,
    Surface,
)
from nlp.rules import formulas
from nlp.rules.swap import Swap

#: Kinds of Vale that are understood, and ours: a check written in code, and a measure of the text that is high.
OWN_KINDS = ("check", "measure")
KINDS = ("existence", "substitution", "occurrence", "repetition", "metric", *OWN_KINDS)
LEVELS: Mapping[str, Severity] = {"error": "check", "warning": "check", "suggestion": "tip"}
GATES = ("", "held", "protected")
MAX_PATTERN = 100_000
MAX_POINTS = 20


class RuleError(ValueError):
    """A rule that cannot be used; ``str()`` is one line: file, line, field and reason."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to run. ``pattern`` holds one capture group a swap for ``substitution``; ``fires`` and ``quiet`` are
    its examples, which the tests run. ``without`` is the message where a substitution has nothing to offer. ``x_info`` says
    the same in X's words, where the reason is another one there. A ``layout`` rule reads no words: it holds in every
    language. A ``quoted`` rule minds words between quotation marks as well."""

    info: RuleInfo
    kind: str
    level: str
    link: str
    scope: str
    pattern: Any = None
    swap: Swap = field(default_factory=Swap)
    exceptions: Any = None
    minimum: int = 0
    maximum: int = 0
    formula: str = ""
    condition: str = ""
    check: str = ""
    measure: str = ""
    at_least: float = 0.0
    gate: str = ""
    remove: bool = False
    without: str = ""
    most: int = 0
    layout: bool = False
    quoted: bool = False
    fires: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    x_info: RuleInfo | None = None

    def on(self, surface: Surface) -> Rule:
        """The rule in the words of ``surface``."""
        return replace(self, info=self.x_info) if self.x_info and surface.startswith("x-") else self


@dataclass
class _Source:
    """A rule file: its data, and the line of each key."""

    path: Path
    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)

    def error(self, key: str, reason: str) -> RuleError:
        return RuleError(f"{self.path}:{self.lines.get(key, 1)}: {key}: {reason}")

    def strings(self, key: str) -> list[str]:
        value = self.data.get(key) or []
        if not isinstance(value, list):
            raise self.error(key, "must be a list")
        return [str(item) for item in value]


def load_style(folder: Path, *, checks: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """All rules of a style folder, sorted by id. ``checks`` names the checks in code that its rules may call."""
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise RuleError(f"{folder}: holds no rules (*.yml)")
    return tuple(load_rule(path, checks=checks) for path in files)


def load_rule(path: Path, *, checks: frozenset[str] = frozenset()) -> Rule:
    """One rule. Raises ``RuleError``."""
    source = _parse(path)
    kind = source.data.get("extends")
    known = KINDS if checks else tuple(k for k in KINDS if k not in OWN_KINDS)
    if kind not in known:
        raise source.error("extends", f"{kind!r} is not one of {', '.join(known)}")
    own = source.data.get("repute") or {}
    if not isinstance(own, dict):
        raise source.error("repute", "must be a mapping")
    level = source.data.get("level", "warning")
    if level not in LEVELS:
        raise source.error("level", f"{level!r} is not one of {', '.join(LEVELS)}")
    info = _info(source, own, level)
    check = own.get("check", "")
    if kind == "check" and check not in checks:
        raise source.error("repute", f"there is no check named {check!r}")
    gate = own.get("gate", "")
    if gate not in GATES:
        raise source.error("repute", f"gate {gate!r} is not one of held, protected")
    if kind == "metric":
        _check_metric(source)
    action = source.data.get("action") or {}
    return Rule(
        info=info,
        kind=kind,
        level=level,
        link=str(source.data.get("link", "")),
        scope=_scope(source),
        pattern=_pattern(source, kind),
        swap=_swap(source) if kind == "substitution" else Swap(),
        exceptions=_exceptions(source),
        minimum=int(source.data.get("min", 0)),
        maximum=int(source.data.get("max", 0)),
        formula=str(source.data.get("formula", "")),
        condition=str(source.data.get("condition", "")),
        check=check,
        measure=str(own.get("measure", "")),
        at_least=float(own.get("at_least", 0)),
        gate=gate,
        remove=isinstance(action, dict) and action.get("name") == "remove",
        without=str(own.get("without", "")),
        most=int(own.get("most", 0)),
        quoted=bool(own.get("quoted", False)),
        layout=bool(own.get("layout", False)),
        fires=tuple(own.get("fires", ())),
        quiet=tuple(own.get("quiet", ())),
        x_info=_x_info(source, info, own.get("on_x")),
    )


def _parse(path: Path) -> _Source:
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: cannot be read ({type(error).__name__})") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is not YAML"
        raise RuleError(f"{path}:{mark.line + 1 if mark else 1}: {problem}") from error
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        raise RuleError(f"{path}:1: a rule is a mapping of keys")
    lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    return _Source(path, data, lines)


def _info(source: _Source, own: dict[str, Any], level: str) -> RuleInfo:
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
        message=str(source.data["message"]),
        why=" ".join(str(own.get("why", "")).split()),
        dimension=dimension,
        severity=severity,
        evidence=Evidence(grade, str(evidence.get("source", source.data.get("link", "")))),
        points=float(points),
        surfaces=cast("tuple[Surface, ...]", surfaces),
        on=bool(own.get("on", True)),
    )


def _x_info(source: _Source, info: RuleInfo, own: Any) -> RuleInfo | None:
    if own is None:
        return None
    try:
        return replace(info, message=own["message"], why=own["why"], evidence=Evidence(**own["evidence"]))
    except (KeyError, TypeError):
        raise source.error("repute", "on_x needs message, why and evidence") from None


def _check_metric(source: _Source) -> None:
    for key, checked in (("formula", formulas.check), ("condition", lambda condition: formulas.holds(0.0, condition))):
        try:
            checked(str(source.data.get(key, "")))
        except ValueError as error:
            raise source.error(key, str(error)) from error


def _scope(source: _Source) -> str:
    scope = source.data.get("scope", "text")
    if isinstance(scope, list):
        scope = scope[0] if scope else "text"
    return str(scope)


def _flags(source: _Source) -> str:
    return "(?i)" if source.data.get("ignorecase", False) else ""


def _bounded(source: _Source, inner: str) -> str:
    return inner if source.data.get("nonword", False) else rf"\b(?:{inner})\b"


def _pattern(source: _Source, kind: str) -> Any:
    if kind == "existence":
        parts = source.strings("tokens")
        raw = "".join(source.strings("raw"))
        if not parts and not raw:
            raise source.error("tokens", "an existence rule needs tokens or raw")
        inner = _bounded(source, "|".join(parts)) if parts else ""
        return _compiled(source, "tokens" if parts else "raw", _flags(source) + raw + inner)
    if kind == "occurrence":
        return _compiled(source, "token", _flags(source) + str(source.data.get("token", "")))
    if kind == "repetition":
        return _compiled(source, "tokens", _flags(source) + "|".join(source.strings("tokens")))
    if kind == "substitution":
        keys = [str(key) for key in _swap_table(source)]
        return _compiled(source, "swap", _flags(source) + _bounded(source, "|".join(keys)))
    return None


def _swap_table(source: _Source) -> dict[str, Any]:
    swap = source.data.get("swap")
    if not isinstance(swap, dict) or not swap:
        raise source.error("swap", "a substitution rule needs a mapping of what to replace")
    return swap


def _swap(source: _Source) -> Swap:
    return Swap(
        tuple(
            (_compiled(source, "swap", f"{_flags(source)}(?:{key})"), tuple(str(value).split("|")) if value else ())
            for key, value in _swap_table(source).items()
        )
    )


def _exceptions(source: _Source) -> Any:
    words = source.strings("exceptions")
    return _compiled(source, "exceptions", "(?i)(?:" + "|".join(words) + ")") if words else None


def _compiled(source: _Source, key: str, pattern: str) -> Any:
    """``pattern`` compiled by the engine that will run it: RE2, whose time is linear in the text."""
    if len(pattern) > MAX_PATTERN:
        raise source.error(key, f"the pattern is longer than {MAX_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise source.error(key, f"not a pattern RE2 can run ({reason})") from error
