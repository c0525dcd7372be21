"""Reading rules from Vale's YAML format (https://vale.sh/docs/topics/styles/).

A rule of ours carries its own fields under one key, ``repute:``, so that the rest of the file stays a Vale rule and other
tools can read it. Everything wrong with a file is one line with the file, the line and the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast, get_args

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
from nlp.rules.agreement import conditional, consistency
from nlp.rules.capitals import capitals
from nlp.rules.match import Finder
from nlp.rules.patterns import AnyOf, compiled, is_linear
from nlp.rules.sequence import sequence
from nlp.rules.source import RuleError, Source, read_source
from nlp.rules.spelling import spelling
from nlp.rules.swap import Swap

#: Kinds of Vale that are understood, and ours: a check written in code, and a measure of the text that is high.
OWN_KINDS = ("check", "measure")
KINDS = (
    *("existence", "substitution", "occurrence", "repetition", "consistency", "conditional", "capitalization"),
    *("metric", "spelling", "sequence"),
    *OWN_KINDS,
)
LEVELS: Mapping[str, Severity] = {"error": "check", "warning": "check", "suggestion": "tip"}
ACTIONS = ("", "replace", "remove", "edit", "suggest", "convert")
GATES = ("", "held", "protected")
MAX_POINTS = 20


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words a company writes in its own way. ``accept`` is one pattern of all that no rule may mind; ``terms`` and
    ``reject`` are the patterns one by one."""

    accept: Any = None
    terms: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule offers to do with what it found: Vale's name of it, and its parameters."""

    name: str = ""
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to run. ``pattern`` holds one capture group a swap for ``substitution``; ``fires`` and ``quiet`` are
    its examples, which the tests run. ``without`` is the message where a substitution has nothing to offer. ``x_info`` says
    the same in X's words, where the reason is another one there. A ``layout`` rule reads no words: it holds in every
    language. A ``quoted`` rule minds words between quotation marks as well. ``scopes`` are stretches of text, any of which
    will do; each is a name and others it must (or with ``~`` must not) stand in as well. ``limit`` is how often it may speak of
    one text."""

    info: RuleInfo
    kind: str
    level: str
    link: str
    scope: str
    scopes: tuple[tuple[str, ...], ...] = (("text",),)
    pattern: Any = None
    finder: Finder | None = None
    action: Action = field(default_factory=Action)
    limit: int = 0
    capitalize: bool = False
    ignores_case: bool = False
    alpha: bool = False
    swap: Swap = field(default_factory=Swap)
    exceptions: Any = None
    minimum: int = 0
    maximum: int = 0
    formula: str = ""
    condition: str = ""
    check: str = ""
    measure: str = ""
    #: What a rule on a measure marks: the ``opening``, or the whole ``text``.
    marks: str = "opening"
    at_least: float = 0.0
    gate: str = ""
    without: str = ""
    most: int = 0
    layout: bool = False
    quoted: bool = False
    fires: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    x_info: RuleInfo | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is of our own style, which all but says more than Vale's format does."""
        return self.info.id.startswith("Repute.")

    def on(self, surface: Surface) -> Rule:
        """The rule in the words of ``surface``."""
        return replace(self, info=self.x_info) if self.x_info and surface.startswith("x-") else self


