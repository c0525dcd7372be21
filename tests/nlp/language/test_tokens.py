import pytest

from nlp.language import load
from nlp.language.tokens import blank


@pytest.fixture(scope="module")
def tokenize():
    tokenizer = blank()
    return lambda text: [token.text for token in tokenizer.make_doc(text)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Wow!!! Really?!", ["Wow", "!!!", "Really", "?!"]),
        ("1/ Why we lost 2/7", ["1/", "Why", "we", "lost", "2/7"]),
        ("→ Call first", ["→", "Call", "first"]),
        ("#B2Bsales @ann_b #1", ["#B2Bsales", "@ann_b", "#", "1"]),
        ("see acme.com/x, ok", ["see", "acme.com/x", ",", "ok"]),
        ("mail a.b@acme.com now", ["mail", "a.b@acme.com", "now"]),
        ("don't wanna, I'm off", ["do", "n't", "wan", "na", ",", "I", "'m", "off"]),
        ("7:30PM and/or F-16", ["7:30", "PM", "and", "/", "or", "F", "-", "16"]),
        ("great👍🏽 :) <3", ["great", "👍🏽", ":)", "<3"]),
        ("👩‍👩‍👧🎉", ["👩‍👩‍👧", "🎉"]),
        ("+1-555-010-9999 or 555-010-9999", ["+1-555-010-9999", "or", "555-010-9999"]),
        ("$40k, 12% and 3x", ["$", "40k", ",", "12", "%", "and", "3x"]),
        ("𝗱𝗼𝗻'𝘁 𝗯𝘂𝘆.", ["𝗱𝗼", "𝗻'𝘁", "𝗯𝘂𝘆", "."]),
    ],
)
def test_tokens_of_social_text(tokenize, text, tokens):
    assert tokenize(text) == tokens


def test_look_alike_letters_keep_their_places_and_norms():
    (do, not_, buy) = blank().make_doc("𝗱𝗼𝗻'𝘁 𝗯𝘂𝘆")
    assert (do.idx, not_.idx, buy.idx) == (0, 2, 6)
    assert (do.norm_, not_.norm_, buy.norm_) == ("do", "not", "buy")
    assert buy.shape_ == "xxx"


def test_tags_links_and_emoji_stay_whole():
    doc = load()("(see acme.com/x) #b2bsales, @ann 👍🏽!")
    assert [token.text for token in doc] == ["(", "see", "acme.com/x", ")", "#b2bsales", ",", "@ann", "👍🏽", "!"]
