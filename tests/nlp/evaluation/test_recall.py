"""How many faults the rules find: the texts and the count."""

from types import SimpleNamespace

from nlp import rules
from nlp.evaluation import recall
from nlp.evaluation.recall import Case


def test_every_fault_names_rules_that_ship():
    packaged = {rule.info.id.removeprefix("Repute.") for rule in rules.packaged()}
    cases = recall.cases()
    assert {name for case in cases for fault in case.faults for name in fault} <= packaged
    assert len({case.text for case in cases}) == len(cases)
    assert sum(not case.faults for case in cases) > 30


def test_each_fault_needs_a_finding_of_its_own_and_what_nobody_noted_is_counted(monkeypatch):
    found = {"two": ["Hype"], "either": ["Cliches"], "clean": [], "wrong": ["Greeting"]}
    monkeypatch.setattr(
        recall,
        "cases",
        lambda: [
            Case("linkedin-post", "two", (("Hype",), ("Hype",))),
            Case("linkedin-post", "either", (("Buzzwords", "Cliches"),)),
            Case("linkedin-post", "clean", ()),
            Case("linkedin-post", "wrong", ()),
        ],
    )
    coach = SimpleNamespace(
        assess=lambda draft: SimpleNamespace(findings=[SimpleNamespace(rule=f"Repute.{name}") for name in found[draft.text]])
    )
    (table,) = recall.measure(coach)
    assert table.rows == [
        ("Buzzwords", "1 of 1", ""),
        ("Greeting", "", "1"),
        ("Hype", "1 of 2", ""),
        ("all", "2 of 3", "1"),
        ("texts without a fault that have a finding", "", "1 of 2"),
    ]
