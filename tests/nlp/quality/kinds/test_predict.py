import pytest

from nlp import Coach, Draft, Profile, language
from nlp.model import KINDS
from nlp.quality.kinds.classifier import scaled
from nlp.quality.kinds.described import describe, tokens
from nlp.quality.scoring import load_scoring
from tests.nlp.drafts import FOREIGN

COACH = Coach()
MODEL = load_scoring().kinds
PLAIN = [
    ("linkedin-post", "We're hiring! Looking for a sales engineer, Leeds. Apply now, send your CV. #hiring #jobs", "hiring"),
    ("linkedin-post", "With a heavy heart we share that Ann Lee passed away on Sunday. Rest in peace.", "condolence"),
    ("linkedin-post", "Merry Christmas and a happy New Year to all our customers! 🎄", "greeting"),
    ("linkedin-comment", "Congratulations Ann, well deserved! 👏", "congratulation"),
    ("linkedin-post", "Does anyone know a good supplier of small pumps? Any recommendations?", "question"),
    ("linkedin-post", "Come and see us at booth 14 at the pump fair in Leeds. Two days, three talks. See you there!", "event"),
    ("linkedin-post", "Sorry. We let you down last week: the mistake was ours. We apologise and refund all orders.", "apology"),
    ("linkedin-post", "Thank you to everyone who helped us this year. Special thanks to Ann, we are so grateful. 🙏", "thanks"),
]  # fmt: skip


@pytest.mark.parametrize(("surface", "text", "kind"), PLAIN, ids=[kind for *_, kind in PLAIN])
def test_plain_cases_are_told(surface, text, kind):
    found = COACH.assess(Draft(surface, text)).kind
    assert found.name == kind
    assert 0 < found.probability <= 1


def test_probabilities_add_up_to_one():
    described = describe(language.read("We sold twelve pumps in March. How many did you sell?"), "x-post")
    chances = MODEL.probabilities(described)
    assert len(chances) == len(KINDS)
    assert chances.sum() == pytest.approx(1)


def test_the_largest_parts_explain_a_kind():
    described = describe(language.read(PLAIN[0][1]), "linkedin-post")
    parts = MODEL.explain(described, "hiring")
    assert "whole:vacancy" in {part.feature for part in parts}
    assert [part.part for part in parts] == sorted((part.part for part in parts), reverse=True)


@pytest.mark.parametrize("text", [" \n", "🎉🎉", FOREIGN["German"], "My salary has not moved in three years."])
def test_what_is_not_assessed_for_its_words_has_no_kind(text):
    assessment = COACH.assess(Draft("linkedin-post", text))
    assert assessment.kind is None
    assert assessment.to_json()["kind"] is None


def test_a_short_comment_has_a_kind_without_a_score():
    assessment = COACH.assess(Draft("linkedin-comment", "Congrats Hana!"))
    assert assessment.score is None
    assert assessment.to_json()["kind"]["name"] == "congratulation"


def test_profiles_have_no_kind():
    assert COACH.assess(Profile("linkedin-profile", {"headline": "I sell pumps to breweries"})).kind is None


def test_links_names_and_figures_are_no_words():
    assert tokens("Hi @ann, 12 pumps: https://acme.com/a #Hiring!") == (
        "hi",
        "<mention>",
        "<n>",
        "pumps",
        "<link>",
        "#hiring",
        "!",
    )


def test_listed_words_have_length_one_for_each_sort():
    values = dict(scaled({"we", "sold", "we sold", "unlisted"}, {"we": 3.0, "sold": 4.0, "we sold": 5.0}))
    assert values == {"we": 0.6, "sold": 0.8, "we sold": 1.0}
