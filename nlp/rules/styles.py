"""Folders of styles as companies keep them: several styles, vocabularies and dictionaries beside them, and a ``.vale.ini``
that says which rules apply to which file (https://vale.sh/docs/vale-ini)."""

from __future__ import annotations

import configparser
import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from nlp.rules.load import LEVELS, build, load_rule, rule_files
from nlp.rules.patterns import compiled
from nlp.rules.rule import Rule, Vocabulary
from nlp.rules.source import MAX_BYTES, RuleError, Source, read_text

#: From the mildest to the most severe.
SEVERITIES: tuple[str, ...] = tuple(reversed(tuple(LEVELS)))
#: The style of rules that need no file; they read the vocabularies.
BUILT_IN = "Vale"
#: The section made of the keys before the first one; not a valid pattern of file names.
_GLOBAL = "/"
_BRACES = re.compile(r"\{([^{}]*)\}")
#: The known keys; any other key with a dot in it names a rule.
BASED_ON, MINIMUM, VOCABULARIES = "BasedOnStyles", "MinAlertLevel", "Vocab"
#: Alternatives that the braces of one pattern of file names may expand to.
MAX_ALTERNATIVES = 1_000
#: Values that switch a rule on.
ON = ("yes", *LEVELS)


@dataclass(frozen=True)
class Config:
    """A ``.vale.ini``: its global keys, and the keys of each section with its pattern of file names."""

    path: Path | None = None
    global_keys: dict[str, str] = field(default_factory=dict)
    sections: tuple[tuple[str, dict[str, str]], ...] = ()
    #: The mildest severity that is reported, as an index into ``SEVERITIES``.
    minimum: int = 0

    def styles(self) -> set[str]:
        """The styles that any section is based on, or enables a rule of."""
        return {name for _, section in self.sections for name in _names(section.get(BASED_ON, ""))} | {
            key.partition(".")[0]
            for _, section in self.sections
            for key, value in section.items()
            if "." in key and value.lower() in ON
        }

    def of(self, file: str) -> tuple[frozenset[str], dict[str, str]]:
        """The styles that apply to ``file``, by the last section that matches, and the settings of single rules."""
        based: frozenset[str] = frozenset()
        single: dict[str, str] = {}
        for pattern, section in self.sections:
            if _fits(pattern, file):
                based = frozenset(_names(section[BASED_ON])) if BASED_ON in section else based
                single |= {key: value.lower() for key, value in section.items() if "." in key}
        return based, single


@dataclass(frozen=True)
class Styles:
    """The usable rules of a folder, and one line for each rule that is not."""

    rules: tuple[Rule, ...]
    problems: tuple[str, ...]
    config: Config

    def of(self, file: str) -> tuple[Rule, ...]:
        """The rules that apply to ``file``, each at its level there."""
        if self.config.path is None:
            return self.rules
        based, single = self.config.of(file)
        chosen = []
        for rule in self.rules:
            setting = single.get(rule.info.id)
            if setting == "no" or (setting not in ON and rule.info.id.partition(".")[0] not in based):
                continue
            level = setting if setting and setting in LEVELS else rule.level
            if SEVERITIES.index(level) >= self.config.minimum:
                chosen.append(replace(rule, level=level))
        return tuple(chosen)


def load(folder: Path, config_path: Path | None = None) -> Styles:
    """The styles in ``folder``, or ``folder`` itself as one style. Rules and terms that cannot be used are left out and
    reported in ``problems``. Raises ``RuleError`` where the folder, the configuration or every rule cannot be used."""
    if not folder.is_dir():
        raise RuleError(f"{folder}: not a folder")
    config = _config(config_path) if config_path else Config()
    inner = sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "config" and rule_files(path))
    folders = inner or ([folder] if rule_files(folder) else [])
    wanted = config.styles()
    if not folders and wanted != {BUILT_IN}:
        raise RuleError(f"{folder}: has no styles")
    missing = wanted - {path.name for path in folders} - {BUILT_IN}
    if missing:
        raise RuleError(f"{config_path}: BasedOnStyles: there is no style {min(missing)!r} in {folder}")
    problems: list[str] = []
    vocabulary = _vocabulary(folder, _names(config.global_keys.get(VOCABULARIES, "")), problems)
    config_folder = folder / "config"
    builders: list[Callable[[], Rule]] = [
        partial(load_rule, path, vocabulary=vocabulary, config=config_folder)
        for style in folders
        if not config_path or style.name in wanted
        for path in rule_files(style)
    ]
    if BUILT_IN in wanted:
        builders += _built_in(vocabulary, config_folder)
    rules: list[Rule] = []
    for build_rule in builders:
        try:
            rules.append(build_rule())
        except RuleError as error:
            problems.append(str(error))
    if builders and not rules:
        raise RuleError("\n".join(problems))
    return Styles(tuple(rules), tuple(problems), config)


