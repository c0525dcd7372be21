"""Scores under another rubric by arithmetic alone, compared with those of a coach that reads every text again."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import Coach, Draft, Profile, load_scoring
from nlp.model import BANDS, DRAFT_DIMENSIONS, DRAFT_SURFACES, PROFILE_DIMENSIONS, PROFILE_SURFACES
from nlp.quality.rescoring import ScoreTable, from_json, is_covered, measured_by, rubrics
from nlp.quality.rubric_settings import RubricSettings
from nlp.quality.scoring import ScoringError
from server.tuning.reference_drafts import reference_drafts

ADVERTISING = (
    "FREE prize for you! Call now to claim your free prize, txt WIN to 80082. Free entry, claim now, call 0800 555 now! "
    "Winner! Urgent! Claim your prize now, free free free, reply YES now!"
)
HEADLINE = "Helps harbour crews unload two hours faster"
ABOUT = "I sell crane sensors to small ports. In 2024 eleven ports in Norway cut their waiting time from nine hours to three."
CHANGES = {
    "weights": (RubricSettings(weights={"hook": 60, "audience": 0, "headline": 3, "proof": 90}), {}),
    "emphasis": (RubricSettings(emphasis={"x-post": {"hook": 300, "form": 0}, "linkedin-comment": {"story": 250}}), {}),
    "bands": (
        RubricSettings(
            bands={
                "drafts": {"fair": 50, "good": 51, "strong": 90},
                "profiles": {"fair": 20, "good": 30, "strong": 40},
            }
        ),
        {},
    ),
    "costs": (RubricSettings(), {"Repute.Buzzwords": 9.3, "Repute.Exclamation": 0.0, "Repute.Elation": 20.0}),
}


@pytest.fixture(scope="module")
def texts():
    """The reference drafts, texts with ceilings, and a profile."""
    shuffled = random.Random(4)
    posts = [draft for draft in reference_drafts() if draft.surface == "linkedin-post"]
    found = [Draft(draft.surface, draft.text) for draft in reference_drafts()]
    for draft in posts[:4]:
        sentences = draft.text.replace("\n\n", " ").split(". ")
        words = draft.text.split()
        shuffled.shuffle(sentences)
        shuffled.shuffle(words)
        found += [Draft("linkedin-post", ". ".join(sentences)), Draft("linkedin-post", " ".join(words))]
    profiles = [
        Profile("linkedin-profile", {"headline": HEADLINE, "about": ABOUT}),
        Profile("x-profile", {"bio": f"{HEADLINE}. {ABOUT}"}),
    ]
    return [*found, Draft("linkedin-post", ADVERTISING), *profiles]


@pytest.fixture(scope="module")
def measured(texts):
    """The texts that have a score, and what it is computed from."""
    coach = Coach()
    found = [(text, coach.score_inputs(text)) for text in texts]
    return [text for text, inputs in found if inputs], [inputs for _, inputs in found if inputs]


def test_texts_with_ceilings_are_among_them(measured):
    _, inputs = measured
    assert any(found.highest < 100 for found in inputs)
    assert any(found.kept < 1 for found in inputs)


def test_what_has_no_score_has_no_inputs(texts):
    coach = Coach()
    assert coach.score_inputs(Draft("linkedin-post", "Thanks!")) is None
    for text in texts:
        assert (coach.assess(text).score is None) == (coach.score_inputs(text) is None)


@pytest.mark.parametrize("name", ["nothing", *CHANGES])
def test_scores_and_bands_equal_those_of_a_coach_that_reads_again(measured, name):
    texts, inputs = measured
    change, points = CHANGES.get(name, (RubricSettings(), {}))
    champion = load_scoring()
    version = champion.changed(settings=change, rules={rule: {"points": cost} for rule, cost in points.items()})
    after = rubrics(champion, change, points)
    assert after.keys() == {*DRAFT_SURFACES, *PROFILE_SURFACES}
    coach = Coach(version)
    expected = [coach.assess(text) for text in texts]
    # Through JSON, as they are stored.
    table = ScoreTable([from_json(json.loads(json.dumps(found.as_json()))) for found in inputs])
    scores = table.scores(after, champion.is_on)
    assert scores.tolist() == [assessment.score for assessment in expected]
    assert [BANDS[number] for number in table.bands(scores, after)] == [assessment.band for assessment in expected]


def test_a_rule_that_is_off_costs_nothing(measured):
    _, inputs = measured
    rule = next(iter(found.findings for found in inputs if found.findings))
    name, champion = next(iter(rule)), load_scoring()
    expected = ScoreTable(inputs).scores(rubrics(champion, points={name: 0.0}), champion.is_on)
    assert ScoreTable(inputs).scores(rubrics(champion), lambda one, _: one != name).tolist() == expected.tolist()


def test_scores_without_some_rules_equal_those_of_a_coach_that_reads_again(measured):
    """The rules that are found most often, one of them on one surface only. Where another rule takes the place of one that is
    off, its finding is not known, and the score is at most too high."""
    texts, inputs = measured
    counts = Counter(rule for found in inputs for rule in found.findings)
    *most, last = [rule for rule, _ in counts.most_common(8)]
    champion = load_scoring()
    version = champion.changed(rules={rule: {"on": False} for rule in most} | {last: {"surfaces_off": ["linkedin-post"]}})
    coach, table = Coach(version), ScoreTable(inputs)
    scores = table.scores(rubrics(version), version.is_on).tolist()
    replaced = 0
    for text, before, score in zip(texts, inputs, scores, strict=True):
        after, expected = coach.score_inputs(text).findings, coach.assess(text).score
        if after.keys() <= before.findings.keys():
            assert score == expected
        else:
            assert score >= expected
            replaced += 1
    assert replaced < 0.1 * len(texts)
    assert scores != table.scores(rubrics(champion), champion.is_on).tolist()


def test_no_texts_have_no_scores():
    champion = load_scoring()
    assert ScoreTable([]).scores(rubrics(champion), champion.is_on).tolist() == []


weights = st.fixed_dictionaries({name: st.integers(0, 100) for name in (*DRAFT_DIMENSIONS, *PROFILE_DIMENSIONS)})
limits = st.lists(st.integers(1, 100), min_size=3, max_size=3, unique=True).map(
    lambda numbers: dict(zip(BANDS[1:], sorted(numbers), strict=True))
)
percents = st.dictionaries(st.sampled_from(DRAFT_DIMENSIONS), st.integers(0, 300))


@settings(max_examples=15, deadline=None)
@given(
    weights,
    st.dictionaries(st.sampled_from(DRAFT_SURFACES), percents),
    st.fixed_dictionaries({"drafts": limits, "profiles": limits}),
)
def test_a_rubric_equals_that_of_the_version(weights, emphasis, bands):
    champion, change = load_scoring(), RubricSettings(weights, emphasis, bands)
    if not all(sum(rubric.weights.values()) for rubric in rubrics(champion, change).values()):
        with pytest.raises(ScoringError, match=r"rubric\.(weights|emphasis)"):
            champion.changed(settings=change)
        return
    version = champion.changed(settings=change)
    assert {surface: (rubric.weights, rubric.bands, rubric.costs) for surface, rubric in rubrics(champion, change).items()} == {
        surface: (version.rubric(surface).weights, version.rubric(surface).bands, version.rubric(surface).costs)
        for surface in (*DRAFT_SURFACES, *PROFILE_SURFACES)
    }


@settings(max_examples=40, deadline=None)
@given(weights.filter(lambda one: any(one[d] for d in DRAFT_DIMENSIONS) and any(one[d] for d in PROFILE_DIMENSIONS)), limits)
def test_scores_stay_within_bounds_and_the_total_of_weights_does_not_matter(measured, weights, limits):
    _, inputs = measured
    champion, table = load_scoring(), ScoreTable(inputs)
    change = RubricSettings({name: weight // 2 for name, weight in weights.items()}, bands={"drafts": limits})
    doubled = RubricSettings({name: weight // 2 * 2 for name, weight in weights.items()}, bands={"drafts": limits})
    if not all(sum(rubric.weights.values()) for rubric in rubrics(champion, change).values()):
        return
    scores = table.scores(rubrics(champion, change), champion.is_on)
    assert scores.min() >= 0
    assert scores.max() <= 100
    assert scores.tolist() == table.scores(rubrics(champion, doubled), champion.is_on).tolist()
    higher = RubricSettings(change.weights, bands={"drafts": {band: min(100, lowest + 5) for band, lowest in limits.items()}})
    bands, raised = (table.bands(scores, rubrics(champion, one)) for one in (change, higher))
    assert (raised <= bands).all()


def test_a_surface_without_any_weight_is_refused():
    zero = dict.fromkeys(DRAFT_DIMENSIONS, 0)
    with pytest.raises(ScoringError, match=r"rubric.weights: one of .* must be above 0"):
        load_scoring().changed(settings=RubricSettings(weights=zero))
    with pytest.raises(ScoringError, match=r"rubric.emphasis.x-post: one dimension that has a weight must be above 0"):
        load_scoring().changed(settings=RubricSettings({**zero, "form": 5}, {"x-post": {"form": 0}}))


def test_bands_must_increase():
    with pytest.raises(ScoringError, match=r"rubric.profiles.bands: must increase from fair to good to strong"):
        load_scoring().changed(settings=RubricSettings(bands={"profiles": {"fair": 50, "good": 50, "strong": 60}}))


def test_bands_of_profiles_are_stored_only_if_they_were_changed():
    champion = load_scoring()
    assert "profiles" not in champion.document["rubric"]
    precision = dict(zip(BANDS, (1, 2, 3, 4), strict=True))
    bands = {"fair": 20, "good": 30, "strong": 40}
    version = champion.changed(settings=RubricSettings(bands={"profiles": bands}, precision={"profiles": precision}))
    again = load_scoring(version.document)
    assert again.version == version.version
    assert again.rubric("x-profile").bands == (20, 30, 40)
    assert again.rubric("x-profile").band_precision == precision
    assert again.rubric("x-post").bands == champion.rubric("x-post").bands
    assert again.renewed().rubric("x-profile").bands == (20, 30, 40)


def test_versions_that_measure_alike_are_those_with_other_numbers_only():
    champion = load_scoring()
    alike = [
        champion.changed(settings=change, rules={rule: {"points": cost} for rule, cost in points.items()})
        for change, points in CHANGES.values()
    ]
    assert {measured_by(version) for version in alike} == {measured_by(champion)}
    other = [
        champion.changed(rules={"Repute.Buzzwords": {"on": False}}),
        champion.changed(rules={"Repute.Buzzwords": {"surfaces_off": ["x-post"]}}),
        champion.changed(own={"words": [{"kind": "banned", "text": "crane"}], "packages": {}}),
    ]
    assert len({measured_by(version) for version in (champion, *other)}) == 4


def test_inputs_cover_a_version_that_has_fewer_rules_on_but_none_that_finds_more():
    champion = load_scoring()
    off = champion.changed(rules={"Repute.Buzzwords": {"on": False}})
    partly = champion.changed(rules={"Repute.Buzzwords": {"surfaces_off": ["x-post"]}})
    words = champion.changed(own={"words": [{"kind": "banned", "text": "crane"}], "packages": {}})
    other_numbers = champion.changed(settings=RubricSettings(weights={"hook": 60}))
    assert all(is_covered(one, champion) for one in (champion, off, partly, other_numbers))
    assert not is_covered(words, champion)
    assert is_covered(off, partly)
    assert not is_covered(partly, off)
    assert not is_covered(champion, off)
