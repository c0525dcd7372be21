import pytest

from nlp import Profile
from tests.nlp.profiles.profiles import COACH, GOOD, WEAK, linkedin, rule_names


def test_not_loaded_is_not_empty():
    some = {"headline": GOOD["headline"], "about": GOOD["about"]}
    not_loaded = linkedin(**some)
    empty = linkedin(**some, skills=(), recommendations=(), featured=(), experience=())
    assert not {"FewSkills", "NoRecommendation", "NothingFeatured", "SectionEmpty", "NoPhoto"} & rule_names(not_loaded)
    assert {"FewSkills", "NoRecommendation", "NothingFeatured", "SectionEmpty"} <= rule_names(empty)
    assert empty.score < not_loaded.score


def test_findings_on_words_name_their_section():
    weak = linkedin(**WEAK)
    marked = next(f for f in weak.findings if f.quote == "leveraging")
    assert marked.message.startswith("About: ")
    assert marked.dimension == "about"
    assert "using" in marked.replacements
    assert all(f.span.of(weak.text) == f.quote for f in weak.findings if f.span)


@pytest.mark.parametrize(
    ("section", "limit", "rule"),
    [("headline", 220, "HeadlineTooLong"), ("about", 2_600, "AboutTooLong"), ("experience", 2_000, "RoleTextTooLong")],
)
def test_limits_count_utf16_and_mark_the_excess(section, limit, rule):
    fits = ("word " * limit)[: limit - 2] + "🙂"
    over = "🙂" + ("word " * limit)[: limit - 1]
    assert rule not in rule_names(linkedin(**{section: fits}))
    finding = next(f for f in linkedin(**{section: over}).findings if f.rule.endswith(rule))
    assert len(finding.quote) == 1
    assert f"{limit:,}" in finding.message


def test_about_needs_its_point_above_the_fold():
    filler = "The sky over the harbour was grey and the ferries came in on time as they always had. " * 4
    assert "AboutPointBelowFold" in rule_names(linkedin(about=filler + "I help buyers with late quotes."))
    assert "AboutPointBelowFold" not in rule_names(linkedin(about="I help buyers with late quotes. " + filler))


def test_five_skills_are_enough():
    skills = ("Forecasting", "Negotiation", "Retail", "Teaching", "Writing")
    assert "FewSkills" in rule_names(linkedin(headline=GOOD["headline"], skills=skills[:4]))
    assert "FewSkills" not in rule_names(linkedin(headline=GOOD["headline"], skills=skills))


def test_switched_off_rules_have_no_findings():
    off = COACH.assess(Profile("linkedin-profile", WEAK), switched_off=frozenset({"Profile.FewSkills"}))
    assert "FewSkills" not in rule_names(off)


def test_foreign_profiles_get_layout_findings_and_no_score():
    about = "Ich helfe Teams in der Fertigung, Angebote schneller zu schreiben. Was das bringt, zeige ich gern am Telefon."
    assessment = COACH.assess(Profile("linkedin-profile", {"headline": "Vertrieb", "about": about, "skills": ("Angebote",)}))
    assert (assessment.score, assessment.note.code, assessment.measures) == (None, "not-english", ())
    assert [finding.rule for finding in assessment.findings] == ["Profile.FewSkills"]


def test_an_empty_bio_is_called_a_bio():
    (finding,) = [f for f in COACH.assess(Profile("x-profile", {"bio": ""})).findings if f.rule == "Profile.AboutEmpty"]
    assert finding.message.startswith("Bio: ")
