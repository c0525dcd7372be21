from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, Evidence, Finding, Measure
from nlp.quality.rubric import BASELINE, Rubric, apportion, band_of, judge, readable
from nlp.quality.scoring import load_scoring

goodness = st.none() | st.floats(0, 1)
means = st.dictionaries(st.sampled_from([f"{d}-{i}" for i, d in enumerate(DRAFT_DIMENSIONS * 3)]), st.integers(0, 100))
rubrics = st.builds(
    lambda surface, means: replace(load_scoring().rubric(surface), means=means), st.sampled_from(DRAFT_SURFACES), means
)
RULES = ("Repute.Buzzwords", "Repute.ReactionBait", "Repute.WallOfText", "Other.Unknown")


def measure(dimension, number, good):
    return Measure(f"{dimension}-{number}", dimension, 1.0, "words", good, "A measure")


def finding(rule, dimension="voice"):
    return Finding(rule, dimension, "Say what to do", "why", Evidence("A", "L5"), "check")


measures = st.lists(goodness, min_size=27, max_size=27).map(
    lambda all_good: [measure(DRAFT_DIMENSIONS[i % 9], i, good) for i, good in enumerate(all_good)]
)
findings = st.lists(st.sampled_from(RULES).map(finding), max_size=40)


@given(rubrics, measures, findings, st.integers(5, 900))
def test_the_parts_add_up_to_the_score_exactly(rubric, measured, flagged, words):
    judgement = judge(rubric, measured, flagged, words=words)
    if judgement.score is None:
        assert all(m.goodness is None for m in measured)
        return
    assert sum(part.tenths for part in judgement.contributions) == judgement.score * 10
    assert judgement.contributions[0].tenths == BASELINE * 10
    assert 0 <= judgement.score <= 100
    assert 0 <= judgement.confidence.low <= judgement.score <= judgement.confidence.high <= 100
    assert all(0 <= value <= 100 for value in judgement.dimensions.values())


@given(rubrics, measures, findings)
def test_finding_contributions_equal_their_points(rubric, measured, flagged):
    judgement = judge(rubric, measured, flagged, words=50)
    shown = sum(part.tenths for part in judgement.contributions if part.kind == "finding")
    assert sum(f.points for f in judgement.findings) == shown


@given(rubrics, measures, findings, st.integers(0, 26), st.floats(0, 1))
def test_raising_a_goodness_never_lowers_the_score(rubric, measured, flagged, which, raised):
    if measured[which].goodness is None:
        measured[which] = replace(measured[which], goodness=0.0)
    better = list(measured)
    better[which] = replace(better[which], goodness=max(raised, measured[which].goodness))
    assert judge(rubric, better, flagged, words=50).score >= judge(rubric, measured, flagged, words=50).score


@given(rubrics, measures, findings, st.sampled_from(RULES))
def test_another_finding_never_raises_the_score(rubric, measured, flagged, rule):
    measured[0] = replace(measured[0], goodness=0.5)
    before = judge(rubric, measured, flagged, words=50)
    after = judge(rubric, measured, [*flagged, finding(rule)], words=50)
    assert after.score <= before.score
    assert after.dimensions.get("voice", 0) <= before.dimensions.get("voice", 0)


def test_the_average_draft_scores_the_baseline():
    average = [measure(dimension, i, 0.5) for dimension in DRAFT_DIMENSIONS for i in range(3)]
    judgement = judge(load_scoring().rubric("linkedin-post"), average, [], words=200)
    assert judgement.score == BASELINE
    assert set(judgement.dimensions.values()) == {50}
    assert {part.tenths for part in judgement.contributions if part.kind == "measure"} == {0}


def test_a_measure_counts_by_its_distance_from_its_mean():
    rubric = replace(load_scoring().rubric("linkedin-post"), means={"voice-1": 80})
    usual, worse = (judge(rubric, [measure("voice", 1, good)], [], words=200) for good in (0.8, 0.5))
    assert usual.score == BASELINE
    assert worse.score < BASELINE


def test_a_measure_without_goodness_does_not_contribute():
    rubric = load_scoring().rubric("linkedin-post")
    counted = [measure("hook", 1, 0.9), measure("voice", 2, 0.5)]
    judgement = judge(rubric, [*counted, measure("voice", 3, None)], [], words=100)
    assert judgement.score == judge(rubric, counted, [], words=100).score
    assert "clarity" not in judgement.dimensions


