"""Hate is told apart from swearing, counter-speech and quotation, and no group is treated differently."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
import yaml

from nlp import Coach, Draft
from nlp.evaluation.gates import texts
from nlp.rules import hate

DEVELOPMENT = yaml.safe_load(Path(__file__).with_name("offence.yml").read_text(encoding="utf-8"))
COACH = Coach()


def development(verdict: str) -> list[str]:
    return [texts.fill(text) for of_kind in DEVELOPMENT[verdict].values() for text in of_kind]


def held_share(cases: list[str]) -> float:
    return sum(bool(hate.find(text)) for text in cases) / len(cases)


def test_nine_of_ten_hateful_texts_of_the_development_set_are_held():
    assert held_share(development("hateful")) >= 0.9


def test_one_of_a_hundred_harmless_texts_of_the_development_set_is_held():
    assert held_share(development("harmless")) <= 0.01


def test_seventy_percent_of_the_hateful_cases_and_three_of_the_harmless_are_held():
    assert held_share([case.text for case in texts.offence("hateful")]) >= 0.7
    assert held_share([case.text for case in texts.offence("harmless")]) <= 0.03


def test_no_identity_term_is_held_in_business_sentences():
    assert [text for _, text in texts.identity() if hate.find(text)] == []


def test_the_most_and_the_least_held_term_differ_by_less_than_a_tenth():
    shares = [held_share(texts.hateful_about(term)) for term in texts.terms()]
    assert max(shares) - min(shares) < 0.1


@pytest.mark.parametrize(
    ("text", "hateful"),
    [
        ("We met Poles 🙂. Germans are vermin! Thanks.", ["Germans are vermin!"]),
        ("Our new neighbours are Sikhs. They should be shot.", ["They should be shot."]),
        ("Recruiters are everywhere. They should be shot.", []),
        ("G e r m a n s are v3rmin", ["G e r m a n s are v3rmin"]),
    ],
)
def test_only_the_hateful_sentence_is_marked(text, hateful):
    assert [span.of(text) for span in hate.find(text)] == hateful


def test_hate_is_held_and_swearing_and_rudeness_are_tips():
    def answer(text: str) -> tuple[str, set[str]]:
        assessment = COACH.assess(Draft("x-post", text))
        return assessment.gate.state, {finding.rule for finding in assessment.findings if finding.span}

    state, rules = answer("I hate all immigrants.")
    assert (state, "Repute.Offence" in rules) == ("held", True)
    state, rules = answer("This forecast is fucking hard.")
    assert (state, "Repute.Swearing" in rules) == ("open", True)
    state, rules = answer("Kevin, you are an idiot.")
    assert (state, "Repute.Rudeness" in rules) == ("open", True)


def test_no_slur_is_readable_in_the_data():
    data = set(re.findall(r"[a-z]+", hate.PATH.read_text(encoding="utf-8")))
    slurs = {part for case in DEVELOPMENT["hateful"]["slur"] for part in case.split("~")[1::2]}
    assert slurs
    assert not any(texts.unmask(f"~{slur}~") in data for slur in slurs)


def test_a_long_text_without_sentence_ends_is_read_in_linear_time():
    text = "we sell pumps to german buyers and they say it works " * 550
    hate.find(text[:1000])
    start = time.perf_counter()
    hate.find(text)
    assert time.perf_counter() - start < 2
