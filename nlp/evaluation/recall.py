"""How many of the faults that an editor noted in the texts of ``recall.yml`` the rules find, and what else they flag there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from nlp.coach import Coach
from nlp.evaluation.card import Table
from nlp.model import Draft, Surface

#: Between the rules of which any may find a fault.
_OR = " / "


class Case(NamedTuple):
    """A text and its faults: for each, the names of the rules of which any may find it."""

    surface: Surface
    text: str
    faults: tuple[tuple[str, ...], ...]


def cases() -> list[Case]:
    lists: dict[str, list[dict[str, Any]]] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return [
        Case(row.get("surface", "linkedin-post"), row["text"], tuple(tuple(fault.split(_OR)) for fault in row["faults"]))
        for rows in lists.values()
        for row in rows
    ]


def measure(coach: Coach) -> list[Table]:
    """By rule: the faults noted, those found, and the texts in which it found something that nobody noted. A fault counts under
    the first of its rules."""
    noted, found, others = Counter[str](), Counter[str](), Counter[str]()
    clean = flagged = 0
    for surface, text, faults in cases():
        rules = Counter(finding.rule.removeprefix("Repute.") for finding in coach.assess(Draft(surface, text)).findings)
        clean += not faults
        flagged += not faults and bool(rules)
        others.update(rules.keys() - {name for fault in faults for name in fault})
        for fault in faults:
            noted[fault[0]] += 1
            if name := next((name for name in fault if rules[name]), None):
                rules[name] -= 1
                found[fault[0]] += 1
    names = sorted(noted | others)
    rows = [(name, f"{found[name]} of {noted[name]}" if noted[name] else "", str(others[name] or "")) for name in names]
    total = ("all", f"{found.total()} of {noted.total()}", str(others.total()))
    without = ("texts without a fault that have a finding", "", f"{flagged} of {clean}")
    return [Table(("rule", "faults found", "not noted"), [*rows, total, without], "Faults that an editor noted")]
