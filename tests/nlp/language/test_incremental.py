"""After an edit only what changed is parsed again, and the reading is that of a full pass."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import Coach, Draft, language
from nlp.language import Reader, load
from nlp.language.blocks import Blocks, read_block
from nlp.language.kept import Kept
from nlp.language.renewed import Renewed

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


def said(reading):
    """Everything a reading says."""
    names = (
        *("sentences", "links", "hashtags", "mentions", "emoji", "plain", "prose", "words", "numbers", "lines", "quotations"),
        *("tokens", "entities", "paragraphs", "prose_sentences", "by_sentence", "foreign", "is_foreign", "evidence"),
    )
    return {name: getattr(reading, name) for name in names}


@given(st.sampled_from(DRAFTS), st.lists(EDIT, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_after_any_edits_a_reading_is_that_of_a_full_pass(nlp, text, edits):
    reader = Reader(nlp)
    reader.read(text)
    for place, cut, piece in edits:
        at = round(place * len(text))
        text = text[:at] + piece + text[at + cut :]
        assert said(reader.read(text)) == said(Reader(nlp).read(text))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200), st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_characters_at_all(nlp, text, data):
    reader = Reader(nlp)
    reader.read(text)
    at = data.draw(st.integers(0, len(text)))
    edited = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at:]
    assert said(reader.read(edited)) == said(Reader(nlp).read(edited))


def test_an_assessment_is_the_same_whatever_was_read_before():
    coach, rng = Coach(), random.Random(4)
    for text in DRAFTS[:12]:
        at = rng.randrange(len(text))
        edited = f"{text[:at]} really {text[at:]}"
        coach.assess(Draft("linkedin-post", text))
        after_an_edit = coach.assess(Draft("linkedin-post", edited)).to_json()
        language.forget()
        assert coach.assess(Draft("linkedin-post", edited)).to_json() == after_an_edit


def test_only_the_changed_sentence_is_parsed_again(nlp):
    parsed = []
    reader = Reader(nlp)
    parse = reader._blocks._parse
    reader._blocks._parse = lambda texts: parsed.extend(texts) or parse(texts)
    reader.read("We sold nine pumps. They failed in May.\n\nWhat would you have done?")
    parsed.clear()
    reader.read("We sold nine pumps. They failed in June.\n\nWhat would you have done?")
    assert parsed == ["They failed in June."]


def test_words_that_only_a_draft_has_are_not_kept_beyond_it(nlp):
    blocks = Blocks(nlp)
    blocks.of(["The team met Zweckverbandsversammlung at 555-0199, ann@example.com."])
    assert set(blocks._pieces) == {"The", "team", "met", "at"}


def test_the_same_line_twice_counts_twice(nlp):
    reading = Reader(nlp).read("We won.\nWe won.")
    assert [word.start for word in reading.words] == [0, 3, 8, 11]
    assert [token.head for token in reading.tokens] == [1, 1, 1, 4, 4, 4]


def test_four_threads_read_alike(nlp):
    reader = Reader(nlp, keep=3_000)
    alone = [said(Reader(nlp).read(text)) for text in DRAFTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: said(reader.read(text)), DRAFTS * 3))
    assert together == alone * 3


def test_a_pipeline_that_met_many_words_is_replaced_by_one_that_says_the_same():
    nlp = load()
    renewed = Renewed(nlp, most=len(nlp.vocab))
    renewed.look()
    renewed.wait()
    assert renewed.nlp is nlp
    blocks = [read_block(nlp(text)) for text in DRAFTS]
    renewed.look()
    renewed.wait()
    assert renewed.nlp is not nlp
    assert [read_block(renewed.nlp(text)) for text in DRAFTS] == blocks


def test_the_new_pipeline_knows_no_word_of_a_draft():
    nlp = load()
    renewed = Renewed(nlp, most=0)
    with nlp.memory_zone():
        nlp("Zweckverbandsversammlung")
        renewed.look()
        renewed.wait()
    assert "customers" in renewed.nlp.vocab.strings
    assert "Zweckverbandsversammlung" not in renewed.nlp.vocab.strings


class TestKept:
    def test_it_holds_at_most_so_many_characters(self):
        kept = Kept(100)
        for number in range(50):
            kept.put(f"text {number:04}", number)
        assert len(kept) == 11
        assert kept.characters == 99
        assert (kept.get("text 0039"), kept.get("text 0038")) == (39, None)

    def test_what_was_asked_for_last_stays(self):
        kept = Kept(100)
        for number in range(11):
            kept.put(f"text {number:04}", number)
        kept.get("text 0000")
        kept.put("text 0011", 11)
        assert (kept.get("text 0000"), kept.get("text 0001")) == (0, None)

    def test_it_forgets_in_time(self):
        now = [0.0]
        kept = Kept(1000, forget_after=60, clock=lambda: now[0])
        kept.put("early", 1)
        now[0] = 30
        kept.put("late", 2)
        now[0] = 61
        assert (kept.get("early"), kept.get("late")) == (None, 2)
        assert len(kept) == 1

    @pytest.mark.parametrize("length", [11, 500])
    def test_a_text_that_would_push_out_much_is_not_kept(self, length):
        kept = Kept(100)
        kept.put("a" * length, 1)
        assert (len(kept), kept.characters) == (0, 0)

    def test_it_asks_once_for_all_that_is_new(self):
        kept, asked = Kept(100), []

        def find(texts):
            asked.append(texts)
            return [len(text) for text in texts]

        kept.put("a", 1)
        assert kept.through(["bb", "a", "bb", "ccc"], find) == [2, 1, 2, 3]
        assert asked == [["bb", "ccc"]]
