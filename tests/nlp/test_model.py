from hypothesis import given
from hypothesis import strategies as st

from nlp.model import Utf16

TEXT = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("🎉👩‍💻𝗕")), max_size=60)


@given(TEXT)
def test_utf16_offsets_round_trip(text):
    units = Utf16(text)
    assert units.length == len(text.encode("utf-16-le")) // 2
    for offset in range(len(text) + 1):
        assert units.from_code_points(offset) == len(text[:offset].encode("utf-16-le")) // 2
        assert units.to_code_points(units.from_code_points(offset)) == offset


@given(TEXT)
def test_an_offset_inside_a_surrogate_pair_gives_its_character(text):
    units = Utf16(text)
    for place, char in enumerate(text):
        if ord(char) > 0xFFFF:
            assert units.to_code_points(units.from_code_points(place) + 1) == place
