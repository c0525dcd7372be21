import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.language import read

NAMES = "Acme Northwind Siemens Bosch Initech Globex Hooli Umbrella Stark Wayne Tyrell Wonka Cyberdyne."
FIGURES = "12 pumps, 40 valves, 90 seals, 31 hoses."


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We won 🎉🎉 Really.", ["We won 🎉🎉 Really."]),
        ("We won! 🎉 It was May.", ["We won! 🎉", "It was May."]),
        ("It rose 3.5 % at Acme Inc. this year.", ["It rose 3.5 % at Acme Inc. this year."]),
        ("We met at 9 a.m. The rest came later.", ["We met at 9 a.m.", "The rest came later."]),
        ("Dr. Smith and J. Brown sold U.S. pumps.", ["Dr. Smith and J. Brown sold U.S. pumps."]),
        ("See https://acme.com/a.b?x=1. Then call.", ["See https://acme.com/a.b?x=1.", "Then call."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("1. Call.\n2. Listen.", ["1. Call.", "2. Listen."]),
        ("So... we waited. Then... Nothing.", ["So... we waited.", "Then...", "Nothing."]),
        ('She said "no." He left.', ['She said "no."', "He left."]),
        ('We asked. "Why?" she said.', ["We asked.", '"Why?"', "she said."]),
        ("great point. love it", ["great point.", "love it"]),
        ("Really?! Yes!!! Ok", ["Really?!", "Yes!!!", "Ok"]),
        ("", []),
    ],
)
def test_sentences(text, sentences):
    reading = read(text)
    assert [span.of(text) for span in reading.sentences] == sentences


def test_words_and_figures_are_prose_only():
    reading = read("1. We don’t pay $40k for 12% of #2024plans at https://a.com/9\n2) Call @bob7 3x")
    assert [word.lower for word in reading.words] == ["we", "don't", "pay", "for", "of", "at", "call"]
    assert [span.of(reading.views.raw) for span in reading.numbers] == ["$40k", "12%", "3x"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300))
@settings(max_examples=150, deadline=None)
def test_every_character_keeps_its_place(text):
    reading = read(text)
    assert reading.views.raw == text
    assert all(text[token.start : token.end] == token.text for token in reading.tokens)
    assert len(reading.views.prose) == len(reading.views.normalized) == len(text)
    assert all(span.of(text).strip() == span.of(text) != "" for span in reading.sentences)
    assert all(reading.views.normalized[word.start : word.end] == word.text for word in reading.words)


def test_long_runs_are_tokenized_without_losing_a_character():
    text = "(" * 700 + " Pumps 🎉🎉  fail.\n" + "a" * 600
    reading = read(text)
    assert all(text[token.start : token.end] == token.text for token in reading.tokens)
    assert [span.of(text) for span in reading.sentences][-1] == "a" * 600


@pytest.mark.parametrize(
    ("text", "unscored"),
    [
        ("We won in May. We won in May. Then we lost.", ["We won in May."]),
        ("We won 3 deals. We won 9 deals.", ["We won 9 deals."]),
        (NAMES, [NAMES]),
        (FIGURES, [FIGURES]),
        ("We sold 12 pumps, 40 valves, 90 seals and 31 hoses.", []),
    ],
)
def test_scored_leaves_out_repeated_and_list_like_segments(text, unscored):
    scored = read(text).scored
    assert [part.of(text) for part in scored.excluded] == unscored
    assert len(scored.views.prose) == len(text)
