"""What is read of an annotated text, and where it is in the document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.coaching.annotations import AnnotatedText, AnnotationError, Place, count_units

pieces = st.text(st.sampled_from("ab \n🚀é"), max_size=6)
annotations = st.lists(
    st.one_of(
        st.fixed_dictionaries({"text": pieces}),
        st.fixed_dictionaries({"markup": pieces}, optional={"interpretAs": pieces}),
    ),
    max_size=12,
)


def units(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end]


def test_markup_is_left_out_and_its_interpretation_is_read():
    text = AnnotatedText.from_annotations(
        [{"markup": "<b>"}, {"text": "First"}, {"markup": "</b><br>", "interpretAs": "\n\n"}, {"text": "Second"}]
    )
    assert (text.read, text.document) == ("First\n\nSecond", "<b>First</b><br>Second")
    assert text.place(0, 5) == Place(3, 8, is_verbatim=True)
    assert text.place(7, 13) == Place(16, 22, is_verbatim=True)


def test_words_around_markup_are_one_place_that_must_not_be_replaced():
    text = AnnotatedText.from_annotations(
        [{"text": "in "}, {"markup": "**"}, {"text": "order"}, {"markup": "**"}, {"text": " to"}]
    )
    assert text.read == "in order to"
    assert text.place(0, 11) == Place(0, 15, is_verbatim=False)
    assert text.place(3, 8) == Place(5, 10, is_verbatim=True)


def test_a_place_begins_and_ends_with_the_writers_own_words():
    text = AnnotatedText.from_annotations(
        [{"markup": "- ", "interpretAs": "• "}, {"text": "One"}, {"markup": "", "interpretAs": "\n\n"}]
    )
    assert text.place(0, 7) == Place(2, 5, is_verbatim=False)
    assert text.place(0, 2) is None
    assert text.place(5, 7) is None


def test_offsets_are_utf16_units():
    text = AnnotatedText.from_annotations([{"text": "🚀"}, {"markup": "🚀"}, {"text": "go"}])
    assert text.place(2, 4) == Place(4, 6, is_verbatim=True)


@given(annotations)
def test_every_range_of_own_words_is_found_where_the_document_has_them(parts):
    text = AnnotatedText.from_annotations(parts)
    assert text.document == "".join(part.get("text", part.get("markup")) for part in parts)
    start = document_start = 0
    for part in parts:
        read = part["text"] if "text" in part else part.get("interpretAs", "")
        end = start + count_units(read)
        if "text" in part and read:
            place = text.place(start, end)
            assert place == Place(document_start, document_start + end - start, is_verbatim=True)
            assert units(text.document, place.start, place.end) == units(text.read, start, end)
        elif read:
            assert text.place(start, end) is None
        start, document_start = end, document_start + count_units(part.get("text", part.get("markup")))


def test_empty_text_between_markup_is_no_place():
    bullets = [{"markup": "-", "interpretAs": "a"}, {"text": ""}, {"markup": "-", "interpretAs": "a"}]
    assert AnnotatedText.from_annotations(bullets).place(0, 2) is None


@given(annotations, st.integers(0, 40), st.integers(1, 20))
def test_a_verbatim_place_has_the_same_words(parts, start, length):
    text = AnnotatedText.from_annotations(parts)
    end = min(start + length, count_units(text.read))
    place = text.place(start, end) if start < end else None
    if place is not None:
        assert 0 <= place.start < place.end <= count_units(text.document)
        if place.is_verbatim:
            assert units(text.document, place.start, place.end) == units(text.read, start, end)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ("text", "annotation must be a list"),
        (["text"], "annotation must be a list of objects"),
        ([{"text": 1}], "text must be text"),
        ([{"markup": "<b>", "interpretAs": []}], "interpretAs must be text"),
        ([{}], "either text, or markup"),
        ([{"text": "a", "markup": "b"}], "either text, or markup"),
        ([{"text": "a", "interpretAs": "b"}], "either text, or markup"),
    ],
)
def test_anything_else_is_refused_in_words(parts, message):
    with pytest.raises(AnnotationError, match=message):
        AnnotatedText.from_annotations(parts)