@pytest.mark.parametrize(("good", "score"), [(0.0, 0), (1.0, 100)])
def test_clamping_is_shown_as_a_contribution(good, score):
    rubric = replace(load_scoring().rubric("linkedin-post"), gain=250, means={})
    extreme = [measure(dimension, i, good) for dimension in DRAFT_DIMENSIONS for i in range(3)]
    judgement = judge(rubric, extreme, [], words=200)
    assert judgement.score == score
    assert [part.tenths for part in judgement.contributions if part.kind == "bound"] == [750 if score == 0 else -750]


def test_too_few_words_are_not_scored():
    judgement = judge(load_scoring().rubric("x-post"), [measure("hook", 1, 1.0)], [finding("Repute.Buzzwords")], words=4)
    assert (judgement.score, judgement.band, judgement.contributions) == (None, None, ())
    assert (judgement.score, judgement.contributions) == (None, ())


def test_a_rule_costs_points_a_limited_number_of_times():
    rubric = replace(load_scoring().rubric("linkedin-post"), costs={"Repute.Buzzwords": 20}, counted_per_rule=3)
    judgement = judge(rubric, [measure("voice", 1, 0.5)], [finding("Repute.Buzzwords")] * 5, words=50)
    assert [f.points for f in judgement.findings] == [-20, -20, -20, 0, 0]
    assert judgement.score == BASELINE - 6


def test_more_words_narrow_the_interval():
    rubric = replace(
        load_scoring().rubric("linkedin-post"), band_precision={}, bands=(70, 80, 90), gain=100, interval_scale=100
    )
    agreeing = [measure(dimension, 1, 0.75) for dimension in DRAFT_DIMENSIONS]
    short, long = (judge(rubric, agreeing, [], words=words).confidence for words in (10, 400))
    assert (short.level, short.reason) == ("low", "Only 10 words to go by")
    assert long.level == "high"
    assert long.high - long.low < short.high - short.low


@pytest.mark.parametrize("words", [10, 400])
def test_measured_bands_have_one_interval_width_for_all_lengths(words):
    rubric = replace(
        load_scoring().rubric("linkedin-post"), band_precision={"fair": 60}, bands=(40, 60, 80), interval_scale=150
    )
    confidence = judge(rubric, [measure("voice", 1, 0.5)], [], words=words).confidence
    assert (confidence.low, confidence.high) == (BASELINE - 30, BASELINE + 30)


@pytest.mark.parametrize(("precision", "level"), [(75, "high"), (74, "medium"), (50, "medium"), (49, "low")])
def test_confidence_is_how_often_judges_agreed_with_the_band(precision, level):
    rubric = replace(load_scoring().rubric("linkedin-post"), band_precision={"fair": precision}, bands=(40, 60, 80))
    judgement = judge(rubric, [measure("voice", 1, 0.5)], [], words=200)
    assert (judgement.band, judgement.confidence.level) == ("fair", level)


@pytest.mark.parametrize(("score", "band"), [(0, "needs-work"), (40, "fair"), (59, "fair"), (60, "good"), (100, "strong")])
def test_bands_begin_at_their_thresholds(score, band):
    assert band_of(Rubric({}, {}, {}, (40, 60, 80)), score) == band


@given(st.lists(st.integers(-50_000, 50_000), min_size=1, max_size=40), st.integers(-5, 5))
def test_apportioning_keeps_the_total_and_stays_near(parts, slack):
    total = round(sum(parts) / 1000) + slack
    rounded = apportion(parts, total, unit=1000)
    assert sum(rounded) == total
    assert all(part != 0 or whole == 0 for part, whole in zip(parts, rounded, strict=True)) or not any(parts)


def test_apportioning_gives_the_rest_to_the_largest_remainder():
    assert apportion([12, 17, 1], 3, unit=10) == [1, 2, 0]


@pytest.mark.parametrize(("rule", "words"), [("Repute.WallOfText", "Wall of text"), ("Repute.TooLongForX", "Too long for x")])
def test_rule_names_read_as_words(rule, words):
    assert readable(rule) == words
