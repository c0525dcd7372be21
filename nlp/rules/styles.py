"""Loads a company's Vale folder: its styles, vocabularies and dictionaries, and a ``.vale.ini`` that says which rules apply to
which file (https://vale.sh/docs/vale-ini)."""

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
from nlp.rules.patterns import compile_pattern
from nlp.rules.rule import Rule, Vocabulary
from nlp.rules.source import MAX_BYTES, RuleError, Source, read_text

#: From the mildest to the most severe.
SEVERITIES: tuple[str, ...] = tuple(reversed(tuple(LEVELS)))
#: The style of Vale's built-in rules, which need no rule file.
BUILT_IN = "Vale"
#: The name given to the keys before the first section; it is no valid file name pattern.
_GLOBAL = "/"
_BRACES = re.compile(r"\{([^{}]*)\}")
#: The supported keys; any other key that contains a dot names a rule.
BASED_ON, MINIMUM, VOCABULARIES = "BasedOnStyles", "MinAlertLevel", "Vocab"
#: Patterns that the braces of one file name pattern may expand to.
MAX_ALTERNATIVES = 1_000
#: Values that switch a rule on.
ON = ("yes", *LEVELS)


@dataclass(frozen=True)
class Config:
    """A ``.vale.ini``: its global keys, and the keys of each section with its file name pattern."""

    path: Path | None = None
    global_keys: dict[str, str] = field(default_factory=dict)
    sections: tuple[tuple[str, dict[str, str]], ...] = ()
    #: The mildest severity that is reported, as an index into ``SEVERITIES``.
    minimum: int = 0

    def styles(self) -> set[str]:
        """The styles that any section is based on, or of which it enables a rule."""
        return {name for _, section in self.sections for name in _names(section.get(BASED_ON, ""))} | {
            key.partition(".")[0]
            for _, section in self.sections
            for key, value in section.items()
            if "." in key and value.lower() in ON
        }

    def settings_for(self, file: str) -> tuple[frozenset[str], dict[str, str]]:
        """The styles that apply to ``file``, from the last section that matches it, and the settings of single rules."""
        based_on: frozenset[str] = frozenset()
        rule_settings: dict[str, str] = {}
        for pattern, section in self.sections:
            if _matches_file(pattern, file):
                based_on = frozenset(_names(section[BASED_ON])) if BASED_ON in section else based_on
                rule_settings |= {key: value.lower() for key, value in section.items() if "." in key}
        return based_on, rule_settings


@dataclass(frozen=True)
class Styles:
    """The usable rules of a folder, and one line for each rule that cannot be used."""

    rules: tuple[Rule, ...]
    problems: tuple[str, ...]
    config: Config

    def rules_for(self, file: str) -> tuple[Rule, ...]:
        """The rules that apply to ``file``, each with its level for that file."""
        if self.config.path is None:
            return self.rules
        based_on, rule_settings = self.config.settings_for(file)
        selected = []
        for rule in self.rules:
            setting = rule_settings.get(rule.info.id)
            if setting == "no" or (setting not in ON and rule.info.id.partition(".")[0] not in based_on):
                continue
            level = setting if setting and setting in LEVELS else rule.level
            if SEVERITIES.index(level) >= self.config.minimum:
                selected.append(replace(rule, level=level))
        return tuple(selected)


