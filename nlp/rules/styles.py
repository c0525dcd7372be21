"""Folders of styles as companies keep them: several styles, vocabularies and dictionaries beside them, and a ``.vale.ini``
that says what applies to which file (https://vale.sh/docs/vale-ini)."""

from __future__ import annotations

import configparser
import fnmatch
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nlp.rules.load import LEVELS, Rule, Vocabulary, build, load_rule, rule_files
from nlp.rules.patterns import compiled
from nlp.rules.source import MAX_BYTES, RuleError, Source

#: From the mildest.
SEVERITIES: tuple[str, ...] = tuple(reversed(tuple(LEVELS)))
#: Rules that every folder has without a file; what they read stands in the vocabularies.
BUILT_IN = "Vale"
#: Stands over the keys before the first section; no pattern of file names.
_WHOLE = "/"
_BRACES = re.compile(r"\{([^{}]*)\}")
#: Keys of a section that are understood; any other with a dot in it names a rule.
BASED_ON, MINIMUM, VOCABULARIES = "basedonstyles", "minalertlevel", "vocab"


@dataclass(frozen=True)
class Config:
    """A ``.vale.ini``: keys in lower case, of the whole file and of each section by its pattern of file names."""

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
        """All that any section is based on; empty where none is named."""
        return {name for _, section in self.sections for name in _names(section.get(BASED_ON, ""))}

    def of(self, file: str) -> tuple[frozenset[str] | None, dict[str, str]]:
        """For one file the styles it is held to (``None`` where nobody says) and what is said of single rules."""
        based: set[str] | None = None
        single: dict[str, str] = {}
        for pattern, section in self.sections:
            if not _fits(pattern, file):
                continue
            if BASED_ON in section:
                based = (based or set()) | set(_names(section[BASED_ON]))
            single |= {key: value.lower() for key, value in section.items() if "." in key}
        return (None if based is None else frozenset(based)), single


@dataclass(frozen=True)
class Styles:
    """The rules of a folder that can be used, and one line for each that cannot."""

    rules: tuple[Rule, ...]
    problems: tuple[str, ...]
    config: Config

    def of(self, file: str) -> tuple[Rule, ...]:
        """The rules that hold for ``file``, each at its level there."""
        based, single = self.config.of(file)
        chosen = []
        for rule in self.rules:
            said = single.get(rule.info.id.lower())
            if said == "no" or (said is None and based is not None and rule.info.id.partition(".")[0] not in based):
                continue
            level = said if said and said in LEVELS else rule.level
            if SEVERITIES.index(level) >= self.config.minimum:
                chosen.append(replace(rule, level=level))
        return tuple(chosen)


def load(folder: Path, config_path: Path | None = None) -> Styles:
    """The styles in ``folder`` (or the one style it is). Rules that cannot be used are left out and named. Raises ``RuleError``
    where the folder or the configuration as a whole cannot be used."""
    if not folder.is_dir():
        raise RuleError(f"{folder}: is not a folder")
    config = _config(config_path) if config_path else Config()
    _ = config.minimum
    folders = (
        [folder] if rule_files(folder) else sorted(path for path in folder.iterdir() if path.is_dir() and rule_files(path))
    )
    wanted = config.styles()
    if not folders and wanted != {BUILT_IN}:
        raise RuleError(f"{folder}: holds no style")
    missing = wanted - {path.name for path in folders} - {BUILT_IN}
    if missing:
        raise RuleError(f"{config_path}: BasedOnStyles: there is no style {min(missing)!r} in {folder}")
    vocabulary = _vocabulary(folder, _names(config.whole.get(VOCABULARIES, "")))
    beside = folder / "config"
    rules: list[Rule] = []
    problems: list[str] = []
    for path in (file for style in folders if not wanted or style.name in wanted for file in rule_files(style)):
        try:
            rules.append(load_rule(path, vocabulary=vocabulary, config=beside))
        except RuleError as error:
            problems.append(str(error))
    if BUILT_IN in wanted:
        rules += _built_in(vocabulary, beside)
    return Styles(tuple(rules), tuple(problems), config)


