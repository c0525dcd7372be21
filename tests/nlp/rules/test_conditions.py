"""What rules need besides a match: the kind of text, a weak mark, and cues around the words."""

from pathlib import Path

import pytest

from nlp import Coach, Draft, rules
from nlp.language import read
from nlp.model import KINDS, Kind
from nlp.rules.load import build
from nlp.rules.source import RuleError, Source

TEXT = "We sell pumps. They leverage pumps in Leeds."


def rule(**own):
    data = {"extends": "existence", "message": "'%s'", "ignorecase": True, "tokens": ["pumps", "leverage"]}
    return build(Source(Path("House/Rule.yml"), data | {"repute": {"dimension": "hook"} | own}))


def words(rule, text=TEXT, **known):
    reading = read(text)
    return [match.span.of(text) for match in rules.matches(rule, reading, "linkedin-post", rules.Known(**known))]


def packaged(name):
    return next(rule for rule in rules.packaged() if rule.info.id == f"Repute.{name}")


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, ["pumps", "leverage", "pumps"]),
        ({"needs": ["Leeds", "Hull"]}, ["pumps", "leverage", "pumps"]),
        ({"needs": ["Hull"]}, []),
        ({"in_sentence": ["leeds"]}, ["leverage", "pumps"]),
        ({"unless": ["leeds"]}, ["pumps"]),
        ({"not_after": ["they", "sell"]}, ["pumps"]),
        ({"up_to_words": 8}, ["pumps", "leverage", "pumps"]),
        ({"up_to_words": 7}, []),
        ({"not_before": [r" in\b", r"\."]}, ["leverage"]),
    ],
)
def test_cues_in_the_text_the_sentence_and_the_words_around_a_match(own, expected):
    assert words(rule(**own)) == expected


def test_a_word_that_counts_only_as_a_verb_is_told_by_the_parse():
    verbs = rule(only_verbs=["leverage"])
    assert words(verbs, "We leverage the label.") == ["leverage"]
    assert words(verbs, "The contract gave us leverage.") == []


def test_a_rule_spares_the_kinds_it_is_not_for():
    spares, only = rule(not_for=["thanks"]), rule(kinds=["opinion"])
    assert words(spares, kind=Kind("thanks", 0.4)) == words(only, kind=Kind("thanks", 0.4)) == []
    assert words(spares, kind=Kind("opinion", 0.4)) == words(only, kind=Kind("opinion", 0.4)) != []


def test_a_rule_speaks_only_where_the_mark_of_its_dimension_is_low():
    low = rule(below=40)
    assert words(low, marks={"hook": 39.9})
    assert not words(low, marks={"hook": 40.0})


def test_what_no_model_predicted_rules_out_nothing():
    assert words(rule(kinds=["opinion"], below=40), kind=None, marks={"voice": 90.0})


@pytest.mark.parametrize(
    "own",
    [
        {"not_for": ["obituary"]},
        {"kinds": "thanks"},
        {"below": 101},
        {"below": "low"},
        {"unless": ["("]},
        {"needs": [1]},
        {"up_to_words": 0},
    ],
)
def test_a_condition_that_cannot_be_used_is_an_error(own):
    with pytest.raises(RuleError):
        rule(**own)


def test_conditions_are_checked_by_the_coach():
    """The text is taken for a job advertisement, so that asking to be written to is no pitch."""
    text = (
        "We're hiring! Our claims team is getting bigger and looks for two data analysts in Leeds. Apply by Friday, 12 May. "
        "Message me if you would like to talk about the role, or send your CV."
    )
    assessment = Coach().assess(Draft("linkedin-post", text))
    assert assessment.kind.name == "hiring"
    assert not {f.rule for f in assessment.findings} & {"Repute.EarlyPitch", "Repute.PrivateOffer", "Repute.ServicePitch"}


@pytest.mark.parametrize("name", ["EarlyPitch", "ServicePitch", "PrivateOffer", "OpensWithUs", "UndisclosedPromotion"])
def test_a_job_advertisement_is_not_judged_as_a_pitch(name):
    assert "hiring" in packaged(name).conditions.not_for


def test_every_kind_keeps_the_rules_that_put_credit_on_hold_for_bait():
    assert all(packaged("ReactionBait").conditions.suit(Kind(kind, 1.0), 100.0) for kind in KINDS)
