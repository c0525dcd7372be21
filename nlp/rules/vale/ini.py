"""A ``.vale.ini``: which styles apply to which file, and what they leave out (https://vale.sh/docs/topics/.vale.ini)."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from nlp.rules.parsing import LEVELS
from nlp.rules.source import RuleError, read_text

#: From the mildest to the most severe.
SEVERITIES: tuple[str, ...] = tuple(reversed(tuple(LEVELS)))
#: The keys before the first section, and those of a section. Any other key of a section names a rule.
_GLOBAL = frozenset({"StylesPath", "MinAlertLevel", "Vocab", "IgnoredScopes", "SkippedScopes", "IgnoredClasses", "Packages",
                     "WordTemplate"})  # fmt: skip
_SECTION = frozenset({"BasedOnStyles", "TokenIgnores", "BlockIgnores"})
#: Keys of Vale's that have no effect here.
_UNSUPPORTED = frozenset({"NLPEndpoint", "CommentDelimiters", "Transform", "View", "Lang"})
_FORMATS = "formats"
_OTHER_SECTIONS = (_FORMATS, "asciidoctor")
#: Patterns that the braces of one file name pattern may expand to.
MAX_ALTERNATIVES = 1_000
#: Values that switch a rule on.
ON = ("yes", *LEVELS)
#: A key that sets a number, a switch or the level of a rule: ``Style.Rule[max]``.
_PARAMETER = re.compile(r"(?P<rule>[^\[\]]+\.[^\[\]]+)\[(?P<key>\w+)\]")
_PARAMETERS = frozenset({"level", "limit", "max", "min", "ignorecase", "matchcase", "nonword", "vocab", "capitalize", "alpha",
                         "threshold", "grade", "custom", "append"})  # fmt: skip
_GLOB_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)
_BRACES = re.compile(r"\{([^{}]*)\}")
_COMMENT = re.compile(r"(?:^|\s)[#;].*")


@dataclass(frozen=True)
class Config:
    """The global keys, and the keys of each section with its file name pattern."""

    path: Path | None = None
    global_keys: dict[str, str] = field(default_factory=dict)
    sections: tuple[tuple[str, dict[str, str]], ...] = ()
    #: The mildest severity that is reported, as an index into ``SEVERITIES``.
    minimum: int = 0
    #: File extensions that stand for another one.
    formats: dict[str, str] = field(default_factory=dict)
    #: One line for each line that has no effect.
    problems: tuple[str, ...] = ()

    def styles(self) -> set[str]:
        """The styles that any section is based on, or of which it enables a rule."""
        return {name for _, section in self.sections for name in names(section.get("BasedOnStyles", ""))} | {
            key.partition(".")[0]
            for _, section in self.sections
            for key, value in section.items()
            if "." in key and value.lower() in ON
        }

    def overrides(self) -> dict[str, dict[str, str]]:
        """What the configuration sets of a rule, by its id."""
        found: dict[str, dict[str, str]] = {}
        for _, section in self.sections:
            for key, value in section.items():
                if parameter := _PARAMETER.fullmatch(key):
                    found.setdefault(parameter["rule"], {})[parameter["key"]] = value
        return found

    def settings_for(self, file: str) -> tuple[frozenset[str], dict[str, str]]:
        """The styles that apply to ``file``, from the last section that matches it, and the settings of single rules and of
        whole styles."""
        based_on: frozenset[str] = frozenset()
        rule_settings: dict[str, str] = {}
        for section in self.sections_for(file):
            based_on = frozenset(names(section["BasedOnStyles"])) if "BasedOnStyles" in section else based_on
            rule_settings |= {key: value.lower() for key, value in section.items() if key not in _SECTION}
        return based_on, rule_settings

    def sections_for(self, file: str) -> Iterator[dict[str, str]]:
        """The keys of each section that matches ``file``."""
        folder = self.path.parent if self.path else Path()
        return (section for pattern, section in self.sections if _matches_file(pattern, file, folder))

    def styles_path(self) -> Path | None:
        """The folder of the styles, relative to the configuration; ``None`` where it names none."""
        value = self.global_keys.get("StylesPath")
        return self.path.parent / value if value and self.path else None


def read_config(path: Path) -> Config:
    """The configuration at ``path``. A line that cannot be understood becomes a problem. Raises ``RuleError``."""
    global_keys: dict[str, str] = {}
    sections: list[tuple[str, dict[str, str]]] = []
    problems: list[str] = []
    keys = global_keys
    for number, line in _lines(read_text(path)):
        if line.startswith("[") and line.endswith("]"):
            keys = {}
            sections.append((line[1:-1].strip(), keys))
            continue
        key, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not key:
            problems.append(f"{path}:{number}:1: is neither a section nor a key with a value")
            continue
        if problem := _problem(key, value, sections[-1][0] if sections else None):
            problems.append(f"{path}:{number}:1: {key}: {problem}")
            continue
        value = value[1:-1] if len(value) > 1 and value[0] in "'\"`" and value.find(value[0], 1) == len(value) - 1 else value
        # A list may be given in several lines with the same key.
        lists = key in _SECTION or key in ("Vocab", "IgnoredScopes", "SkippedScopes", "IgnoredClasses")
        keys[key] = f"{keys[key]}, {value}" if lists and key in keys else value
    formats = {key: value for name, section in sections if name == _FORMATS for key, value in section.items()}
    named = tuple((name, section) for name, section in sections if name not in _OTHER_SECTIONS)
    for name, _ in named:
        _expand_braces(name, path)
    return Config(path, global_keys, named, _minimum(path, global_keys), formats, tuple(problems))


def names(listed: str) -> list[str]:
    """The items of a list that commas separate."""
    return [name.strip() for name in listed.split(",") if name.strip()]


def patterns(listed: str) -> list[str]:
    """The patterns of a list; a comma inside of one is written with a backslash."""
    return [part.strip().replace("\\,", ",") for part in re.split(r"(?<!\\),", listed) if part.strip()]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are neither blank nor comments, from 1. A line that ends with a backslash goes on in the next."""
    joined, first = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not joined:
            line, first = _COMMENT.sub("", line).strip(), number
        if line.endswith("\\"):
            joined += f"{line[:-1]} "
            continue
        if joined or line:
            yield first, (joined + line).strip()
        joined = ""
    if joined:
        yield first, joined.strip()


