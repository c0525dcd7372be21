from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.language import read
from nlp.language.english import foreign_parts, is_mostly_foreign
from nlp.language.views import MASK
from nlp.model import Span
from tests.nlp.drafts import FOREIGN as SAME_NEWS

TEXTS = yaml.safe_load(Path(__file__).with_name("languages.yml").read_text(encoding="utf-8"))
FOREIGN = [
    pytest.param(text, id=f"{language}-{i}") for language, all_ in TEXTS["foreign"].items() for i, text in enumerate(all_)
]
MIXED = [pytest.param(case, id=name) for name, case in TEXTS["mixed"].items()]
ENGLISH = [pytest.param(text, id=name) for name, text in TEXTS["english"].items()]
#: Written without spaces between words; two characters count as one word.
UNSPACED = ("Japanese", "Chinese", "Thai")

ENGLISH_LINE = "We sold twelve pumps to a hospital because we asked what had failed before."
GERMAN_LINE = "Wir haben zwölf Pumpen verkauft, weil wir gefragt haben, was vorher kaputt war."


def parts_of(text):
    return [part.of(text) for part in read(text).excluded]


def is_foreign(text):
    return read(text).is_foreign


def lines(*texts, between="\n\n"):
    """A text of sentences, with their spans, so that the tests do not depend on the sentence splitter."""
    spans, start = [], 0
    for text in texts:
        spans.append(Span(start, start + len(text)))
        start += len(text) + len(between)
    return between.join(texts), spans


def truncated(text, language, words):
    return text[: 2 * words] if language in UNSPACED else " ".join(text.split()[:words])


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign_text_is_one_part(text):
    assert parts_of(text) == [text]
    assert is_foreign(text)


@pytest.mark.parametrize(("words", "max_missed"), [(5, 2), (10, 0), (20, 0)])
def test_few_words_are_enough(words, max_missed):
    missed = [
        (language, text)
        for language, all_ in TEXTS["foreign"].items()
        for text in all_
        if not is_foreign(truncated(text, language, words))
    ]
    assert len(missed) <= max_missed, missed


@pytest.mark.parametrize("case", MIXED)
def test_foreign_parts_of_mixed_texts_are_found(case):
    assert parts_of(case["text"]) == case["parts"]
    assert is_foreign(case["text"]) == case.get("foreign", False)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_and_very_short_texts_have_no_foreign_part(text):
    assert parts_of(text) == []
    assert not is_foreign(text)


@pytest.mark.parametrize(
    ("texts", "foreign"),
    [
        ((GERMAN_LINE, "Wahnsinn!", GERMAN_LINE), [0, 1, 2]),
        ((ENGLISH_LINE, "Wahnsinn!", ENGLISH_LINE), []),
        ((GERMAN_LINE, "OK.", ENGLISH_LINE), [0]),
        ((ENGLISH_LINE, "OK.", GERMAN_LINE), [2]),
        ((GERMAN_LINE, ENGLISH_LINE, GERMAN_LINE), [0, 2]),
        ((ENGLISH_LINE, GERMAN_LINE, ENGLISH_LINE), [1]),
        ((ENGLISH_LINE, "🎉🎉", "12 %", GERMAN_LINE), [3]),
        (("Danke!", "Merci!", "Gracias!"), []),
    ],
)
def test_a_short_line_goes_with_its_neighbours_and_is_english_in_doubt(texts, foreign):
    text, spans = lines(*texts)
    parts = foreign_parts(text, spans)
    assert [i for i, span in enumerate(spans) if any(p.start <= span.start and span.end <= p.end for p in parts)] == foreign


def test_a_few_foreign_words_are_found_only_in_a_separate_paragraph():
    few = "viel erfolg morgen beim kunden"
    apart, apart_spans = lines(ENGLISH_LINE, few, ENGLISH_LINE)
    within, within_spans = lines(ENGLISH_LINE, few, ENGLISH_LINE, between=" ")
    assert [part.of(apart) for part in foreign_parts(apart, apart_spans)] == [few]
    assert foreign_parts(within, within_spans) == ()


