import pytest

from nlp.language import characters


@pytest.mark.parametrize(
    ("written", "plain"),
    [("𝗹𝗶𝗸𝗲 𝘁𝗵𝗶𝘀", "like this"), ("Ⓐⓑ", "Ab"), ("ＡＢ１", "AB1"), ("ᴛʜɪs", "this"), ("🅻🅸", "LI"), ("™ ½ 🆒 é ﬁ", "™ ½ 🆒 é ﬁ")],
)
def test_each_look_alike_becomes_one_plain_letter(written, plain):
    assert characters.plain(written) == plain
    assert len(plain) == len(written)
    assert characters.has_look_alikes(written) == (plain != written)