def load(folder: Path, config_path: Path | None = None) -> Styles:
    """Loads the styles in ``folder``, or ``folder`` itself as one style. Rules and terms that cannot be used are left out and
    reported in ``problems``. Raises ``RuleError`` if the folder or the configuration cannot be used, or no rule can."""
    if not folder.is_dir():
        raise RuleError(f"{folder}: not a folder")
    config = _config(config_path) if config_path else Config()
    subfolders = sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "config" and rule_files(path))
    folders = subfolders or ([folder] if rule_files(folder) else [])
    enabled = config.styles()
    if not folders and enabled != {BUILT_IN}:
        raise RuleError(f"{folder}: contains no styles")
    missing = enabled - {path.name for path in folders} - {BUILT_IN}
    if missing:
        raise RuleError(f"{config_path}: BasedOnStyles: there is no style {min(missing)!r} in {folder}")
    problems: list[str] = []
    vocabulary = _vocabulary(folder, _names(config.global_keys.get(VOCABULARIES, "")), problems)
    config_folder = folder / "config"
    builders: list[Callable[[], Rule]] = [
        partial(load_rule, path, vocabulary=vocabulary, config=config_folder)
        for style in folders
        if not config_path or style.name in enabled
        for path in rule_files(style)
    ]
    if BUILT_IN in enabled:
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
    parser.optionxform = str  # type: ignore[assignment,method-assign] # rule names are case-sensitive
    text = read_text(path)
    try:
        parser.read_string("\n".join([f"[{_GLOBAL}]", *(line.strip() for line in text.splitlines())]))
    except configparser.Error as error:
        match = re.search(r"\[line:? *(\d+)\]", str(error))
        line = int(match[1]) - 1 if match else 1
        raise RuleError(f"{path}:{line}:1: cannot be read ({type(error).__name__})") from error
    sections = tuple((name, dict(parser[name])) for name in parser.sections() if name != _GLOBAL)
    for name, _ in sections:
        _expand_braces(name, path)
    global_keys = dict(parser[_GLOBAL])
    return Config(path, global_keys, sections, _minimum(path, global_keys))


def _minimum(path: Path, global_keys: dict[str, str]) -> int:
    level = global_keys.get(MINIMUM, SEVERITIES[0]).lower()
    if level not in SEVERITIES:
        raise RuleError(f"{path}: MinAlertLevel: {level!r} is not one of {', '.join(SEVERITIES)}")
    return SEVERITIES.index(level)


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _matches_file(pattern: str, file: str) -> bool:
    """Whether a pattern such as ``*.{md,txt}`` matches a file's path or name."""
    return any(fnmatch.fnmatch(file, glob) or fnmatch.fnmatch(Path(file).name, glob) for glob in _expand_braces(pattern))


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


def _vocabulary(folder: Path, names: list[str], problems: list[str]) -> Vocabulary:
    accept: list[str] = []
    reject: list[str] = []
    accepted = None
    for name in names:
        candidates = [folder / "config" / "vocabularies" / name, folder / "Vocab" / name]
        vocabulary_folder = next((path for path in candidates if path.is_dir()), None)
        if vocabulary_folder is None:
            raise RuleError(f"{folder}: Vocab: there is no vocabulary {name!r} in config/vocabularies")
        accept += _terms(vocabulary_folder / "accept.txt", problems)
        reject += _terms(vocabulary_folder / "reject.txt", problems)
        if accept:
            source = Source(vocabulary_folder / "accept.txt", {})
            accepted = compile_pattern(
                source, "terms", rf"\b(?:{'|'.join(f'(?:{term})' for term in accept)})\b", longest=MAX_BYTES
            )
    return Vocabulary(accepted, tuple(accept), tuple(reject))


def _terms(path: Path, problems: list[str]) -> list[str]:
    """The patterns of a vocabulary file, one per line. Invalid patterns are reported in ``problems``; a missing file
    is the same as an empty one."""
    if not path.exists() and not path.is_symlink():
        return []
    terms = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        term = line.strip()
        if not term or term.startswith("#"):
            continue
        try:
            compile_pattern(Source(path, {}, {"term": (number, 1)}), "term", term)
        except RuleError as error:
            problems.append(str(error))
        else:
            terms.append(term)
    return terms


def _built_in(vocabulary: Vocabulary, config: Path) -> list[Callable[[], Rule]]:
    """Vale's built-in rules: spelling, repeated words, rejected terms, and the case of accepted terms."""
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
        # Accepted terms are exceptions of every rule, so this one only matches terms in a different case.
        swap = {f"(?i:{term.removeprefix('(?i)')})": term for term in vocabulary.terms if not term.startswith("(?i)")}
        rules.append(terms | {"swap": swap})
    return [
        partial(build, Source(Path(BUILT_IN) / f"{rule.pop('name')}.yml", rule), vocabulary=vocabulary, config=config)
        for rule in rules
        if rule.get("swap", True)
    ]
