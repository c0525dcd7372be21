import numpy as np

from nlp.language.meaning import meaning, width
from nlp.language.piece_embedding import MAX_PIECES, SCALE, of_word, piece_vectors, piece_width
from nlp.language.tokens import blank


def pieces_of(norm):
    """Which of the counts is marked."""
    marks = of_word(norm)[width() :].tolist()
    assert sorted(marks)[:-1] == [0] * MAX_PIECES
    return marks.index(1)


def test_a_word_is_the_mean_of_its_pieces_and_their_number():
    assert np.allclose(of_word("salesforce")[: width()], meaning(["salesforce"]).mean * SCALE, atol=1e-5)
    assert pieces_of("sales") == 0
    assert pieces_of("salesforce") == 1
    assert pieces_of("zorbixveltranoquorv") == MAX_PIECES - 1
    assert pieces_of("\ue000") == MAX_PIECES


def test_a_hashtag_is_the_word_it_marks():
    assert (of_word("#berlin") == of_word("berlin")).all()


def test_a_sign_alone_has_no_pieces():
    assert not of_word("#").any()


def test_each_token_has_a_row():
    nlp = blank()
    texts = ["Anna, Anna left", "", "x"]
    rows = piece_vectors().predict([nlp.make_doc(text) for text in texts])
    assert [each.shape for each in rows] == [(4, piece_width()), (0, piece_width()), (1, piece_width())]
    assert (rows[0][0] == rows[0][2]).all()
