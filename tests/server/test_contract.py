"""Copies in ``server/contract`` equal their sources. ``python -m tests.server.test_contract`` regenerates them."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULE_PATH = ROOT / "nlp/rules/styles/Repute/Protected.json"
EXPORT_PATH = ROOT / "server/contract/protected.json"


def export_rule():
    """The parts of the rule that the extension needs: the patterns, and the examples for its own test."""
    rule = json.loads(RULE_PATH.read_text())
    return {"tokens": rule["tokens"], "fires": rule["repute"]["fires"], "quiet": rule["repute"]["quiet"]}


def test_protected_json_equals_the_rule_in_nlp():
    assert json.loads(EXPORT_PATH.read_text()) == export_rule(), "regenerate it: python -m tests.server.test_contract"


if __name__ == "__main__":
    EXPORT_PATH.write_text(json.dumps(export_rule(), indent=2, ensure_ascii=False) + "\n")