def load_style(folder: Path, *, checks: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """All rules of a style folder, sorted by id. ``checks`` names the checks in code that its rules may call."""
    files = rule_files(folder)
    if not files:
        raise RuleError(f"{folder}: holds no rules (*.yml)")
    return tuple(load_rule(path, checks=checks) for path in files)


def rule_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def load_rule(
    path: Path, *, checks: frozenset[str] = frozenset(), vocabulary: Vocabulary | None = None, config: Path | None = None
) -> Rule:
    """One rule. ``vocabulary`` holds words it may not mind, ``config`` is the folder of dictionaries. Raises ``RuleError``."""
    source = read_source(path)
    try:
        return build(source, checks=checks, vocabulary=vocabulary or Vocabulary(), config=config)
    except RuleError:
        raise
    except (TypeError, AttributeError, ValueError, LookupError, OverflowError) as error:
        # What nobody thought of is the file's fault all the same, and no reason for others to stop.
        raise source.error("repute" if "repute" in source.data else "extends", f"cannot be used ({error})") from error


def build(
    source: Source, *, checks: frozenset[str] = frozenset(), vocabulary: Vocabulary | None = None, config: Path | None = None
) -> Rule:
    """The rule that ``source`` describes. Raises ``RuleError``."""
    kind = source.text("extends")
    known = KINDS if checks else tuple(k for k in KINDS if k not in OWN_KINDS)
    if kind == "script":
        raise source.error("extends", "script rules are not run: say it with patterns, or leave it out")
    if kind not in known:
        raise source.error("extends", f"{kind!r} is not one of {', '.join(known)}")
    own = source.data.get("repute") or {}
    if not isinstance(own, dict):
        raise source.error("repute", "must be a mapping")
    level = source.text("level", "warning")
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
    accept = vocabulary.accept if vocabulary and source.flag("vocab", default=True) else None
    exceptions = _exceptions(source, accept, own=bool(checks))
    scopes = _scopes(source)
    return Rule(
        info=info,
        kind=kind,
        level=level,
        link=source.text("link"),
        scope=scopes[0][0],
        scopes=scopes,
        pattern=_pattern(source, kind, own=bool(checks)),
        finder=_finder(source, kind, exceptions, accept, config),
        action=_action(source),
        limit=int(source.number("limit")),
        capitalize=source.flag("capitalize"),
        ignores_case=source.flag("ignorecase"),
        alpha=source.flag("alpha"),
        swap=_swap(source, own=bool(checks)) if kind == "substitution" else Swap(),
        exceptions=exceptions,
        minimum=int(source.number("min")),
        maximum=int(source.number("max")),
        formula=source.text("formula"),
        condition=source.text("condition"),
        check=check,
        measure=str(own.get("measure", "")),
        marks=str(own.get("marks", "opening")),
        at_least=float(own.get("at_least", 0)),
        gate=gate,
        without=str(own.get("without", "")),
        most=int(own.get("most", 0)),
        quoted=bool(own.get("quoted", False)),
        layout=bool(own.get("layout", False)),
        fires=tuple(own.get("fires", ())),
        quiet=tuple(own.get("quiet", ())),
        x_info=_x_info(source, info, own.get("on_x")),
    )


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


def _check_metric(source: Source) -> None:
    for key, checked in (("formula", formulas.check), ("condition", lambda condition: formulas.holds(0.0, condition))):
        try:
            checked(source.text(key))
        except ValueError as error:
            raise source.error(key, str(error)) from error


def _scopes(source: Source) -> tuple[tuple[str, ...], ...]:
    """Any of a list; each a name, and with ``&`` others it has to stand in too."""
    given = source.data.get("scope") or "text"
    named = source.strings("scope") if isinstance(given, list) else [source.text("scope", "text")]
    return tuple(tuple(part.strip() for part in name.split("&")) for name in named)


def _action(source: Source) -> Action:
    action = source.data.get("action") or {}
    if not isinstance(action, dict):
        raise source.error("action", "must be a mapping with a name")
    name, params = action.get("name") or "", action.get("params") or []
    if name not in ACTIONS:
        raise source.error("action", f"{name!r} is not one of {', '.join(ACTIONS[1:])}")
    if not isinstance(params, list) or not all(isinstance(param, str | int) for param in params):
        raise source.error("action", "params must be a list of texts")
    return Action(name, tuple(map(str, params)))


def _flags(source: Source) -> str:
    return "(?i)" if source.flag("ignorecase") else ""


def _bounded(source: Source, inner: str) -> str:
    return f"(?:{inner})" if source.flag("nonword") else rf"\b(?:{inner})\b"


def _pattern(source: Source, kind: str, *, own: bool) -> Any:
    # In others' styles ^ and $ stand at line ends, as in Vale.
    flags = _flags(source) if own else "(?m)" + _flags(source)
    if kind == "existence":
        parts = [part for part in source.strings("tokens") if part]
        raw = "".join(source.strings("raw"))
        if not parts and not raw:
            raise source.error("tokens", "an existence rule needs tokens or raw")
        inner = _bounded(source, "|".join(parts)) if parts else ""
        whole = inner + raw if source.flag("append") else raw + inner
        return compiled(source, "tokens" if parts else "raw", flags + whole)
    if kind == "occurrence":
        return compiled(source, "token", flags + source.text("token"))
    if kind == "repetition":
        return compiled(source, "tokens", flags + "|".join(source.strings("tokens")))
    if kind == "substitution":
        keys = list(_swap_table(source, own=own))
        whole = compiled(source, "swap", flags + _bounded(source, "|".join(keys)))
        # Where a pattern looks around, only its group tells which of them matched.
        return (
            whole
            if is_linear(whole)
            else compiled(source, "swap", flags + _bounded(source, "|".join(f"({key})" for key in keys)))
        )
    return None


def _finder(source: Source, kind: str, exceptions: Any, accept: Any, config: Path | None) -> Finder | None:
    if kind == "consistency":
        return consistency(source)
    if kind == "conditional":
        return conditional(source, exceptions)
    if kind == "capitalization":
        return capitals(source, exceptions)
    if kind == "sequence":
        return sequence(source)
    if kind == "spelling":
        return spelling(source, accept, config)
    return None


def _swap_table(source: Source, *, own: bool) -> dict[str, str]:
    """What to replace; in others' styles the longest first, as in Vale."""
    table = source.table("swap", "a substitution rule needs a mapping of what to replace")
    return table if own else dict(sorted(table.items(), key=lambda pair: -len(pair[0])))


def _swap(source: Source, *, own: bool) -> Swap:
    pairs = []
    groups = []
    group = 1
    for key, value in _swap_table(source, own=own).items():
        pattern = compiled(source, "swap", f"{_flags(source)}(?:{key})")
        pairs.append((pattern, tuple(value.split("|")) if value else ()))
        groups.append(group)
        group += 1 + pattern.groups
    return Swap(tuple(pairs), () if own else tuple(groups))


def _exceptions(source: Source, accept: Any, *, own: bool) -> Any:
    """What a match may be all the same; in others' styles it is enough that it holds one."""
    words = [word for word in source.strings("exceptions") if word]
    if own:
        return compiled(source, "exceptions", f"(?i)(?:{'|'.join(words)})") if words else None
    parts = [compiled(source, "exceptions", rf"\b(?:{'|'.join(words)})\b")] if words else []
    if accept is not None:
        parts.append(accept)
    return AnyOf(tuple(parts), inside=True) if parts else None
