"""The rules in the draft: where each is on, with what it takes to turn off one that guards people or disclosure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from nlp import Scoring
from nlp.model import Surface
from nlp.rules import packaged
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.labels import kind_label
from server.core.problems import field_problem, not_found
from server.tuning.champion import get_champion
from server.tuning.draft import draft_scoring
from server.tuning.models import DraftRule

MIN_REASON_LENGTH, MAX_REASON_LENGTH = 10, 300


@dataclass(frozen=True, slots=True)
class RuleState:
    """A rule in the draft. ``on``: where it is on; ``on_now``: the same of the active version. ``fires`` and ``quiet``: texts
    on which it speaks and on which it does not. ``is_new``: the active version does not have it."""

    id: str
    message: str
    why: str
    dimension: str
    grade: str
    source: str
    points: float
    guards: bool
    is_own: bool
    surfaces: tuple[Surface, ...]
    on: frozenset[str]
    on_now: frozenset[str]
    is_new: bool
    fires: tuple[str, ...]
    quiet: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        return self.on != self.on_now


def list_rules(session: Session) -> tuple[RuleState, ...]:
    """Every rule of the draft, by id."""
    champion, scoring = get_champion(session), draft_scoring(session)
    examples = {rule.info.id: (rule.fires, rule.quiet) for rule in (*packaged(), *scoring.organisation.rules)}
    return tuple(
        _state(rule, examples.get(rule["id"], ((), ())), scoring, champion)
        for rule in sorted(scoring.rules, key=lambda rule: str(rule["id"]))
    )


def get_rule(session: Session, *, rule_id: str) -> RuleState:
    """404 if the draft has no such rule."""
    rule = next((rule for rule in list_rules(session) if rule.id == rule_id), None)
    if rule is None:
        raise not_found()
    return rule


def change_rule(
    session: Session,
    *,
    editor: Identity,
    rule_id: str,
    on: Collection[str],
    confirmation: str = "",
    reason: str = "",
) -> bool:
    """Sets where a rule is on in the draft. Whether anything changed. To turn off a rule that guards people or disclosure
    anywhere takes its id typed as the ``confirmation``, and a ``reason`` of 10 to 300 characters, which goes to the audit log.
    404 if there is no such rule; 422 with the field that is wrong."""
    rule = get_rule(session, rule_id=rule_id)
    wanted = frozenset(on)
    if wanted - set(rule.surfaces):
        raise field_problem("on", f"must be among {', '.join(rule.surfaces)}")
    if wanted == rule.on:
        return False
    is_guard_turned_off = rule.guards and bool(rule.on - wanted)
    reason = " ".join(reason.split())
    if is_guard_turned_off:
        if confirmation.strip() != rule.id:
            raise field_problem("confirmation", f"must be {rule.id}, typed in full")
        if not MIN_REASON_LENGTH <= len(reason) <= MAX_REASON_LENGTH:
            raise field_problem(
                "reason", f"must have {MIN_REASON_LENGTH} to {MAX_REASON_LENGTH} characters", limit=MAX_REASON_LENGTH
            )
    set_rule(session, rule_id, {"on": bool(wanted), "surfaces_off": _off(rule, wanted)})
    changes: dict[str, tuple[audit.Value, audit.Value]] = {"rule_on": (describe(rule, rule.on), describe(rule, wanted))}
    if is_guard_turned_off:
        changes["reason"] = (None, reason)
    action = "rule.guard-changed" if is_guard_turned_off else "rule.changed"
    audit.record(session, action=action, object_type="rule", object_id=rule_id, actor=editor, changes=changes)
    return True


def set_rule(session: Session, rule_id: str, setting: Mapping[str, Any]) -> None:
    """Merges settings into those that the draft has of the rule."""
    row = session.get(DraftRule, rule_id, with_for_update=True)
    if row is None:
        session.add(DraftRule(rule_id=rule_id, setting=dict(setting)))
    else:
        row.setting = {**row.setting, **setting}
    session.flush()


def describe(rule: RuleState, on: Collection[str]) -> str:
    """Where a rule is on, in words."""
    if not on:
        return "Off"
    if len(on) == len(rule.surfaces):
        return "On"
    return f"Off for {', '.join(kind_label(surface) for surface in rule.surfaces if surface not in on)}"


def _off(rule: RuleState, on: Collection[str]) -> list[str]:
    return [surface for surface in rule.surfaces if surface not in on] if on else []


def _state(
    rule: Mapping[str, Any], examples: tuple[tuple[str, ...], tuple[str, ...]], scoring: Scoring, champion: Scoring
) -> RuleState:
    surfaces = tuple(rule["surfaces"])
    return RuleState(
        id=rule["id"],
        message=rule["message"].replace("%s", "…"),
        why=rule["why"],
        dimension=rule["dimension"],
        grade=rule["evidence"]["grade"],
        source=rule["evidence"]["source"],
        points=rule["points"],
        guards=rule["guards"],
        is_own=rule["is_own"],
        surfaces=surfaces,
        on=frozenset(surface for surface in surfaces if scoring.is_on(rule["id"], surface)),
        on_now=frozenset(surface for surface in surfaces if champion.is_on(rule["id"], surface)),
        is_new=all(rule["id"] != known["id"] for known in champion.rules) if rule["is_own"] else False,
        fires=examples[0],
        quiet=examples[1],
    )
