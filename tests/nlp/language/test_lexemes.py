import pytest

from nlp.language import lexemes


@pytest.mark.parametrize(
    ("word", "norm"),
    [
        *(("@ann", "@name"), ("@bob_7", "@name"), ("https://a.co/x", "http://link"), ("acme.com", "http://link")),
        *(("a@b.co", "name@mail"), ("soooooo", "soo"), ("SOOO", "soo"), ("l̶i̶k̶e̶", "like"), ("“", '"'), ("’", "'")),
        *(("𝗟𝗶𝗸𝗲", "like"), ("#Sales", "#sales"), ("U.S.", "u.s."), ("2nd", "2nd"), ("\u200d\u200d", "\ufffd")),
    ],
)
def test_norms(word, norm):
    assert lexemes.norm(word) == norm


def test_all_handles_and_all_links_have_the_same_attributes():
    for look in (lexemes.norm, lexemes.prefix, lexemes.suffix, lexemes.shape):
        assert look("@ann") == look("@someone_else99")
        assert look("https://acme.com/a?b=c") == look("http://x.co/9")
