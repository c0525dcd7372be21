"""Facts that a draft lacks, and abbreviations that it does not explain."""

import pytest

from nlp import language
from nlp.advice.details import abbreviations, missing_facts, tells_case


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("We moved to a new office.", ["who", "when", "how many"]),
        ("Our customers moved in March, all 14 of them.", []),
        ("Ann Lee moved to a new office.", ["when", "how many"]),
        ("We moved last week with twelve desks.", ["who"]),
        ("It may rain. We march on.", ["who", "when", "how many"]),
    ],
)
def test_missing_facts_are_those_not_in_the_text(text, missing):
    assert missing_facts(language.read(text)) == missing


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We saw TUPE on every transfer and TUPE again.", ["TUPE"]),
        ("Our CRM and our AI are fine, says the CEO.", []),
        ("Total cost of ownership (TCO) is what counts. TCO again.", []),
        ("WE ARE HIRING TODAY", []),
        ("See #MRI and @ABC.", []),
    ],
)
def test_abbreviations_are_asked_about_once_and_only_where_unknown(text, found):
    assert [span.of(text) for span in abbreviations(language.read(text))] == found


def test_a_case_is_events_in_a_row_with_details():
    told = "On Monday a nurse in Leeds rang and said the pump had stopped twice. We drove over and found a bent tube."
    claimed = "We listen to customers and deliver quality. Our team works hard, and in 2024 we grew by 20%."
    assert tells_case(language.read(told))
    assert not tells_case(language.read(claimed))
