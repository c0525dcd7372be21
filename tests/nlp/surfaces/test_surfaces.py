import os
from pathlib import Path

import pytest
import yaml

from nlp import surfaces
from nlp.surfaces import links, weighted
from nlp.surfaces.weighted import length

CONFORMANCE = Path(os.environ.get("REPUTE_CONFORMANCE", Path(__file__).parents[4] / "shared" / "conformance")) / "twitter-text"


def published(name, group):
    path = CONFORMANCE / name
    if not path.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"twitter-text's {name} is not available"))]
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))["tests"][group]
    return [pytest.param(case, id=case["description"]) for case in cases]


@pytest.mark.parametrize("case", published("validate.yml", "WeightedTweetsWithDiscountedEmojiCounterTest"))
def test_weighted_length_as_published(case):
    assert length(case["text"], surfaces.weights()) == case["expected"]["weightedLength"]


@pytest.mark.parametrize("case", published("validate.yml", "UnicodeDirectionalMarkerCounterTest"))
def test_direction_marks_as_published(case):
    assert length(case["text"], surfaces.weights()) == case["expected"]["weightedLength"]


@pytest.mark.parametrize("case", published("extract.yml", "urls"))
def test_links_as_published(case):
    assert [span.of(case["text"]) for span in links.urls(case["text"])] == case["expected"]


@pytest.mark.parametrize("case", published("extract.yml", "mentions"))
def test_mentions_as_published(case):
    assert [span.of(case["text"])[1:] for span in links.mentions(case["text"])] == case["expected"]


@pytest.mark.parametrize("case", published("extract.yml", "hashtags"))
def test_hashtags_as_published(case):
    assert [span.of(case["text"])[1:] for span in links.hashtags(case["text"])] == case["expected"]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("😀" * 160, 320),
        ("漢" * 160, 320),
        ("https://example.com/a/very/long/path", 23),
        ("a" * 280, 280),
        ("", 0),
        ("👍🏽", 2),
    ],
)
def test_weighted_length(text, weight):
    assert length(text, surfaces.weights()) == weight


def test_leading_mentions_of_a_reply_are_free():
    assert surfaces.measure("x-reply", "@ann @bob " + "a" * 280).used == 280
    assert surfaces.measure("x-post", "@ann @bob " + "a" * 280).used == 290
    assert surfaces.overflow("x-reply", "@ann @bob " + "a" * 281) == 290
    assert weighted.without_leading_mentions("mail @ann") == "mail @ann"


def test_overflow_offset():
    assert surfaces.overflow("x-post", "a" * 280) is None
    assert surfaces.overflow("x-post", "漢" * 141) == 140
    assert surfaces.overflow("linkedin-post", "🎉" * 1501) == 1500
    assert surfaces.overflow("linkedin-comment", "a" * 5000) is None


def folds(text):
    return {fold.where: fold.offset for fold in surfaces.measure("linkedin-post", text).folds}


def test_folds_after_characters_or_lines():
    assert folds("Short.") == {"desktop": None, "mobile": None}
    assert folds("a" * 210) == {"desktop": None, "mobile": 141}
    assert folds("a" * 300) == {"desktop": 210, "mobile": 141}
    assert folds("one\ntwo\nthree\nfour") == {"desktop": 14, "mobile": 14}
    assert folds("one\ntwo\nthree\n\n") == {"desktop": None, "mobile": None}
