from hypothesis import given
from hypothesis import strategies as st

from nlp.quality.linear import sigmoid


@given(st.floats(-1e6, 1e6))
def test_sigmoid_is_symmetric(x):
    assert sigmoid(-x) == 1 - sigmoid(x)
