"""A rule file and the position of each of its keys, so that errors can name the line."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

#: Bytes of a rule file. A larger file is a word list and would slow down every start of the program.
MAX_BYTES = 1_000_000
MAX_ITEMS = 20_000
MAX_NUMBER = 1_000_000_000

#: Characters of the reason in an error line.
_MAX_REASON = 300


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader with few types: ``yes``, ``on``, ``0x10`` and ``1:30`` stay text, as in Vale."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _pattern, _first in (
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"-?(?:0|[1-9][0-9]{0,17})$", "-0123456789"),
    ("float", r"-?[0-9]{1,17}\.[0-9]{1,17}$", "-0123456789"),
    ("merge", r"<<$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


class RuleError(ValueError):
    """A rule cannot be used. ``str()`` is one line: file, line, column, field and reason."""


@dataclass
class Source:
    """A rule file: its data, and the line and column of each key, both counted from 1."""

    path: Path
    data: dict[str, Any]
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)

    def error(self, key: str, reason: str) -> RuleError:
        line, column = self.positions.get(key, (1, 1))
        reason = " ".join(reason.split())
        if len(reason) > _MAX_REASON:
            reason = f"{reason[:_MAX_REASON]} ..."
        return RuleError(f"{self.path}:{line}:{column}: {key}: {reason}")

    def text(self, key: str, default: str = "") -> str:
        """The value of ``key``, a scalar, as a string."""
        return self._scalar(key, self.data.get(key, default))

    def strings(self, key: str) -> list[str]:
        value = self.data.get(key) or []
        if isinstance(value, str | int | float):
            value = [value]
        if not isinstance(value, list):
            raise self.error(key, "must be a list")
        if len(value) > MAX_ITEMS:
            raise self.error(key, f"has {len(value):,} items; the maximum is {MAX_ITEMS:,}")
        return [self._scalar(key, item) for item in value]

    def table(self, key: str, reason: str) -> dict[str, str]:
        value = self.data.get(key)
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            # A list of one-key mappings is equivalent, and every YAML library keeps its order.
            value = {name: text for item in value for name, text in item.items()}
        if not isinstance(value, dict) or not value:
            raise self.error(key, reason)
        if len(value) > MAX_ITEMS:
            raise self.error(key, f"has {len(value):,} items; the maximum is {MAX_ITEMS:,}")
        return {self._scalar(key, name): self._scalar(key, text) for name, text in value.items()}

    def number(self, key: str, default: float = 0) -> float:
        """The value of ``key``, 0 to ``MAX_NUMBER``; negative numbers are treated as 0."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.error(key, "must be a number")
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise self.error(key, "must be a number") from None
        if not math.isfinite(number) or number > MAX_NUMBER:
            raise self.error(key, f"must be a number up to {MAX_NUMBER:,}")
        return max(0.0, number)

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.data.get(key)
        if value is None:
            return default
        if str(value).lower() not in ("true", "false", "1", "0"):
            raise self.error(key, "must be true or false")
        return str(value).lower() in ("true", "1")

    def _scalar(self, key: str, value: Any) -> str:
        # Converting nested aliases to text could exhaust the memory.
        if value is None:
            return ""
        if not isinstance(value, str | int | float):
            raise self.error(key, "must be text")
        return str(value)


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """The text of a file. Raises ``RuleError`` where it is missing, larger than ``limit`` bytes, or not UTF-8."""
    try:
        if not path.is_file():
            raise RuleError(f"{path}:1:1: cannot be read (not a file)")
        with path.open("rb") as file:
            raw = file.read(limit + 1)
        if len(raw) > limit:
            raise RuleError(f"{path}:1:1: is larger than {limit:,} bytes")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}:1:1: cannot be read (byte {error.start} is not UTF-8)") from error
    except OSError as error:
        raise RuleError(f"{path}:1:1: cannot be read ({error.strerror})") from error


def read_source(path: Path) -> Source:
    """The rule file at ``path``. Raises ``RuleError``."""
    text = read_text(path)
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = None if _merges(node) else yaml.load(text, Loader=_Loader)  # noqa: S506 (safe, see above)
    except RecursionError as error:
        raise RuleError(f"{path}:1:1: is nested too deeply") from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is not YAML"
        where = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        raise RuleError(f"{path}:{where}: {problem}") from error
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        raise RuleError(f"{path}:1:1: must be a mapping, without merge keys (<<)")
    positions = {str(key.value): (key.start_mark.line + 1, key.start_mark.column + 1) for key, _ in node.value}
    return Source(path, data, positions)


def _merges(node: yaml.Node | None) -> bool:
    """Whether any mapping uses a merge key: a few lines of them can expand without bound."""
    seen: set[int] = set()
    pending = [node]
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, yaml.MappingNode):
            if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in current.value):
                return True
            pending += [part for pair in current.value for part in pair]
        elif isinstance(current, yaml.SequenceNode):
            pending += current.value
    return False
