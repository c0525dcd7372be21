"""Running a folder of Vale styles over files, answered in Vale's own JSON shape (https://vale.sh/docs/cli/#output)."""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Any

from nlp.language import read
from nlp.model import Span
from nlp.rules import matches
from nlp.rules.kinds import message, possible
from nlp.rules.load import Rule, RuleError, load_style

#: Switches a rule off in a configuration file; other values of Vale change its level.
OFF = "no"
LEVELS = ("suggestion", "warning", "error")


def choose(styles: Path, config: Path | None) -> tuple[Rule, ...]:
    """The rules of ``styles`` (a folder of styles, or one style) that ``config`` asks for; all of them without one.
    Raises ``RuleError``."""
    if not styles.is_dir():
        raise RuleError(f"{styles}: is not a folder")
    folders = [styles] if any(styles.glob("*.yml")) else sorted(path for path in styles.iterdir() if any(path.glob("*.yml")))
    if not folders:
        raise RuleError(f"{styles}: holds no style")
    settings = _settings(config) if config else {}
    based_on = settings.pop("basedonstyles", None)
    if based_on is not None:
        wanted = {name.strip() for name in based_on.split(",")}
        missing = wanted - {folder.name for folder in folders} - {"Vale", ""}
        if missing:
            raise RuleError(f"{config}: BasedOnStyles: there is no style {min(missing)!r} in {styles}")
        folders = [folder for folder in folders if folder.name in wanted]
    rules = [rule for folder in folders for rule in load_style(folder)]
    return tuple(rule for rule in rules if settings.get(rule.info.id.lower(), "yes").lower() != OFF)


def alerts(text: str, rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Vale's alerts for ``text``, by place. ``Span`` is the first and last column, from 1."""
    reading = read(text)
    found = [
        (match.span or Span(0, min(1, len(text))), rule, message(rule, match, match.span.of(text) if match.span else ""), match)
        for rule in rules
        if possible(rule, reading)
        for match in matches(rule, reading, "linkedin-post")
    ]
    found.sort(key=lambda item: (item[0].start, item[1].info.id))
    return [_alert(text, span, rule, said, match.replacements) for span, rule, said, match in found]


def _alert(text: str, span: Span, rule: Rule, said: str, replacements: tuple[str, ...]) -> dict[str, Any]:
    line_start = text.rfind("\n", 0, span.start) + 1
    return {
        "Action": {"Name": "replace" if replacements else "", "Params": list(replacements) or None},
        "Check": rule.info.id,
        "Description": rule.info.why,
        "Line": text.count("\n", 0, span.start) + 1,
        "Link": rule.link,
        "Match": span.of(text),
        "Message": said,
        "Severity": rule.level,
        "Span": [span.start - line_start + 1, max(span.start, span.end - 1) - line_start + 1],
    }


def _settings(config: Path) -> dict[str, str]:
    """The settings of every section of a ``.vale.ini``, keys in lower case."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string("[*]\n" + config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        raise RuleError(f"{config}: cannot be read ({type(error).__name__})") from error
    return {key: value for section in parser.sections() for key, value in parser[section].items()}
