"""The language of a text is named as it is, without claiming more than is known."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from nlp.language.detection import DetectedLanguage, detect_language

TEXTS = yaml.safe_load(Path(__file__).with_name("languages.yml").read_text(encoding="utf-8"))
CODES = {"German": "de", "French": "fr", "Spanish": "es", "Italian": "it", "Dutch": "nl", "Polish": "pl", "Japanese": "ja"}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_long_posts_in_another_language_are_named(name, code):
    for text in TEXTS["foreign"][name]:
        detected = detect_language(text, is_foreign=True)
        assert (detected.code, detected.name) == (code, name), text
        assert 0.8 <= detected.confidence <= 1


def test_english_is_more_certain_the_more_of_it_there_is():
    long = "The planners counted the stops of one route, and the drivers asked for another yard behind the market."
    detected = detect_language(long, is_foreign=False)
    assert (detected.code, detected.name) == ("en", "English")
    assert detect_language("Ping", is_foreign=False).confidence < 0.5 < detected.confidence


@pytest.mark.parametrize("text", ["", "🚀🚀", "12 34", "\x0b\x01 \x85", "…"])
def test_a_text_without_words_has_no_confidence(text):
    assert detect_language(text, is_foreign=False) == DetectedLanguage("en", "English", 0.0)
    assert detect_language(text, is_foreign=True) == DetectedLanguage("und", "Unknown", 0.0)
