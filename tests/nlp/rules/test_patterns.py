"""Posts that sound as if nobody in particular had written them, and good texts that come close to it."""

from pathlib import Path

import pytest
import yaml

from tests.nlp.rules.packaged_findings import ON_PATTERNS, findings_of


def _rows(name):
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", _rows("patterns_2026.yml"))
def test_a_stock_pattern_in_a_concrete_post_is_found(row):
    assert findings_of(row["text"], only={f"Repute.{name}" for name in row["rules"]})


@pytest.mark.parametrize("text", _rows("good_texts.yml"))
def test_good_texts_close_to_a_pattern_have_no_findings(text):
    assert not findings_of(text, only=ON_PATTERNS)


@pytest.mark.parametrize(
    ("text", "surface", "rule"),
    [
        ("Humbled? No. I'm simply the best closer in Hull, and nobody sells like me.", "linkedin-post", "Bragging"),
        ("While others were sleeping, I called 40 plants.", "linkedin-post", "Bragging"),
        ("Our planner cuts forecasting time by up to 80 %.", "linkedin-post", "HypeFigure"),
        ("@tom you clearly didn't read the report.", "x-reply", "PutDown"),
        ("Tom Hale is a fraud, and the port knows it.", "linkedin-comment", "Rudeness"),
        ("Great article on forecasting, worth a read: https://example.com/a", "x-post", "LinkDrop"),
        (
            "Great insights, this really highlights the importance of trust. A timely reminder that relationships are key!",
            "linkedin-comment",
            "GeneralAgreement",
        ),
    ],
)
def test_bragging_hype_rudeness_and_empty_answers_are_found(text, surface, rule):
    assert findings_of(text, surface, only={f"Repute.{rule}"})


def test_the_hype_of_a_quoted_person_is_not_held_against_the_writer():
    said = "It cuts forecasting time by up to 80 % and unlocks the full potential of your team"
    assert findings_of(f"{said}.", only=ON_PATTERNS)
    assert not findings_of(f'"{said}," said the other vendor. Our buyer in Hull asked him for one name.', only=ON_PATTERNS)


def test_a_left_over_line_is_named_as_such_and_nobody_is_accused():
    (finding,) = findings_of(
        "Certainly! Here's a LinkedIn post about your valve:\n\nWe ran it for 40 days.", only={"Repute.LeftoverReply"}
    )
    assert "left over" in finding.message
    assert "written by" not in finding.message
