"""The labelled profiles, and the marks that are fitted to them."""

import json

import pytest

from nlp.model import PROFILE_SURFACES, Profile
from nlp.profiles import flatten_profile
from nlp.training.labels import WHOLE
from nlp.training.labels.profiles import MARKS, profiles
from nlp.training.quality import profile_marks
from nlp.training.quality.learned import WEIGHTS
from nlp.training.quality.padding import padded, promise


def test_every_profile_has_the_marks_of_both_passes():
    assert len(profiles()) >= 300
    assert {each.surface for each in profiles()} == set(PROFILE_SURFACES)
    for each in profiles():
        flatten_profile(each.profile)
        assert len(each.passes) == 2
        for marks in each.passes:
            assert all(1 <= marks[name] <= 5 for name in MARKS)
            assert 0 <= marks[WHOLE] <= 100


def test_a_fifth_is_held_out():
    assert sum(each.is_held_out for each in profiles()) == pytest.approx(len(profiles()) / 5, rel=0.15)


def test_a_promise_is_put_before_headline_or_bio_alone():
    linkedin = padded(Profile("linkedin-profile", {"headline": "Pumps", "about": "I sell pumps."}), "p1")
    assert linkedin.sections == {"headline": promise("p1") + "Pumps", "about": "I sell pumps."}
    assert padded(Profile("x-profile", {"bio": "Pumps"}), "p2").sections == {"bio": promise("p2") + "Pumps"}
    assert len({promise(str(number)) for number in range(200)}) > 150


@pytest.mark.soak
def test_fitting_reproduces_the_shipped_marks_without_held_out_profiles(monkeypatch):
    fitted_on = tuple(each for each in profiles() if not each.is_held_out)
    monkeypatch.setattr(profile_marks, "labelled_profiles", lambda: fitted_on)
    shipped = json.loads((WEIGHTS / "profile_marks.json").read_text(encoding="utf-8"))
    assert profile_marks.fitted_weights().model_dump(mode="json") == shipped
