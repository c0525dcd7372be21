"""The marks of profiles, with the packaged weights."""

import numpy as np
import pytest

from nlp import Coach, Profile
from nlp.evaluation.metrics import spearman
from nlp.model import PROFILE_SURFACES
from nlp.quality.document import digest
from nlp.quality.marks.profiles.weights import JUDGED
from nlp.quality.scoring import ScoringError, load_scoring
from nlp.training.labels import WHOLE
from nlp.training.labels.profiles import profiles
from nlp.training.quality.padding import before
from tests.nlp.profiles.profiles import COACH, GOOD, WEAK, linkedin

HELD_OUT = [profile for profile in profiles() if profile.is_held_out]
BIO = Profile("x-profile", {"bio": "I lease vans to bakers. 340 out, two in the ditch. Ask me about the ditch.", "website": ""})


def texts_with_promise(profile, promise):
    return before(profile, {"bio" if profile.surface == "x-profile" else "headline": promise})


@pytest.fixture(scope="module")
def held_out_scores():
    return np.array([COACH.assess(each.profile).score for each in HELD_OUT], dtype=float)


def test_scores_of_held_out_profiles_agree_with_the_judges(held_out_scores):
    wholes = np.array([each.mark(WHOLE) for each in HELD_OUT])
    constant = np.mean([each.mark(WHOLE) for each in profiles() if not each.is_held_out])
    assert spearman(held_out_scores, wholes) >= 0.70
    assert np.abs(held_out_scores - wholes).mean() <= 0.75 * np.abs(constant - wholes).mean()


@pytest.mark.parametrize(
    "promise",
    [
        "I help operations teams get their lead time from nine days to three. ",
        "I help finance teams cut the month-end close from nine days to three | ",
        "I help sales teams bring their quotes from nine days to three - ",
    ],
)
def test_a_borrowed_promise_before_the_headline_adds_little(held_out_scores, promise):
    padded = np.array([COACH.assess(texts_with_promise(each.profile, promise)).score for each in HELD_OUT], dtype=float)
    assert (padded - held_out_scores).mean() <= 10


@pytest.mark.parametrize("profile", [Profile("linkedin-profile", GOOD), Profile("linkedin-profile", WEAK), BIO])
def test_every_part_is_explained_and_they_add_up(profile):
    judged = COACH.assess(profile)
    assert sum(part.tenths for part in judged.contributions) == 10 * judged.score
    sentences = [part for part in judged.contributions if part.kind == "sentence"]
    texts = [part.span.of(judged.text) for part in sentences]
    whole = "".join(str(profile.sections.get(name) or "") for name in ("headline", "about", "bio"))
    assert len("".join(texts)) >= 0.9 * len(whole.replace("\n", ""))
    assert all(text in whole for text in texts)
    assert ("headline" in {part.name for part in sentences}) == ("headline" in profile.sections)
    assert all(part.dimension for part in judged.contributions if part.kind not in ("baseline", "bound"))


@pytest.mark.parametrize("sections", [GOOD, WEAK])
def test_a_section_that_is_not_loaded_scores_no_lower_than_an_empty_one(sections):
    for name in sections:
        rest = {other: value for other, value in sections.items() if other != name}
        assert linkedin(**rest).score >= linkedin(**rest, **{name: None}).score, name


def test_a_headline_alone_is_judged_by_itself():
    good, weak = (linkedin(headline=headline) for headline in ("I repair lift doors in hospitals, Ghent", "Sales professional"))
    assert good.score > weak.score + 5
    assert "headline" in good.dimensions
    assert not {"about", "proof", "contact"} & set(good.dimensions)


def test_no_measure_has_a_negative_weight():
    model = load_scoring().profile_marks
    block = model.layout.blocks["measure"]
    for rows in model.weights.weights.values():
        assert all(min(rows[dimension][block]) >= 0 for dimension in JUDGED)
    assert min(model.weights.checked.values()) >= 0


def test_no_word_for_a_persons_sex_has_a_weight():
    assert not {"he", "she", "his", "her"} & set(load_scoring().profile_marks.weights.listed)


def test_a_version_without_marks_of_profiles_keeps_its_hash_and_judges_by_measures():
    document = load_scoring().document
    del document["profile_marks"]
    old = load_scoring(document)
    assert old.version == digest(document) != load_scoring().version
    assert old.profile_marks is None
    judged = Coach(old).assess(Profile("linkedin-profile", GOOD))
    assert sum(part.tenths for part in judged.contributions) == 10 * judged.score
    assert not [part for part in judged.contributions if part.kind == "sentence"]
    assert old.renewed().version == load_scoring().version


def change_centres(weights):
    weights["centres"].pop()


def change_bands(weights):
    weights["bands"]["good"] = weights["bands"]["strong"]


def change_measures(weights):
    weights["measures"][0] = "charm"


def change_surfaces(weights):
    del weights["surfaces"][PROFILE_SURFACES[0]]


def change_precision(weights):
    del weights["band_precision"]["fair"]


@pytest.mark.parametrize("change", [change_centres, change_bands, change_measures, change_surfaces, change_precision])
def test_weights_that_do_not_fit_are_refused(change):
    document = load_scoring().document
    part = document["profile_marks"]
    change(part["weights"])
    with pytest.raises(ScoringError, match=r"^profile_marks\.sha256: "):
        load_scoring(document)
    part["sha256"] = digest(part["weights"])
    with pytest.raises(ScoringError, match=r"^profile_marks\.weights\."):
        load_scoring(document)
