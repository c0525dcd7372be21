"""Folders of styles as companies keep them: several styles, vocabularies and dictionaries beside them, and a ``.vale.ini``
that says what applies to which file (https://vale.sh/docs/vale-ini)."""

from __future__ import annotations

import configparser
import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from nlp.rules.load import LEVELS, Rule, Vocabulary, build, load_rule, rule_files
from nlp.rules.patterns import compiled
from nlp.rules.source import MAX_BYTES, RuleError, Source, read_text

#: From the mildest.
SEVERITIES: tuple[str, ...] = tuple(reversed(tuple(LEVELS)))
#: Rules that every folder has without a file; what they read stands in the vocabularies.
BUILT_IN = "Vale"
#: Stands over the keys before the first section; no pattern of file names.
_WHOLE = "/"
_BRACES = re.compile(r"\{([^{}]*)\}")
#: Keys of a section that are understood; any other with a dot in it names a rule.
BASED_ON, MINIMUM, VOCABULARIES = "BasedOnStyles", "MinAlertLevel", "Vocab"
#: A pattern of file names may stand for so many.
MOST_ALTERNATIVES = 1_000
#: What switches a rule on at its own level.
ON = ("yes", *LEVELS)


@dataclass(frozen=True)
class Config:
    """A ``.vale.ini``: the keys of the whole file and of each section by its pattern of file names."""

    path: Path | None = None
    whole: dict[str, str] = field(default_factory=dict)
    sections: tuple[tuple[str, dict[str, str]], ...] = ()

    @property
    def minimum(self) -> int:
        """The mildest severity that is told, as a place in ``SEVERITIES``."""
        level = self.whole.get(MINIMUM, SEVERITIES[0]).lower()
        if level not in SEVERITIES:
            raise RuleError(f"{self.path}: MinAlertLevel: {level!r} is not one of {', '.join(SEVERITIES)}")
        return SEVERITIES.index(level)

    def styles(self) -> set[str]:
        """All that any section is based on or names a rule of."""
        return {name for _, section in self.sections for name in _names(section.get(BASED_ON, ""))} | {
            key.partition(".")[0]
            for _, section in self.sections
            for key, value in section.items()
            if "." in key and value.lower() in ON
        }

    def of(self, file: str) -> tuple[frozenset[str], dict[str, str]]:
        """For one file the styles it is held to, which the last section that fits says, and what is said of single rules."""
        based: frozenset[str] = frozenset()
        single: dict[str, str] = {}
        for pattern, section in self.sections:
            if _fits(pattern, file):
                based = frozenset(_names(section[BASED_ON])) if BASED_ON in section else based
                single |= {key: value.lower() for key, value in section.items() if "." in key}
        return based, single


@dataclass(frozen=True)
class Styles:
    """The rules of a folder that can be used, and one line for each that cannot."""

    rules: tuple[Rule, ...]
    problems: tuple[str, ...]
    config: Config

    def of(self, file: str) -> tuple[Rule, ...]:
        """The rules that hold for ``file``, each at its level there."""
        if self.config.path is None:
            return self.rules
        based, single = self.config.of(file)
        chosen = []
        for rule in self.rules:
            said = single.get(rule.info.id)
            if said == "no" or (said not in ON and rule.info.id.partition(".")[0] not in based):
                continue
            level = said if said and said in LEVELS else rule.level
            if SEVERITIES.index(level) >= self.config.minimum:
                chosen.append(replace(rule, level=level))
        return tuple(chosen)


