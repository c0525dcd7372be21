"""Loads a company's Vale folder: its styles, vocabularies and dictionaries, and a ``.vale.ini`` that says which rules apply to
which file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from nlp.rules.load import rule_files
from nlp.rules.parsing import LEVELS
from nlp.rules.patterns import compile_pattern
from nlp.rules.source import RuleError, Source, read_text
from nlp.rules.vale.ignores import Ignores
from nlp.rules.vale.ini import ON, SEVERITIES, Config, names, patterns, read_config
from nlp.rules.vale.load import build, load_rule
from nlp.rules.vale.rule import WORDS, Rule, Setting, Vocabulary

#: The style of Vale's built-in rules, which need no rule file.
BUILT_IN = "Vale"
#: Suffixes of files that are read as Markdown.
MARKDOWN = (".md", ".markdown", ".mdown", ".markdn")


class Styles:
    """The usable rules of a folder, and one line for each rule, term and line of the configuration that cannot be used."""

    def __init__(self, rules: tuple[Rule, ...], problems: tuple[str, ...], config: Config) -> None:
        self.rules = rules
        self.problems = problems
        self.config = config

    def rules_for(self, file: str) -> tuple[Rule, ...]:
        """The rules that apply to ``file``, each with its level for that file."""
        if self.config.path is None:
            return self.rules
        based_on, rule_settings = self.config.settings_for(file)
        selected = []
        for rule in self.rules:
            style = rule.id.partition(".")[0]
            own, of_style = rule_settings.get(rule.id), rule_settings.get(style)
            if "no" in (own, of_style) and own not in ON:
                continue
            if own not in ON and style not in based_on:
                continue
            level = next((given for given in (own, of_style) if given in LEVELS), None) or rule.level
            if SEVERITIES.index(level) >= self.config.minimum:
                selected.append(replace(rule, level=level))
        return tuple(selected)

    def ignores_for(self, file: str) -> Ignores:
        """What is left out of ``file``, a Markdown file. Raises ``RuleError`` for an invalid pattern."""
        keys, default = self.config.global_keys, Ignores()
        inline, blocks = (frozenset(names(keys.get(key, ""))) for key in ("IgnoredScopes", "SkippedScopes"))
        return Ignores(
            tokens=self._patterns(file, "TokenIgnores"),
            sections=self._patterns(file, "BlockIgnores"),
            inline=inline or default.inline,
            blocks=blocks or default.blocks,
            classes=default.classes | frozenset(names(keys.get("IgnoredClasses", ""))),
        )

    def is_markdown(self, file: str) -> bool:
        suffix = Path(file).suffix.lower()
        return f".{self.config.formats.get(suffix[1:], suffix[1:])}" in MARKDOWN

    def _patterns(self, file: str, key: str) -> tuple[Any, ...]:
        source = Source(self.config.path or Path(), {})
        listed = (pattern for section in self.config.sections_for(file) for pattern in patterns(section.get(key, "")))
        return tuple(compile_pattern(source, key, pattern) for pattern in listed)


def load(folder: Path | None, config_path: Path | None = None) -> Styles:
    """Loads the styles in ``folder``, or ``folder`` itself as one style; without it, those in the ``StylesPath`` of the
    configuration. Rules and terms that cannot be used are left out and reported in ``problems``. Raises ``RuleError`` if the
    folder or the configuration cannot be used, or no rule can."""
    config = read_config(config_path) if config_path else Config()
    folder = folder or config.styles_path()
    enabled = config.styles()
    if folder is None and enabled != {BUILT_IN}:
        raise RuleError(
            f"{config_path or 'lint'}: StylesPath: is missing; name the folder of the styles there or with --styles"
        )
    if folder is not None and not folder.is_dir():
        raise RuleError(f"{folder}: not a folder")
    folders = _style_folders(folder) if folder else []
    if not folders and enabled != {BUILT_IN}:
        raise RuleError(f"{folder}: contains no styles")
    missing = enabled - {path.name for path in folders} - {BUILT_IN}
    if missing:
        raise RuleError(f"{config_path}: BasedOnStyles: there is no style {min(missing)!r} in {folder}")
    problems: list[str] = list(config.problems)
    vocabulary = _vocabulary(folder, names(config.global_keys.get("Vocab", "")), problems)
    setting = Setting(vocabulary, folder, _template(config, problems), config.overrides())
    builders: list[Callable[[], Rule]] = [
        partial(load_rule, path, setting)
        for style in folders
        if not config_path or style.name in enabled
        for path in _rule_files(style)
    ]
    if BUILT_IN in enabled:
        builders += (partial(build, source, setting) for source in _built_in(vocabulary, folder))
    rules: list[Rule] = []
    for build_rule in builders:
        try:
            rules.append(build_rule())
        except RuleError as error:
            problems.append(str(error))
    if builders and not rules:
        raise RuleError("\n".join(problems))
    return Styles(tuple(rules), tuple(problems), config)


def _style_folders(folder: Path) -> list[Path]:
    subfolders = sorted(path for path in folder.iterdir() if _is_shown(path) and path.name != "config" and _rule_files(path))
    return subfolders or ([folder] if _rule_files(folder) else [])


def _rule_files(folder: Path) -> list[Path]:
    """The rules of a style, also those in folders of it, but not in folders whose name begins with a dot or an underscore."""
    inside = (path for path in sorted(folder.iterdir()) if _is_shown(path) and not path.is_symlink())
    return [*rule_files(folder), *(path for below in inside for path in _rule_files(below))]


def _is_shown(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "_"))


def _template(config: Config, problems: list[str]) -> str:
    """The pattern around the words of a rule."""
    template = config.global_keys.get("WordTemplate", WORDS)
    if template.count("%s") != 1:
        problems.append(f"{config.path}: WordTemplate: must contain %s once")
        return WORDS
    try:
        compile_pattern(Source(config.path or Path(), {}), "WordTemplate", template.replace("%s", "word"))
    except RuleError as error:
        problems.append(str(error))
        return WORDS
    return template


def _vocabulary(folder: Path | None, listed: Iterable[str], problems: list[str]) -> Vocabulary:
    accept: dict[str, str] = {}
    reject: list[str] = []
    for name in listed:
        candidates = [folder / "config" / "vocabularies" / name, folder / "Vocab" / name] if folder else []
        vocabulary_folder = next((path for path in candidates if path.is_dir()), None)
        if vocabulary_folder is None:
            raise RuleError(f"{folder}: Vocab: there is no vocabulary {name!r} in config/vocabularies")
        for term in _terms(vocabulary_folder / "accept.txt", problems):
            # Of two spellings the later one counts.
            accept.pop(term.lower(), None)
            accept[term.lower()] = term
        reject += _terms(vocabulary_folder / "reject.txt", problems)
    return Vocabulary(tuple(accept.values()), tuple(reject))


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


def _built_in(vocabulary: Vocabulary, folder: Path | None) -> list[Source]:
    """Vale's built-in rules: spelling, repeated words, rejected terms, and the case of accepted terms."""
    dictionaries = (folder / "config" / "dictionaries").glob("*.dic") if folder else ()
    own = sorted(path.stem for path in dictionaries if path.with_suffix(".aff").is_file())
    rules: list[dict[str, Any]] = [
        {
            "name": "Spelling", "extends": "spelling", "message": "Did you really mean '%s'?", "dictionaries": own,
            "append": True,
        },
        {
            "name": "Repetition", "extends": "repetition", "message": "'%s' is repeated!", "alpha": True, "ignorecase": True,
            "tokens": [r"[^\s.!?]+"], "action": {"name": "edit", "params": ["truncate", " "]},
        },
    ]  # fmt: skip
    if vocabulary.reject:
        rules.append(
            {"name": "Avoid", "extends": "existence", "message": "Avoid using '%s'.", "tokens": list(vocabulary.reject)}
        )
    if vocabulary.accept:
        swap = {term.lower(): term for term in vocabulary.accept}
        rules.append(
            {
                "name": "Terms", "extends": "substitution", "message": "Use '%s' instead of '%s'.", "ignorecase": True,
                "vocab": False, "swap": swap,
            }
        )  # fmt: skip
    return [Source(Path(BUILT_IN) / f"{rule.pop('name')}.yml", rule | {"level": "error"}) for rule in rules]
