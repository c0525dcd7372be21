import pytest

from nlp import InputError, Profile
from nlp.model import MAX_DRAFT_UTF16
from tests.nlp.profiles.profiles import COACH, GOOD, linkedin, rule_names


@pytest.mark.parametrize(
    ("sections", "field"),
    [
        ({"shoe size": "44"}, "sections"),
        ({"about": "x\0y"}, "sections.about"),
        ({"about": "\ud800"}, "sections.about"),
        ({"skills": (1, 2)}, "sections.skills"),
        ({"about": "x" * (MAX_DRAFT_UTF16 + 1)}, "sections"),
        ({"skills": ("a",) * 301}, "sections.skills"),
    ],
)
def test_invalid_profiles_raise_input_error_naming_the_field(sections, field):
    with pytest.raises(InputError) as refused:
        COACH.assess(Profile("linkedin-profile", sections))
    assert refused.value.field == field
    assert "\n" not in str(refused.value)


def test_the_name_is_never_read():
    scores = {linkedin(**GOOD, name=name).score for name in ("Emily Clarke", "Mohammed Al-Sayed", "")}
    assert len(scores) == 1
    assert "Mohammed" not in linkedin(**GOOD, name="Mohammed Al-Sayed").text


def test_an_empty_profile_has_no_score():
    nothing = COACH.assess(Profile("linkedin-profile", {"headline": "", "about": None}))
    assert (nothing.score, nothing.note.code) == (None, "too-short")
    assert {"HeadlineEmpty", "AboutEmpty"} <= rule_names(nothing)
