import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import Coach, InputError, Profile
from nlp.model import MAX_DRAFT_UTF16, PROFILE_DIMENSIONS
from nlp.profiles import catalogue, measures
from nlp.profiles.sections import LINKEDIN, X

GOOD = {
    "headline": "I help finance teams in retail close the month 4 days sooner, without new software",
    "about": "If you run a finance team, the last week of the month is lost. You wait for numbers from twelve shops.\n\n"
    "I have spent nine years on that problem. With 40 teams we found that most delays come from two forms. Fix those and "
    "you close four days sooner.\n\nIf your close takes longer, message me: I am happy to compare notes.",
    "experience": (
        (
            "Account executive, Northwind. I work with finance teams of 20 to 200 people. Last year 14 of 16 customers "
            "cut their close by at least three days."
        ),
    ),
    "skills": ("Month-end close", "Retail finance", "Forecasting", "Negotiation", "Teaching"),
    "recommendations": ("She told us not to buy.", "She fixed our close in May."),
    "featured": ("The two forms that delay your close",),
    "photo": "yes",
    "contact": "someone@example.com",
    "website": "https://example.com",
}
WEAK = {
    "headline": "Account Executive at Northwind",
    "about": "Results-driven professional leveraging synergies to deliver world-class solutions. " * 5,
    "experience": ("Account Executive, Northwind",),
    "skills": ("Sales", "CRM"),
    "recommendations": (),
    "photo": None,
}


@pytest.fixture(scope="module")
def coach():
    return Coach()


def linkedin(coach, **sections):
    return coach.assess(Profile("linkedin-profile", sections))


def rules(assessment):
    return {finding.rule.removeprefix("Profile.") for finding in assessment.findings}


def test_a_profile_written_for_buyers_is_told_from_a_list_of_titles(coach):
    good, weak = linkedin(coach, **GOOD), linkedin(coach, **WEAK)
    assert good.score >= weak.score + 40
    assert not good.findings
    assert {"HeadlineOnlyTitle", "FewSkills", "NoPhoto", "NoRecommendation", "NoWayToReach"} <= rules(weak)
    assert tuple(good.dimensions) == PROFILE_DIMENSIONS
    for judged in (good, weak):
        assert sum(part.tenths for part in judged.contributions) == judged.score * 10


def test_every_dimension_has_three_measures():
    about = Profile("linkedin-profile", GOOD)
    taken = Coach().assess(about).measures
    for dimension in PROFILE_DIMENSIONS:
        assert sum(m.dimension == dimension for m in taken) >= 3


def test_not_loaded_is_not_empty(coach):
    some = {"headline": GOOD["headline"], "about": GOOD["about"]}
    not_loaded = linkedin(coach, **some)
    empty = linkedin(coach, **some, skills=(), recommendations=(), featured=(), experience=())
    assert not {"FewSkills", "NoRecommendation", "NothingFeatured", "SectionEmpty", "NoPhoto"} & rules(not_loaded)
    assert {"FewSkills", "NoRecommendation", "NothingFeatured", "SectionEmpty"} <= rules(empty)
    assert empty.score < not_loaded.score


def test_words_are_marked_where_they_stand_and_say_in_which_section(coach):
    weak = linkedin(coach, **WEAK)
    marked = next(f for f in weak.findings if f.quote == "leveraging")
    assert marked.message.startswith("About: ")
    assert marked.dimension == "about"
    assert "using" in marked.replacements
    assert all(f.span.of(weak.text) == f.quote for f in weak.findings if f.span)


@pytest.mark.parametrize(
    ("section", "limit", "rule"),
    [("headline", 220, "HeadlineTooLong"), ("about", 2_600, "AboutTooLong"), ("experience", 2_000, "RoleTextTooLong")],
)
def test_limits_count_utf_16_and_mark_what_is_over(coach, section, limit, rule):
    fits = ("word " * limit)[: limit - 2] + "🙂"
    over = "🙂" + ("word " * limit)[: limit - 1]
    assert rule not in rules(linkedin(coach, **{section: fits}))
    found = next(f for f in linkedin(coach, **{section: over}).findings if f.rule.endswith(rule))
    assert len(found.quote) == 1
    assert f"{limit:,}" in found.message


