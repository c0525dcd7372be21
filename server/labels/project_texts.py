"""The texts that ship with Repute: written for it, so that every organisation may have them judged. None belongs to the
held-out part of the labelled drafts, on which the shipped scoring is measured."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from server.labels.texts import NewText

PATH = Path(__file__).parent / "project_texts.jsonl"


@cache
def project_texts() -> tuple[NewText, ...]:
    """In the order of the file: by surface and group."""
    rows = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]
    return tuple(NewText(row["surface"], row["text"], row["group"]) for row in rows)