def test_two_languages_in_a_row_are_one_part():
    text, spans = lines(GERMAN_LINE, "Nous avons vendu douze pompes parce que nous avons posé des questions.", ENGLISH_LINE)
    assert foreign_parts(text, spans) == (Span(spans[0].start, spans[1].end),)


def test_masked_characters_are_ignored():
    text = f"{MASK * 9} {GERMAN_LINE} {MASK * 40}"
    assert foreign_parts(text, [Span(0, len(text))]) == (Span(0, len(text)),)
    assert is_mostly_foreign(text, [Span(10, 10 + len(GERMAN_LINE))])
    assert foreign_parts(f"{MASK * 9} {ENGLISH_LINE}", [Span(0, 9 + len(ENGLISH_LINE))]) == ()


@pytest.mark.parametrize(("english", "foreign"), [("Hi!", True), ("Thank you, Hanover!", True), (ENGLISH_LINE, False)])
def test_a_text_is_foreign_if_a_fifth_of_it_at_most_is_english(english, foreign):
    text, spans = lines(GERMAN_LINE, english)
    assert is_mostly_foreign(text, spans[:1]) == foreign
    assert not is_mostly_foreign(text, [])


def test_a_text_without_sentences_has_no_parts():
    assert foreign_parts("", []) == ()
    assert foreign_parts("   ", [Span(0, 3), Span(3, 3)]) == ()


@given(
    st.lists(
        st.one_of(
            st.sampled_from([ENGLISH_LINE, GERMAN_LINE, "OK", "Где он был вчера вечером?", "12", "", "déjà vu"]),
            st.text(st.characters(exclude_characters="\0"), max_size=40),
        ),
        max_size=8,
    ),
    st.sampled_from([" ", "\n", "\n\n"]),
)
@settings(max_examples=150, deadline=None)
def test_parts_are_runs_of_whole_sentences_apart_from_each_other(texts, between):
    text, spans = lines(*texts, between=between)
    parts = foreign_parts(text, spans)
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    for part in parts:
        assert part.start in starts
        assert part.end in ends
    for left, right in pairwise(parts):
        assert any(left.end <= span.start and span.end <= right.start for span in spans)


def test_threads_agree():
    work = [(text, [Span(0, len(text))]) for all_ in TEXTS["foreign"].values() for text in all_]
    alone = [foreign_parts(*each) for each in work]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda each: foreign_parts(*each), work * 5)) == alone * 5


@pytest.mark.parametrize("language", SAME_NEWS)
def test_other_languages_are_recognised(language):
    reading = read(SAME_NEWS[language])
    assert reading.is_foreign


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonjour tout le monde",
        "Hoy no.",
        "Grüezi! We met Müller, Łukasz and Renée in Zürich about the façade, and Søren paid.",
        "Sold 12 pumps, 4 valves, 3 seals, Leeds, Monday, Acme, Northwind, XR-500.",
        "I am sell pump in Gdansk since 3 year, customer say price is too much high.",
        "const user = await fetch(url); if (user.id === null) return;",
        "𝗦𝘁𝗼𝗽 𝗰𝗼𝗹𝗱 𝗰𝗮𝗹𝗹𝗶𝗻𝗴 and 𝗦𝘁𝗮𝗿𝘁 𝗴𝗿𝗼𝘄𝗶𝗻𝗴",
        "My first word in Tokyo was 新製品, and everybody at the stand laughed.",
        "#ventes #vertrieb #продажи #営業 Four calls, one deal.",
    ],
)
def test_english_and_short_texts_are_not_foreign(text):
    reading = read(text)
    assert not reading.is_foreign


def test_demonstration_drafts_are_not_foreign():
    for draft in yaml.safe_load(
        (Path(__file__).parents[3] / "server/tuning/reference_drafts.yaml").read_text(encoding="utf-8")
    ):
        assert not read(draft["text"]).is_foreign, draft["id"]
