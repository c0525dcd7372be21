"""Copies in ``server/contract`` equal their sources. ``python -m tests.server.test_contract`` regenerates them."""

from __future__ import annotations

import json
from pathlib import Path

from nlp.evaluation.gates import texts
from nlp.model import Span, Utf16
from nlp.rules import protected
from tests.server.pattern_words import words_of

CONTRACT = Path(__file__).parents[2] / "server/contract"
TRADE_WORDS = ("pension", "chemo")
#: Where the two sides could differ: sentence ends, look-alike characters, characters of two UTF-16 units, trade words, case.
EDGE_CASES = (
    "",
    "   ",
    "My salary",
    "🙂 My diagnosis came in May. 🙂🙂 We asked 41 buyers why they left.",
    "We asked 41 buyers.\nMy health comes first!\n\nWhat do you ask?",
    'He said "my church matters." Then we sold 40 pumps to 12 clinics.',
    "I’m on sertraline… and we sold nine pumps in three days to two clinics.",
    "My\u00a0pension is small. My  wages\tare late. myXsalary is a word.",
    "Ümy salary is none. My salaryß neither.",
    "My pensions are late, my chemo starts on Monday and our wages were cut.",
    "MY MANAGER SCREAMS. Sarah is off sick. sarah is off sick.",
    # The long s, the Kelvin sign, and a letter that is longer in lower case.
    "My \u017falary is late. My \u212anee operation is in May. \u0130\u0130 MY SALARY is late. Sarah\u0130 is off sick.",
    "Diagnosed with MS in May. We were Diagnosed with MS in May by a doctor, they say.",
)


def export_rule():
    """What the extension needs of the rule: everything but its examples. Every match of a frame has one of its ``words``."""
    rule = json.loads(protected.PATH.read_text(encoding="utf-8"))
    for frame in (*rule["phrases"], *rule["frames"], *rule["named"]):
        if words := words_of(protected.expand("|".join(frame["patterns"]), rule["fragments"])):
            frame["words"] = "|".join(words)
    return {key: value for key, value in rule.items() if key != "examples"}


def export_cases():
    """Texts with what ``nlp`` finds in them. The extension's tests run the same texts."""
    rule = json.loads(protected.PATH.read_text(encoding="utf-8"))
    identity = [text for i, (_, text) in enumerate(texts.identity()) if i % 25 == 0]
    written = [case.text for case in (*texts.trades(), *texts.protected())]
    every = [*EDGE_CASES, *rule["examples"]["protected"], *rule["examples"]["ordinary"], *written, *identity]
    plain = [_case(text, ()) for text in every]
    return [*plain, *(_case(text, TRADE_WORDS) for text in (*EDGE_CASES, *(case.text for case in texts.protected())))]


def _case(text: str, trade_words: tuple[str, ...]):
    units = Utf16(text)

    def to_units(span: Span) -> list[int]:
        return [units.from_code_points(span.start), units.from_code_points(span.end)]

    found = protected.find(text, trade_words)
    return {
        "text": text,
        "trade_words": list(trade_words),
        "sentences": [to_units(span) for span in found.sentences],
        "triggers": [to_units(span) for span in found.triggers],
        "is_greater_part": found.is_greater_part,
    }


EXPORTS = {"protected.json": export_rule, "protected-cases.json": export_cases}


def test_protected_json_equals_the_rule_in_nlp():
    stored = json.loads((CONTRACT / "protected.json").read_text(encoding="utf-8"))
    assert stored == export_rule(), "regenerate it: python -m tests.server.test_contract"


def test_protected_cases_are_what_nlp_finds():
    stored = json.loads((CONTRACT / "protected-cases.json").read_text(encoding="utf-8"))
    assert stored == export_cases(), "regenerate it: python -m tests.server.test_contract"


if __name__ == "__main__":
    for name, export in EXPORTS.items():
        text = json.dumps(export(), indent=1, ensure_ascii=False)
        (CONTRACT / name).write_text(text + "\n", encoding="utf-8")
