"""Rules that extend another rule (https://vale.sh/docs/topics/styles#extending-another-rule)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlp.rules.source import RuleError, Source, read_source
from nlp.rules.vale.dictionaries import require_inside

#: Rules in a chain; a longer one is taken for a cycle.
MAX_DEPTH = 10


def resolve(source: Source, styles: Path | None) -> Source:
    """``source`` with the keys of the rule that it extends, if ``extends`` names a rule and not a kind. ``styles`` is the
    folder of all styles. Raises ``RuleError``."""
    folder = styles or source.path.parent.parent
    chain = [source]
    while "." in (name := chain[-1].text("extends")):
        if len(chain) > MAX_DEPTH:
            raise source.error("extends", f"is a chain of more than {MAX_DEPTH} rules, or a rule that extends itself")
        chain.append(_parent(source, name, folder))
    data = chain[-1].data
    for child in reversed(chain[:-1]):
        data = _merged(child, data)
    return Source(source.path, data, source.positions)


def _parent(source: Source, name: str, folder: Path) -> Source:
    path = folder.joinpath(*name.split("."))
    path = path.with_name(f"{path.name}.yml")
    require_inside(source, "extends", path, folder)
    if not path.is_file():
        raise source.error("extends", f"there is no rule {name} in the folder of the styles")
    try:
        return read_source(path)
    except RuleError as error:
        raise source.error("extends", f"{name} cannot be used ({error})") from error


def _merged(source: Source, parent: dict[str, Any]) -> dict[str, Any]:
    merged = dict(parent)
    for key, value in source.data.items():
        plain = key.rstrip("+-")
        if key == "extends":
            continue
        if key != plain and plain in source.data:
            raise source.error(key, f"{plain} is replaced in the same file")
        if key.endswith("+"):
            merged[plain] = _added(source, key, merged.get(plain), value)
        elif key.endswith("-"):
            merged[plain] = _removed(source, key, merged.get(plain), value)
        else:
            merged[key] = value
    return merged


def _added(source: Source, key: str, parent: Any, value: Any) -> Any:
    if isinstance(parent, dict) and isinstance(value, dict):
        return parent | value
    if isinstance(parent, list | None) and isinstance(value, list):
        return [*(parent or []), *value]
    raise source.error(key, "must be of the same form as in the rule that it extends")


def _removed(source: Source, key: str, parent: Any, value: Any) -> Any:
    if not isinstance(parent, list | dict) or not isinstance(value, list):
        raise source.error(key, "must list items of the rule that it extends")
    missing = [item for item in value if item not in parent]
    if missing:
        raise source.error(key, f"{missing[0]!r} is not in the rule that it extends")
    if isinstance(parent, dict):
        return {name: text for name, text in parent.items() if name not in value}
    return [item for item in parent if item not in value]
