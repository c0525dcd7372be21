"""Copies in ``server/contract`` equal their source. ``python -m tests.server.test_contract`` writes them anew."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULE = ROOT / "nlp/rules/styles/Repute/Protected.json"
EXPORTED = ROOT / "server/contract/protected.json"


def exported():
    """What the extension needs of the rule: the patterns, and the examples that its own test runs."""
    rule = json.loads(RULE.read_text())
    return {"tokens": rule["tokens"], "fires": rule["repute"]["fires"], "quiet": rule["repute"]["quiet"]}


def test_the_protected_talk_of_the_extension_is_the_rule_of_nlp():
    assert json.loads(EXPORTED.read_text()) == exported(), "run python -m tests.server.test_contract"


if __name__ == "__main__":
    EXPORTED.write_text(json.dumps(exported(), indent=2, ensure_ascii=False) + "\n")
