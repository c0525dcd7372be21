"""The advice on profiles."""

from nlp import Coach, Profile
from nlp.training.labels.profiles import profiles

COACH = Coach()
WEAK = {
    "headline": "PARTNER/DIRECTOR at OAK CATERERS",
    "about": "Experienced partner with a demonstrated history of working in the food and beverages industry. Skilled in menu "
    "costing, banquets, vendor payments, staff scheduling and live counters. Strong operations professional with passion.",
}


def advice(sections, surface="linkedin-profile"):
    return COACH.assess(Profile(surface, sections)).advice


def test_a_weak_profile_is_told_which_section_to_rewrite_first():
    found = advice(WEAK)
    assert found[0].code == "about"
    assert [each.worth for each in found] == sorted((each.worth for each in found), reverse=True)
    assert all(each.question for each in found)


def test_spans_lie_in_the_section_that_is_meant():
    assessment = COACH.assess(Profile("linkedin-profile", WEAK))
    texts = {each.code: [span.of(assessment.text) for span in each.spans] for each in assessment.advice}
    assert texts["about"][0].startswith("Experienced partner")


def test_a_section_that_was_not_loaded_is_not_asked_for():
    assert "about" not in [each.code for each in advice({"headline": "Wine trade, fine wines, import and distribution"})]


def test_a_bio_is_one_section():
    found = advice({"bio": "Sales. Dad. Coffee. Views are mine, and I love to connect with people everywhere."}, "x-profile")
    assert {each.code for each in found} <= {"headline", "proof"}
    assert all(each.message.startswith("Bio:") for each in found if each.code == "headline")
    assert found


def test_what_readers_found_good_is_more_often_left_alone():
    left = {True: [], False: []}
    for each in profiles():
        if not each.is_held_out:
            found = COACH.assess(each.profile).advice
            left[each.mark("whole") >= 68].append(bool(found) and found[0].code == "leave")
    assert sum(left[True]) / len(left[True]) > 0.2
    assert sum(left[False]) / len(left[False]) < 0.1
