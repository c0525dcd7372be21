"""A package of Vale styles as text: its rules, and what of it cannot be used, with file, line and column.

A package is what a zip file or folder of Vale holds: folders of rules, and perhaps vocabularies, dictionaries and a
``.vale.ini``. It is stored as text and interpreted anew whenever it is loaded."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from nlp.rules.adapted import AdaptedRule, adapt
from nlp.rules.source import MAX_BYTES, RuleError
from nlp.rules.vale.rule import Rule as ValeRule
from nlp.rules.vale.styles import Styles, load
from nlp.rules.words import EVERYWHERE, STYLE

CONFIG = ".vale.ini"
#: Suffixes of the files that say something; others, such as licences and pictures, are left out.
SUFFIXES = frozenset({".yml", ".ini", ".txt", ".aff", ".dic"})
#: Ids of rules begin with the name of their style, so these are taken.
RESERVED = frozenset({"Repute", "Profile", STYLE})
MAX_FILES = 500
MAX_PACKAGE_BYTES = 2 * MAX_BYTES
MAX_RULES = 300
#: Names of files by which a ``.vale.ini`` tells which rules are for prose like a draft.
_DRAFTS = ("draft.md", "draft.txt")
_PROBLEM = re.compile(r"(?P<file>.*?\.\w+):(?P<line>\d+):(?P<column>\d+): (?P<message>.*)", re.DOTALL)
_NAMED = re.compile(r"(?P<file>[^:]*\.ini): (?P<message>.*)", re.DOTALL)
#: A text without the letter e or any name: a term that accepts it accepts everything.
_PROBES = ("synergy", "Quality", "42", "a")


@dataclass(frozen=True, slots=True)
class PackageProblem:
    """What cannot be used. ``file`` is a path in the package; empty where the package as a whole is meant. Lines and columns
    count from 1."""

    file: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Package:
    """The usable rules of a package, which of them its ``.vale.ini`` switches off, and its problems."""

    rules: tuple[AdaptedRule, ...] = ()
    off: frozenset[str] = frozenset()
    problems: tuple[PackageProblem, ...] = ()


def read_package(name: str, files: Mapping[str, str]) -> Package:
    """The package with these ``files``, by path. ``name`` is the style of rules that lie in no folder. Never raises: what
    cannot be used is in ``problems``."""
    arranged = _arrange(name, files)
    package = _read(arranged)
    origins = arranged.origins
    problems = (replace(problem, file=origins.get(problem.file, problem.file)) for problem in package.problems)
    return replace(package, problems=tuple(dict.fromkeys(problems)))


@dataclass(slots=True)
class _Arranged:
    """Files by their paths below the folder of styles, the text of the ``.vale.ini``, and where each file was."""

    styles: dict[str, str] = field(default_factory=dict)
    config: str = ""
    origins: dict[str, str] = field(default_factory=dict)
    problems: list[PackageProblem] = field(default_factory=list)

    def add(self, path: str, original: str, text: str) -> None:
        self.styles[path], self.origins[path] = text, original


def _read(arranged: _Arranged) -> Package:
    problems = list(arranged.problems)
    if not any(path.endswith(".yml") for path in arranged.styles) and "BasedOnStyles" not in arranged.config:
        return Package(problems=(*problems, PackageProblem("", 1, 1, "There are no rules (*.yml) in it. Choose a Vale style.")))
    # Vale's loader reads folders, because rules name dictionaries and word lists beside them.
    with tempfile.TemporaryDirectory(prefix="repute-style-") as folder:
        root = Path(folder).resolve()
        (root / "styles").mkdir()
        for path, text in arranged.styles.items():
            target = root / "styles" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        config = root / CONFIG if arranged.config else None
        if config:
            config.write_text(arranged.config, encoding="utf-8")
        loaded, failed = _load(root / "styles", config)
        problems += [_problem(line, root) for message in failed for line in message.splitlines()]
        if loaded is None:
            return Package(problems=tuple(problems))
        problems += [_problem(line, root) for line in loaded.problems]
    rules = loaded.rules[:MAX_RULES]
    if len(rules) < len(loaded.rules):
        problems.append(PackageProblem("", 1, 1, f"It has {len(loaded.rules)} rules. Only the first {MAX_RULES} are used."))
    off: frozenset[str] = frozenset()
    if loaded.config.path is not None:
        levels = {rule.id: rule.level for file in _DRAFTS for rule in loaded.rules_for(file)}
        off = frozenset(rule.id for rule in rules if rule.id not in levels)
        rules = tuple(replace(rule, level=levels.get(rule.id, rule.level)) for rule in rules)
        if len(off) == len(rules):
            problems.append(PackageProblem(CONFIG, 1, 1, f"turns no rule on for a file such as {_DRAFTS[0]}, so all are off."))
    return Package(tuple(map(_of_organisation, rules)), off, tuple(problems))


def style_names(files: Mapping[str, str]) -> frozenset[str]:
    """The names of the folders of rules in a package."""
    return frozenset(
        PurePosixPath(path).parent.name for path in files if path.endswith(".yml") and "config" not in PurePosixPath(path).parts
    )


def _arrange(name: str, files: Mapping[str, str]) -> _Arranged:
    paths = {path: PurePosixPath(path) for path in files}
    rule_folders = {
        path.parent for path in paths.values() if path.suffix == ".yml" and "config" not in path.parts and path.parts[:-1]
    }
    # A folder with rules is a style; folders in it belong to it.
    parents = Counter(folder.parent for folder in rule_folders if folder.parent not in rule_folders)
    # The folder with most styles in it; of several, the one that is nearest to the top.
    root = min(parents, key=lambda folder: (-parents[folder], len(folder.parts), str(folder)), default=PurePosixPath())
    arranged = _Arranged()
    for original, path in sorted(paths.items()):
        style = path.relative_to(root).parts[0] if path.is_relative_to(root) and path != root else ""
        if path.name == CONFIG:
            if not arranged.config:
                arranged.config, arranged.origins[CONFIG] = files[original], original
        elif path.suffix == ".yml" and not path.parts[:-1]:
            arranged.add(f"{name}/{path.name}", original, files[original])
        elif style in RESERVED:
            problem = "has a style name that Repute uses itself. Rename its folder."
            arranged.problems.append(PackageProblem(original, 1, 1, problem))
        elif style:
            text = files[original]
            if path.name == "accept.txt":
                text = _without_everything(original, text, arranged.problems)
            arranged.add(str(path.relative_to(root)), original, text)
        elif path.suffix == ".yml":
            problem = f"lies outside the folder of styles, {root}. Move it there."
            arranged.problems.append(PackageProblem(original, 1, 1, problem))
    return arranged


def _without_everything(path: str, text: str, problems: list[PackageProblem]) -> str:
    """The terms without those that accept any text: no rule of the package would ever speak."""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        term = line.strip()
        if term and not term.startswith("#") and _accepts_everything(term):
            problems.append(
                PackageProblem(
                    path, number, 1, f"{term[:40]} accepts every word, so no rule would ever speak. Delete this line."
                )
            )
            lines[number - 1] = ""
    return "\n".join(lines)


def _accepts_everything(term: str) -> bool:
    try:
        pattern = re.compile(rf"\b(?:{term})\b")
    except (re.error, RecursionError, OverflowError):
        return False
    return len(term) < 100 and all(pattern.search(probe) is not None for probe in _PROBES)


def _load(folder: Path, config: Path | None) -> tuple[Styles | None, list[str]]:
    """The styles with their configuration, or without it where it cannot be used."""
    try:
        return load(folder, config), []
    except RuleError as error:
        failed = [str(error)]
    if config is None:
        return None, failed
    try:
        return load(folder), failed
    except RuleError as error:
        return None, list(dict.fromkeys([*failed, str(error)]))


def _problem(line: str, root: Path) -> PackageProblem:
    line = line.replace(f"{root}/styles/", "").replace(f"{root}/", "").replace(f"{root}", "The package")
    match = _PROBLEM.fullmatch(line)
    if match:
        return PackageProblem(match["file"], int(match["line"]), int(match["column"]), match["message"])
    match = _NAMED.fullmatch(line)
    return PackageProblem(match["file"], 1, 1, match["message"]) if match else PackageProblem("", 1, 1, line)


def _of_organisation(rule: ValeRule) -> AdaptedRule:
    """It costs no points and holds no credit until an administrator says so."""
    why, style = "It is a rule of your company's style.", rule.id.partition(".")[0]
    return adapt(rule, level=rule.level, surfaces=EVERYWHERE, why=why, source=style)
