import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.security.secrets import looks_like_token, new_code, new_token, normalize_code, pkce_challenge


def test_new_tokens_are_unique_and_well_formed():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(looks_like_token(token) for token in tokens)


@pytest.mark.parametrize("position", [0, 4, 20, -1])
def test_checksum_detects_a_mistyped_token(position):
    token = new_token()
    other = "a" if token[position] != "a" else "b"
    assert not looks_like_token(token.replace(token[position], other))
    assert not looks_like_token(token[:-1])
    assert not looks_like_token(token + "a")


@given(st.text())
def test_looks_like_token_handles_any_text(text):
    assert not looks_like_token(text)


def test_normalize_code_ignores_case_spaces_and_hyphens():
    code = new_code()
    assert len(code) == 9
    assert normalize_code(f" {code.lower().replace('-', ' ')} ") == normalize_code(code)


def test_pkce_challenge_matches_rfc_7636_appendix_b():
    assert pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
