import pytest

from nlp.rules import formulas


@pytest.mark.parametrize(
    ("formula", "value"), [("words / sentences", 20), ("-words + 2 * (sentences - 1)", -38), ("words / (words - words)", None)]
)
def test_formulas_are_arithmetic(formula, value):
    assert formulas.evaluate(formula, {"words": 40, "sentences": 2}) == value


@pytest.mark.parametrize(
    "formula", ["words ** 9", "__import__('os')", "words.real", "1 if words else 2", "pages", "'a' * 9", "words("]
)
def test_other_expressions_are_refused(formula):
    with pytest.raises(ValueError, match=r"must be arithmetic|may contain only"):
        formulas.validate(formula)