def load(folder: Path, config_path: Path | None = None) -> Styles:
    """The styles in ``folder`` (or the one style it is). Rules and terms that cannot be used are left out and named. Raises
    ``RuleError`` where the folder or the configuration as a whole cannot be used, or no rule can."""
    if not folder.is_dir():
        raise RuleError(f"{folder}: is not a folder")
    config = _config(config_path) if config_path else Config()
    _ = config.minimum
    inner = sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "config" and rule_files(path))
    folders = inner or ([folder] if rule_files(folder) else [])
    wanted = config.styles()
    if not folders and wanted != {BUILT_IN}:
        raise RuleError(f"{folder}: holds no style")
    missing = wanted - {path.name for path in folders} - {BUILT_IN}
    if missing:
        raise RuleError(f"{config_path}: BasedOnStyles: there is no style {min(missing)!r} in {folder}")
    problems: list[str] = []
    vocabulary = _vocabulary(folder, _names(config.whole.get(VOCABULARIES, "")), problems)
    beside = folder / "config"
    asked: list[Callable[[], Rule]] = [
        partial(load_rule, path, vocabulary=vocabulary, config=beside)
        for style in folders
        if not config_path or style.name in wanted
        for path in rule_files(style)
    ]
    if BUILT_IN in wanted:
        asked += _built_in(vocabulary, beside)
    rules: list[Rule] = []
    for one in asked:
        try:
            rules.append(one())
        except RuleError as error:
            problems.append(str(error))
    if asked and not rules:
        raise RuleError("\n".join(problems))
    return Styles(tuple(rules), tuple(problems), config)


def _config(path: Path) -> Config:
    parser = configparser.ConfigParser(
        interpolation=None, strict=False, delimiters=("=",), inline_comment_prefixes=("#", ";"), empty_lines_in_values=False
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign] # rules are named with capitals
    text = read_text(path)
    try:
        parser.read_string("\n".join([f"[{_WHOLE}]", *(line.strip() for line in text.splitlines())]))
    except configparser.Error as error:
        found = re.search(r"\[line:? *(\d+)\]", str(error))
        line = int(found[1]) - 1 if found else 1
        raise RuleError(f"{path}:{line}:1: cannot be read ({type(error).__name__})") from error
    sections = tuple((name, dict(parser[name])) for name in parser.sections() if name != _WHOLE)
    for name, _ in sections:
        _alternatives(name, path)
    return Config(path, dict(parser[_WHOLE]), sections)


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _fits(pattern: str, file: str) -> bool:
    """Whether a file's path or name is what a pattern such as ``*.{md,txt}`` means."""
    return any(fnmatch.fnmatch(file, one) or fnmatch.fnmatch(Path(file).name, one) for one in _alternatives(pattern))


def _alternatives(pattern: str, path: Path | None = None) -> list[str]:
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        one = waiting.pop()
        found = _BRACES.search(one)
        if found is None:
            done.append(one)
        else:
            waiting += [one[: found.start()] + option + one[found.end() :] for option in found[1].split(",")]
        if len(done) + len(waiting) > MOST_ALTERNATIVES:
            raise RuleError(f"{path}:1:1: a section stands for more than {MOST_ALTERNATIVES:,} patterns")
    return done


def _vocabulary(folder: Path, names: list[str], problems: list[str]) -> Vocabulary:
    accept: list[str] = []
    reject: list[str] = []
    whole = None
    for name in names:
        places = [folder / "config" / "vocabularies" / name, folder / "Vocab" / name]
        place = next((path for path in places if path.is_dir()), None)
        if place is None:
            raise RuleError(f"{folder}: Vocab: there is no vocabulary {name!r} in config/vocabularies")
        accept += _terms(place / "accept.txt", problems)
        reject += _terms(place / "reject.txt", problems)
        if accept:
            source = Source(place / "accept.txt", {})
            whole = compiled(source, "terms", rf"\b(?:{'|'.join(f'(?:{term})' for term in accept)})\b", longest=MAX_BYTES)
    return Vocabulary(whole, tuple(accept), tuple(reject))


def _terms(path: Path, problems: list[str]) -> list[str]:
    """The patterns of a vocabulary file, one a line, each tried by itself; what is none is named in ``problems``. A file that
    is not there holds none."""
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
    """The rules every folder has: spelling, terms as the vocabulary writes them, terms it rejects, words said twice."""
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
        # What is accepted as written is an exception of every rule, so only other capitals are left to find.
        swap = {f"(?i:{term.removeprefix('(?i)')})": term for term in vocabulary.terms if not term.startswith("(?i)")}
        rules.append(terms | {"swap": swap})
    return [
        partial(build, Source(Path(BUILT_IN) / f"{rule.pop('name')}.yml", rule), vocabulary=vocabulary, config=config)
        for rule in rules
        if rule.get("swap", True)
    ]