def _config(path: Path) -> Config:
    parser = configparser.ConfigParser(
        interpolation=None, strict=False, delimiters=("=",), inline_comment_prefixes=("#", ";"), empty_lines_in_values=False
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign] # rules are named with capitals
    text = read_text(path)
    try:
        parser.read_string("\n".join([f"[{_GLOBAL}]", *(line.strip() for line in text.splitlines())]))
    except configparser.Error as error:
        found = re.search(r"\[line:? *(\d+)\]", str(error))
        line = int(found[1]) - 1 if found else 1
        raise RuleError(f"{path}:{line}:1: cannot be read ({type(error).__name__})") from error
    sections = tuple((name, dict(parser[name])) for name in parser.sections() if name != _GLOBAL)
    for name, _ in sections:
        _alternatives(name, path)
    global_keys = dict(parser[_GLOBAL])
    return Config(path, global_keys, sections, _minimum(path, global_keys))


def _minimum(path: Path, global_keys: dict[str, str]) -> int:
    level = global_keys.get(MINIMUM, SEVERITIES[0]).lower()
    if level not in SEVERITIES:
        raise RuleError(f"{path}: MinAlertLevel: {level!r} is not one of {', '.join(SEVERITIES)}")
    return SEVERITIES.index(level)


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _fits(pattern: str, file: str) -> bool:
    """Whether a pattern such as ``*.{md,txt}`` matches a file's path or name."""
    return any(fnmatch.fnmatch(file, glob) or fnmatch.fnmatch(Path(file).name, glob) for glob in _alternatives(pattern))


def _alternatives(pattern: str, path: Path | None = None) -> list[str]:
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        glob = waiting.pop()
        found = _BRACES.search(glob)
        if found is None:
            done.append(glob)
        else:
            waiting += [glob[: found.start()] + option + glob[found.end() :] for option in found[1].split(",")]
        if len(done) + len(waiting) > MAX_ALTERNATIVES:
            raise RuleError(f"{path}:1:1: a section expands to more than {MAX_ALTERNATIVES:,} patterns")
    return done


def _vocabulary(folder: Path, names: list[str], problems: list[str]) -> Vocabulary:
    accept: list[str] = []
    reject: list[str] = []
    accepted = None
    for name in names:
        places = [folder / "config" / "vocabularies" / name, folder / "Vocab" / name]
        place = next((path for path in places if path.is_dir()), None)
        if place is None:
            raise RuleError(f"{folder}: Vocab: there is no vocabulary {name!r} in config/vocabularies")
        accept += _terms(place / "accept.txt", problems)
        reject += _terms(place / "reject.txt", problems)
        if accept:
            source = Source(place / "accept.txt", {})
            accepted = compiled(source, "terms", rf"\b(?:{'|'.join(f'(?:{term})' for term in accept)})\b", longest=MAX_BYTES)
    return Vocabulary(accepted, tuple(accept), tuple(reject))


def _terms(path: Path, problems: list[str]) -> list[str]:
    """The patterns of a vocabulary file, one per line. A line that is not a pattern is reported in ``problems``; a missing file
    holds none."""
    if not path.exists() and not path.is_symlink():
        return []
    found = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        term = line.strip()
        if not term or term.startswith("#"):
            continue
        try:
            compiled(Source(path, {}, {"term": (number, 1)}), "term", term)
        except RuleError as error:
            problems.append(str(error))
        else:
            found.append(term)
    return found


def _built_in(vocabulary: Vocabulary, config: Path) -> list[Callable[[], Rule]]:
    """The rules that every folder has: spelling, spelling of the vocabulary's terms, rejected terms, repeated words."""
    rules: list[dict[str, Any]] = [
        {"name": "Spelling", "extends": "spelling", "message": "Did you really mean '%s'?", "level": "error"},
        {
            "name": "Repetition", "extends": "repetition", "message": "'%s' is repeated!", "level": "error", "alpha": True,
            "tokens": [r"[^\s]+"],
        },
    ]  # fmt: skip
    if vocabulary.reject:
        avoid = {"name": "Avoid", "extends": "existence", "message": "Avoid using '%s'.", "level": "error"}
        rules.append(avoid | {"tokens": list(vocabulary.reject), "vocab": False})
    if vocabulary.terms:
        terms = {"name": "Terms", "extends": "substitution", "message": "Use '%s' instead of '%s'.", "level": "error"}
        # Accepted terms are exceptions of every rule, so only terms in other case are left to find.
        swap = {f"(?i:{term.removeprefix('(?i)')})": term for term in vocabulary.terms if not term.startswith("(?i)")}
        rules.append(terms | {"swap": swap})
    return [
        partial(build, Source(Path(BUILT_IN) / f"{rule.pop('name')}.yml", rule), vocabulary=vocabulary, config=config)
        for rule in rules
        if rule.get("swap", True)
    ]
