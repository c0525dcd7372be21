"""After an edit, only the changed parts are parsed again, and the result equals that of a full pass."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import Coach, Draft, language
from nlp.language import Reader, load
from nlp.language.blocks import BlockParser, to_block
from nlp.language.recycling import RecyclingPipeline

DRAFTS = [
    draft["text"]
    for draft in yaml.safe_load((Path(__file__).parents[3] / "server/tuning/reference_drafts.yaml").read_text(encoding="utf-8"))
]
PIECES = [
    *("a", " ", "\n", "\n\n", ".", "? ", "!", "'", "“", "…", "🎉", "👩‍👩‍👧", "𝗯𝗼𝗹𝗱", "é", "\t", "\r\n"),
    *(" blorfing", "Dr. ", "1/ ", "→ ", " #B2Bsales", " @ann", " https://acme.com/x", " $40k", " don't", " Berlin"),
    *("We sold it. ", "No. 5", "e.g. this", "Wir haben zwölf Pumpen an ein Krankenhaus verkauft. ", ":)", "soooo "),
]
EDIT = st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES))


def contents(reading):
    """Everything in a reading."""
    names = (
        *("sentences", "links", "hashtags", "mentions", "emoji", "views", "words", "numbers", "lines", "quotations"),
        *("tokens", "entities", "paragraphs", "prose_sentences", "words_by_sentence", "excluded", "is_foreign"),
        "foreign_evidence",
    )
    return {name: getattr(reading, name) for name in names}


@given(st.sampled_from(DRAFTS), st.lists(EDIT, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_reading_after_any_edits_equals_a_full_pass(nlp, text, edits):
    reader = Reader(nlp)
    reader.read(text)
    for place, cut, piece in edits:
        at = round(place * len(text))
        text = text[:at] + piece + text[at + cut :]
        assert contents(reader.read(text)) == contents(Reader(nlp).read(text))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200), st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_reading_of_arbitrary_characters_equals_a_full_pass(nlp, text, data):
    reader = Reader(nlp)
    reader.read(text)
    at = data.draw(st.integers(0, len(text)))
    edited = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at:]
    assert contents(reader.read(edited)) == contents(Reader(nlp).read(edited))


def test_assessment_does_not_depend_on_the_cache():
    coach, rng = Coach(), random.Random(4)
    for text in DRAFTS[:12]:
        at = rng.randrange(len(text))
        edited = f"{text[:at]} really {text[at:]}"
        coach.assess(Draft("linkedin-post", text))
        after_an_edit = coach.assess(Draft("linkedin-post", edited)).to_json()
        language.clear_cache()
        assert coach.assess(Draft("linkedin-post", edited)).to_json() == after_an_edit


def test_only_the_changed_sentence_is_parsed_again(nlp):
    parsed = []
    reader = Reader(nlp)
    parse = reader._parser._parse
    reader._parser._parse = lambda texts: parsed.extend(texts) or parse(texts)
    reader.read("We sold nine pumps. They failed in May.\n\nWhat would you have done?")
    parsed.clear()
    reader.read("We sold nine pumps. They failed in June.\n\nWhat would you have done?")
    assert parsed == ["They failed in June."]


def test_only_common_words_enter_the_chunk_cache(nlp):
    blocks = BlockParser(nlp)
    blocks.parse_lines(["The team met Zweckverbandsversammlung at 555-0199, ann@example.com."])
    assert set(blocks._chunk_tokens) == {"The", "team", "met", "at"}


def test_a_repeated_line_is_placed_twice(nlp):
    reading = Reader(nlp).read("We won.\nWe won.")
    assert [word.start for word in reading.words] == [0, 3, 8, 11]
    assert [token.head for token in reading.tokens] == [1, 1, 1, 4, 4, 4]


def test_four_threads_share_one_reader(nlp):
    reader = Reader(nlp, cache_characters=3_000)
    alone = [contents(Reader(nlp).read(text)) for text in DRAFTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: contents(reader.read(text)), DRAFTS * 3))
    assert together == alone * 3


def test_recycled_pipeline_predicts_the_same():
    nlp = load()
    recycling = RecyclingPipeline(nlp, max_lexemes=len(nlp.vocab))
    recycling.recycle_if_due()
    recycling.join()
    assert recycling.nlp is nlp
    blocks = [to_block(nlp(text)) for text in DRAFTS]
    recycling.recycle_if_due()
    recycling.join()
    assert recycling.nlp is not nlp
    assert [to_block(recycling.nlp(text)) for text in DRAFTS] == blocks


def test_recycled_pipeline_contains_no_word_of_a_draft():
    nlp = load()
    recycling = RecyclingPipeline(nlp, max_lexemes=0)
    with nlp.memory_zone():
        nlp("Zweckverbandsversammlung")
        recycling.recycle_if_due()
        recycling.join()
    assert "customers" in recycling.nlp.vocab.strings
    assert "Zweckverbandsversammlung" not in recycling.nlp.vocab.strings
