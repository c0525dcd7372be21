import pytest

from nlp.language import characters, lexemes
from nlp.language.tokens import blank


@pytest.fixture(scope="module")
def cut():
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
def test_social_text_is_cut_as_people_read_it(cut, text, tokens):
    assert cut(text) == tokens


def test_dressed_up_letters_keep_their_places_and_norms():
    (do, not_, buy) = blank().make_doc("𝗱𝗼𝗻'𝘁 𝗯𝘂𝘆")
    assert (do.idx, not_.idx, buy.idx) == (0, 2, 6)
    assert (do.norm_, not_.norm_, buy.norm_) == ("do", "not", "buy")
    assert buy.shape_ == "xxx"


@pytest.mark.parametrize(
    ("written", "plain"),
    [("𝗹𝗶𝗸𝗲 𝘁𝗵𝗶𝘀", "like this"), ("Ⓐⓑ", "Ab"), ("ＡＢ１", "AB1"), ("ᴛʜɪs", "this"), ("🅻🅸", "LI"), ("™ ½ 🆒 é ﬁ", "™ ½ 🆒 é ﬁ")],
)
def test_every_dressed_up_letter_is_one_plain_letter(written, plain):
    assert characters.plain(written) == plain
    assert len(plain) == len(written)
    assert characters.has_look_alikes(written) == (plain != written)


@pytest.mark.parametrize(
    ("word", "norm"),
    [
        *(("@ann", "@name"), ("@bob_7", "@name"), ("https://a.co/x", "http://link"), ("acme.com", "http://link")),
        *(("a@b.co", "name@mail"), ("soooooo", "soo"), ("SOOO", "soo"), ("l̶i̶k̶e̶", "like"), ("“", '"'), ("’", "'")),
        *(("𝗟𝗶𝗸𝗲", "like"), ("#Sales", "#sales"), ("U.S.", "u.s."), ("2nd", "2nd"), ("\u200d\u200d", "\ufffd")),
    ],
)
def test_what_two_spellings_share(word, norm):
    assert lexemes.norm(word) == norm


def test_names_and_links_look_alike_to_the_models():
    for look in (lexemes.norm, lexemes.prefix, lexemes.suffix, lexemes.shape):
        assert look("@ann") == look("@someone_else99")
        assert look("https://acme.com/a?b=c") == look("http://x.co/9")
