from hypothesis import given
from hypothesis import strategies as st

from nlp import Profile
from nlp.model import PROFILE_DIMENSIONS
from nlp.profiles.sections import LINKEDIN, X
from tests.nlp.profiles.profiles import COACH, GOOD, WEAK, linkedin, rule_names


def test_a_profile_for_buyers_scores_far_above_a_list_of_titles():
    good, weak = linkedin(**GOOD), linkedin(**WEAK)
    assert good.score >= weak.score + 40
    assert not good.findings
    assert {"HeadlineOnlyTitle", "FewSkills", "NoPhoto", "NoRecommendation", "NoWayToReach"} <= rule_names(weak)
    assert tuple(good.dimensions) == PROFILE_DIMENSIONS
    for judged in (good, weak):
        assert sum(part.tenths for part in judged.contributions) == judged.score * 10


def test_every_dimension_has_three_measures():
    about = Profile("linkedin-profile", GOOD)
    computed = COACH.assess(about).measures
    for dimension in PROFILE_DIMENSIONS:
        assert sum(m.dimension == dimension for m in computed) >= 3


def test_only_the_presence_of_a_photo_counts():
    def named(photo):
        return linkedin(**(GOOD | {"photo": photo})).score

    assert named("smiling.png") == named("a") > named("")


def test_x_profiles_are_scored_by_their_bio():
    judged = COACH.assess(
        Profile(
            "x-profile",
            {"bio": "I help planners cut returns by half. Ask me about torn labels.", "website": "https://example.com"},
        )
    )
    bare = COACH.assess(Profile("x-profile", {"bio": "Sales at Northwind. Views my own.", "website": ""}))
    assert judged.score > bare.score
    assert "NoWayToReach" in rule_names(bare)


@given(
    st.sampled_from([("linkedin-profile", LINKEDIN), ("x-profile", X)]).flatmap(
        lambda kind: st.tuples(
            st.just(kind[0]),
            st.dictionaries(
                st.sampled_from(kind[1]),
                st.none() | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=120),
            ),
        )
    )
)
def test_assessment_invariants(drawn):
    surface, sections = drawn
    judged = COACH.assess(Profile(surface, sections))
    assert judged.score is None or sum(part.tenths for part in judged.contributions) == judged.score * 10
    assert all(m.goodness is None or 0 <= m.goodness <= 1 for m in judged.measures)
    assert all(f.span is None or f.span.of(judged.text) == f.quote for f in judged.findings)
