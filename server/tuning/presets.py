"""Presets: settings of rules and words that ship with the product, put into the draft with one click and edited from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import Problem, not_found
from server.tuning.draft import draft_scoring
from server.tuning.rules import set_rule
from server.tuning.words import WordValues, check_word, insert_word

FOLDER = Path(__file__).parent / "presets"


@dataclass(frozen=True, slots=True)
class Preset:
    """``sentence``: what it does. ``rules``: settings by rule id."""

    id: str
    name: str
    sentence: str
    rules: Mapping[str, Mapping[str, Any]]
    words: tuple[WordValues, ...]


@dataclass(frozen=True, slots=True)
class PresetChanges:
    """What a preset would change in the draft: rules with their points before and after, and the words it would add."""

    rules: tuple[tuple[str, float, float], ...]
    words: tuple[WordValues, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What a preset changed. ``words_kept``: words that it leaves out, because the list says something else about them."""

    rules: int
    words: int
    words_kept: tuple[str, ...]


@cache
def presets() -> tuple[Preset, ...]:
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


def find_preset(preset_id: str) -> Preset:
    """404 if there is none."""
    preset = next((preset for preset in presets() if preset.id == preset_id), None)
    if preset is None:
        raise not_found()
    return preset


def changes(session: Session, preset: Preset) -> PresetChanges:
    """Compared with the draft as it is."""
    now = {rule["id"]: rule for rule in draft_scoring(session).rules}
    listed = {word["text"].casefold() for word in draft_scoring(session).own["words"]}
    return PresetChanges(
        tuple(
            (rule, now[rule]["points"], setting["points"])
            for rule, setting in preset.rules.items()
            if rule in now and now[rule]["points"] != setting["points"]
        ),
        tuple(word for word in preset.words if word.text.casefold() not in listed),
    )


def apply(session: Session, *, editor: Identity, preset_id: str) -> Applied:
    """Puts a preset into the draft, whose own words stay as they are. 404 if there is no such preset; 409 if it would change
    nothing."""
    preset = find_preset(preset_id)
    wanted = changes(session, preset)
    added, kept = 0, []
    for word in wanted.words:
        try:
            with session.begin_nested():
                insert_word(session, word)
            added += 1
        except Problem:
            kept.append(word.text)
    for rule, _, points in wanted.rules:
        set_rule(session, rule, {"points": points})
    if not added and not wanted.rules:
        raise Problem(409, "nothing-changed", "The draft has all of this preset already")
    audit.record(
        session,
        action="preset.applied",
        object_type="preset",
        object_id=preset.id,
        actor=editor,
        changes={"rules_changed": (None, len(wanted.rules)), "words_added": (None, added)},
    )
    return Applied(len(wanted.rules), added, tuple(kept))


def _read(path: Path) -> Preset:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = tuple(
        check_word(WordValues(word["kind"], word["text"], word.get("use", ""), word.get("note", ""))) for word in data["words"]
    )
    return Preset(path.stem, data["name"], data["sentence"], data["rules"], words)
