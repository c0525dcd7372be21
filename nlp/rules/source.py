"""A rule file as it stands: its data, and where each key is, so that everything wrong with it is one line that says where."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

#: A rule file of more bytes than this is no rule but a word list: it would hold up everybody who starts the program.
MAX_BYTES = 1_000_000
MAX_ITEMS = 20_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RuleError(ValueError):
    """A rule that cannot be used; ``str()`` is one line: file, line, column, field and reason."""


@dataclass
class Source:
    """A rule file: its data, and line and column of each key, both from 1."""

    path: Path
    data: dict[str, Any]
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def error(self, key: str, reason: str) -> RuleError:
        line, column = self.places.get(key, (1, 1))
        return RuleError(f"{self.path}:{line}:{column}: {key}: {reason}")

    def text(self, key: str, default: str = "") -> str:
        """A single value as text."""
        return self._scalar(key, self.data.get(key, default))

    def strings(self, key: str) -> list[str]:
        value = self.data.get(key) or []
        if not isinstance(value, list):
            raise self.error(key, "must be a list")
        if len(value) > MAX_ITEMS:
            raise self.error(key, f"holds {len(value):,} items; a rule may have {MAX_ITEMS:,}")
        return [self._scalar(key, item) for item in value]

    def table(self, key: str, what: str) -> dict[str, str]:
        value = self.data.get(key)
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            # The same as a list of small mappings, which keeps an order in every YAML library.
            value = {name: text for item in value for name, text in item.items()}
        if not isinstance(value, dict) or not value:
            raise self.error(key, what)
        if len(value) > MAX_ITEMS:
            raise self.error(key, f"holds {len(value):,} items; a rule may have {MAX_ITEMS:,}")
        return {self._scalar(key, name): self._scalar(key, text) for name, text in value.items()}

    def number(self, key: str, default: float = 0) -> float:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.error(key, "must be a number")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def _scalar(self, key: str, value: Any) -> str:
        # A list of lists that name each other a few times over would fill the memory when written out.
        if value is None:
            return ""
        if not isinstance(value, str | int | float):
            raise self.error(key, "must hold plain texts")
        return str(value)


def read_source(path: Path) -> Source:
    """The rule file at ``path``. Raises ``RuleError``."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RuleError(f"{path}:1:1: is larger than {MAX_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader, the fast one where there is one)
    except RecursionError as error:
        raise RuleError(f"{path}:1:1: is nested too deeply") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}:1:1: cannot be read ({type(error).__name__})") from error
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, RuleError):
            raise
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is not YAML"
        where = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        raise RuleError(f"{path}:{where}: {problem}") from error
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        raise RuleError(f"{path}:1:1: a rule is a mapping of keys")
    places = {str(key.value): (key.start_mark.line + 1, key.start_mark.column + 1) for key, _ in node.value}
    return Source(path, data, places)
