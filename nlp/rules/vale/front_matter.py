"""Front matter of Markdown: fields in YAML, TOML or JSON before the text (https://vale.sh/docs/formats/front-matter)."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_MARKED = re.compile(
    r"\A(?:---(?P<name>yaml|toml|json)?|(?P<plus>\+\+\+)|(?P<semicolons>;;;))[ \t]*\n(?P<text>.*?)"
    r"^(?(plus)\+\+\+|(?(semicolons);;;|---))[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
#: A JSON object that a blank line follows.
_BARE = re.compile(r"\A(?P<text>\{\n.*?^\}[ \t]*)$(?=\n\s*\n)", re.DOTALL | re.MULTILINE)
_PARSERS: Mapping[str, Callable[[str], Any]] = {"yaml": yaml.safe_load, "toml": tomllib.loads, "json": json.loads}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields of a file, the text that they were read from with its offset, and where the front matter ends."""

    fields: Mapping[Any, Any]
    text: str
    start: int
    end: int

    def texts(self) -> Iterator[tuple[str, str, int]]:
        """The fields that are texts: name, value and the offset of the value in the file."""
        for name, value in self.fields.items():
            if isinstance(value, str) and value.strip():
                at = self.text.find(value, max(0, self.text.find(str(name))))
                if at >= 0:
                    yield str(name), value, self.start + at


def read(source: str) -> FrontMatter | None:
    """The front matter that ``source`` begins with, without fields where they cannot be read; ``None`` where there is none."""
    match = _MARKED.match(source)
    if match is not None:
        form = match["name"] or ("toml" if match["plus"] else "json" if match["semicolons"] else "yaml")
    else:
        match, form = _BARE.match(source), "json"
    if match is None:
        return None
    try:
        fields = _PARSERS[form](match["text"])
    except (yaml.YAMLError, ValueError, RecursionError):
        fields = {}
    return FrontMatter(fields if isinstance(fields, dict) else {}, match["text"], match.start("text"), match.end())
