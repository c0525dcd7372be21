import math

from hypothesis import given
from hypothesis import strategies as st

from nlp.quality.features import known, of_post, of_prose


@given(st.text(max_size=300))
def test_features_are_finite_and_known(text):
    features = of_post(text)
    assert features.keys() <= known()
    assert all(math.isfinite(value) and value for value in features.values())


@given(st.sampled_from(["Fatima", "Jun", "Xiaoming", "Siobhan"]))
def test_features_do_not_depend_on_names(name):
    text = "{0} called. We asked {0} what broke, and {0} sent a photo."
    assert of_prose(text.format(name)) == of_prose(text.format("John"))


def test_handles_and_links_contribute_no_words():
    first = of_post("@somebody said the form was late https://example.com/the-best-secret-ever")
    second = of_post("@else said the form was late https://example.com/ninetynine-other-words")
    assert {n: v for n, v in first.items() if n.startswith("word:")} == {
        n: v for n, v in second.items() if n.startswith("word:")
    }
