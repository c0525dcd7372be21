import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.security.secrets import challenge_of, looks_like_token, new_code, new_token, normalize_code


def test_tokens_differ_and_pass_their_own_check():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(looks_like_token(token) for token in tokens)


@pytest.mark.parametrize("place", [0, 4, 20, -1])
def test_a_spoilt_token_is_known_without_the_database(place):
    token = new_token()
    other = "a" if token[place] != "a" else "b"
    assert not looks_like_token(token.replace(token[place], other))
    assert not looks_like_token(token[:-1])
    assert not looks_like_token(token + "a")


@given(st.text())
def test_any_text_is_refused_as_a_token_without_an_error(text):
    assert not looks_like_token(text)


def test_a_code_may_be_typed_in_any_case_and_with_spaces():
    code = new_code()
    assert len(code) == 9
    assert normalize_code(f" {code.lower().replace('-', ' ')} ") == normalize_code(code)


def test_the_challenge_is_that_of_rfc_7636_appendix_b():
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