def _minimum(path: Path, global_keys: dict[str, str]) -> int:
    level = global_keys.get("MinAlertLevel", SEVERITIES[0]).lower()
    if level not in SEVERITIES:
        raise RuleError(f"{path}: MinAlertLevel: {level!r} is not one of {', '.join(SEVERITIES)}")
    return SEVERITIES.index(level)


def _problem(key: str, value: str, section: str | None) -> str:
    """Why a key has no effect in ``section``, which is ``None`` before the first one; empty where it has one."""
    if section is None:
        return "" if key in _GLOBAL else "has no effect here"
    if section in _OTHER_SECTIONS:
        return ""
    if key in _GLOBAL:
        return "belongs above the first section"
    if parameter := _PARAMETER.fullmatch(key):
        return "" if parameter["key"] in _PARAMETERS else f"only a rule file can set {parameter['key']}"
    is_setting = key in _SECTION or value.strip("'\"`").lower() in (*ON, "no")
    return "has no effect here" if key in _UNSUPPORTED or not is_setting else ""


def _matches_file(pattern: str, file: str, folder: Path) -> bool:
    """Whether a pattern such as ``*.{md,txt}`` matches the path or the name of a file. One with a slash has to match the path
    as it is given or relative to ``folder``, that of the configuration."""
    path = Path(file)
    relative = path.resolve().relative_to(folder.resolve()) if path.resolve().is_relative_to(folder.resolve()) else path
    for glob in _expand_braces(pattern):
        if "/" not in glob:
            if fnmatch.fnmatch(file, glob) or fnmatch.fnmatch(path.name, glob):
                return True
        elif any(_glob(glob.removeprefix("./")).fullmatch(candidate.as_posix()) for candidate in (path, relative)):
            return True
    return False


@lru_cache(maxsize=1_000)
def _glob(glob: str) -> re.Pattern[str]:
    """A pattern of paths: ``*`` stands for characters of one part, ``**`` for any number of folders."""
    made = ""
    for part in _GLOB_PARTS.findall(glob):
        if part in ("**/", "**"):
            made += "(?:.*/)?" if part == "**/" else ".*"
        elif part in ("*", "?"):
            made += "[^/]*" if part == "*" else "[^/]"
        elif part.startswith("[") and len(part) > 2:
            inside = part[1:-1].replace("\\", "\\\\")
            made += f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
        else:
            made += re.escape(part)
    return re.compile(made, re.DOTALL)


def _expand_braces(pattern: str, path: Path | None = None) -> list[str]:
    expanded: list[str] = []
    pending = [pattern]
    while pending:
        glob = pending.pop()
        match = _BRACES.search(glob)
        if match is None:
            expanded.append(glob)
        else:
            pending += [glob[: match.start()] + option + glob[match.end() :] for option in match[1].split(",")]
        if len(expanded) + len(pending) > MAX_ALTERNATIVES:
            raise RuleError(f"{path}:1:1: a section expands to more than {MAX_ALTERNATIVES:,} patterns")
    return expanded
