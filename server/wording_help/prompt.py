"""What a model is asked. The extension asks the browser's own model the same, by ``contract/wording-help.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "contract/wording-help.json"


@dataclass(frozen=True, slots=True)
class Task:
    """``passage``: the words of the draft that get another wording."""

    advice: str
    question: str
    draft: str
    passage: str


@cache
def _contract() -> dict[str, Any]:
    contract: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return contract


def max_draft() -> int:
    """The longest draft for which a wording is suggested, in UTF-16 code units."""
    return int(_contract()["max_draft"])


def max_growth() -> int:
    """By how many characters an answer may be longer than twice the passage."""
    return int(_contract()["max_growth"])


def system() -> str:
    return "\n".join(_contract()["system"])


def user(task: Task) -> str:
    """As JSON, so that no words of a draft can end the material."""
    material = {"advice": task.advice, "question": task.question, "draft": task.draft, "passage": task.passage}
    return json.dumps(material, ensure_ascii=False)