def _config(path: Path) -> Config:
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    try:
        parser.read_string(f"[{_WHOLE}]\n" + path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        raise RuleError(f"{path}: cannot be read ({type(error).__name__})") from error
    sections = tuple((name, dict(parser[name])) for name in parser.sections() if name != _WHOLE)
    return Config(path, dict(parser[_WHOLE]), sections)


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _fits(pattern: str, file: str) -> bool:
    """Whether a file's path or name is what a pattern such as ``*.{md,txt}`` means."""
    alternatives = [pattern]
    while any("{" in one for one in alternatives):
        before = alternatives
        alternatives = [
            one[: found.start()] + option + one[found.end() :] if (found := _BRACES.search(one)) else one
            for one in before
            for option in (_options(one))
        ]
        if alternatives == before:
            break
    return any(fnmatch.fnmatch(file, one) or fnmatch.fnmatch(Path(file).name, one) for one in alternatives)


def _options(pattern: str) -> list[str]:
    found = _BRACES.search(pattern)
    return found[1].split(",") if found else [""]


def _vocabulary(folder: Path, names: list[str]) -> Vocabulary:
    accept: list[str] = []
    reject: list[str] = []
    for name in names:
        places = [folder / "config" / "vocabularies" / name, folder / "Vocab" / name]
        place = next((path for path in places if path.is_dir()), None)
        if place is None:
            raise RuleError(f"{folder}: Vocab: there is no vocabulary {name!r} in config/vocabularies")
        accept += _terms(place / "accept.txt")
        reject += _terms(place / "reject.txt")
    return Vocabulary("|".join(f"(?:{term})" for term in accept), tuple(accept), tuple(reject))


def _terms(path: Path) -> list[str]:
    """The patterns of a vocabulary file, one a line, each tried by itself. A file that is not there holds none."""
    try:
        if not path.exists() and not path.is_symlink():
            return []
        if path.stat().st_size > MAX_BYTES:
            raise RuleError(f"{path}: is larger than {MAX_BYTES:,} bytes")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: cannot be read ({error.strerror if isinstance(error, OSError) else 'not UTF-8'})") from error
    found = []
    for number, line in enumerate(lines, start=1):
        term = line.strip()
        if term and not term.startswith("#"):
            compiled(Source(path, {}, {"term": (number, 1)}), "term", term)
            found.append(term)
    return found


def _built_in(vocabulary: Vocabulary, config: Path) -> list[Rule]:
    """The rules every folder has: spelling, terms as the vocabulary writes them, terms it rejects, words said twice."""
    rules: list[dict[str, Any]] = [
        {"name": "Spelling", "extends": "spelling", "message": "Did you really mean '%s'?", "level": "error"},
        {
            "name": "Repetition", "extends": "repetition", "message": "'%s' is repeated!", "level": "error", "alpha": True,
            "tokens": [r"[^\s]+"],
        },
    ]  # fmt: skip
    if vocabulary.reject:
        avoid = {"name": "Avoid", "extends": "existence", "message": "Avoid using '%s'.", "level": "error", "ignorecase": True}
        rules.append(avoid | {"tokens": list(vocabulary.reject), "vocab": False})
    if vocabulary.terms:
        terms = {"name": "Terms", "extends": "substitution", "message": "Use '%s' instead of '%s'.", "level": "error"}
        # What is accepted as written is an exception of every rule, so only other capitals are left to find.
        swap = {f"(?i){term}": term if re.fullmatch(r"[\w .'&+-]+", term) else "" for term in vocabulary.terms}
        rules.append(terms | {"swap": swap})
    return [
        build(Source(Path(BUILT_IN) / f"{rule.pop('name')}.yml", rule), vocabulary=vocabulary, config=config) for rule in rules
    ]