def test_the_point_belongs_above_the_fold(coach):
    filler = "The sky over the harbour was grey and the ferries came in on time as they always had. " * 4
    assert "AboutPointBelowFold" in rules(linkedin(coach, about=filler + "I help buyers with late quotes."))
    assert "AboutPointBelowFold" not in rules(linkedin(coach, about="I help buyers with late quotes. " + filler))


def test_four_skills_are_few_and_five_are_not(coach):
    skills = ("Forecasting", "Negotiation", "Retail", "Teaching", "Writing")
    assert "FewSkills" in rules(linkedin(coach, headline=GOOD["headline"], skills=skills[:4]))
    assert "FewSkills" not in rules(linkedin(coach, headline=GOOD["headline"], skills=skills))


def test_a_name_is_never_read(coach):
    scores = {linkedin(coach, **GOOD, name=name).score for name in ("Emily Clarke", "Mohammed Al-Sayed", "")}
    assert len(scores) == 1
    assert "Mohammed" not in linkedin(coach, **GOOD, name="Mohammed Al-Sayed").text


def test_of_a_photo_only_its_presence_counts(coach):
    def named(photo):
        return linkedin(coach, **(GOOD | {"photo": photo})).score

    assert named("smiling.png") == named("a") > named("")


def test_an_x_profile_is_read_from_its_bio(coach):
    judged = coach.assess(
        Profile(
            "x-profile",
            {"bio": "I help planners cut returns by half. Ask me about torn labels.", "website": "https://example.com"},
        )
    )
    bare = coach.assess(Profile("x-profile", {"bio": "Sales at Northwind. Views my own.", "website": ""}))
    assert judged.score > bare.score
    assert "NoWayToReach" in rules(bare)


def test_an_empty_profile_has_no_score(coach):
    nothing = coach.assess(Profile("linkedin-profile", {"headline": "", "about": None}))
    assert (nothing.score, nothing.note.code) == (None, "too-short")
    assert {"HeadlineEmpty", "AboutEmpty"} <= rules(nothing)


def test_a_switched_off_remark_stays_away(coach):
    off = coach.assess(Profile("linkedin-profile", WEAK), switched_off=frozenset({"Profile.FewSkills"}))
    assert "FewSkills" not in rules(off)


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
def test_what_cannot_be_a_profile_is_refused_by_field(coach, sections, field):
    with pytest.raises(InputError) as refused:
        coach.assess(Profile("linkedin-profile", sections))
    assert refused.value.field == field
    assert "\n" not in str(refused.value)


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
def test_any_profile_gets_an_answer_that_adds_up(coach, drawn):
    surface, sections = drawn
    judged = coach.assess(Profile(surface, sections))
    assert judged.score is None or sum(part.tenths for part in judged.contributions) == judged.score * 10
    assert all(m.goodness is None or 0 <= m.goodness <= 1 for m in judged.measures)
    assert all(f.span is None or f.span.of(judged.text) == f.quote for f in judged.findings)


def test_the_catalogue_is_within_its_limits():
    ids = [info.id for info in catalogue()]
    assert len(ids) == len(set(ids))
    assert all(info.dimension in PROFILE_DIMENSIONS and 0 <= info.points <= 20 for info in catalogue())
    assert all(measure.__doc__ for measure in measures.ALL)


def test_a_profile_in_another_language_is_told_what_is_missing_and_not_scored(coach):
    about = "Ich helfe Teams in der Fertigung, Angebote schneller zu schreiben. Was das bringt, zeige ich gern am Telefon."
    assessment = coach.assess(Profile("linkedin-profile", {"headline": "Vertrieb", "about": about, "skills": ("Angebote",)}))
    assert (assessment.score, assessment.note.code, assessment.measures) == (None, "not-english", ())
    assert [finding.rule for finding in assessment.findings] == ["Profile.FewSkills"]
