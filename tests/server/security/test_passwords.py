import pytest

from server.core.problems import Problem
from server.security import passwords

STRONG = ["correct horse battery staple", "Tr4m-Kiesel.Morgen", "ünïcödé ist auch möglich", "x7!Qm#v9Lw@2pZ"]
WEAK = [
    "password1234", "P@ssw0rd1234", "qwertyuiop12", "111111111111", "123456789012", "aaaaaaaaaaaaaaa", "Summer2026!!",
    "iloveyou2026", "administrator1", "Welcome12345!", "robinvale2026", "Harbour2026!", "repute-repute",
]  # fmt: skip


@pytest.mark.parametrize("password", STRONG)
def test_check_strength_accepts_strong_passwords(password):
    passwords.check_strength(password, own_words=("Robin Vale", "robin@example.com", "Harbour & Sons"))


@pytest.mark.parametrize("password", WEAK)
def test_check_strength_refuses_weak_passwords(password):
    with pytest.raises(Problem) as raised:
        passwords.check_strength(password, own_words=("Robin Vale", "robin@example.com", "Harbour & Sons"))
    assert raised.value.errors[0]["field"] == "password"


@pytest.mark.parametrize("length", [11, 129])
def test_check_strength_refuses_lengths_outside_12_to_128(length):
    with pytest.raises(Problem, match="invalid-field"):
        passwords.check_strength("kq3 vzw9 mbt" * 20 if length > 128 else "kq3 vzw9 mb")


def test_verify_accepts_only_the_correct_password():
    hashed = passwords.hash_password(STRONG[0])
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.verify(STRONG[0], hashed)
    assert not passwords.verify(STRONG[0] + " ", hashed)
    assert not passwords.verify(STRONG[0], None)
    assert not passwords.verify("nobody has this password", None)
    assert not passwords.verify("a" * 10_000, hashed)
    assert not passwords.needs_rehash(hashed)
