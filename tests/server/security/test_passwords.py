import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from server.core.problems import Problem
from server.security import passwords


@pytest.fixture(scope="module", autouse=True)
def cheap_password_hashes():
    """Not here: these tests are about the real ones."""


STRONG = [
    "correct horse battery staple", "Tr4m-Kiesel.Morgen", "ünïcödé ist auch möglich", "x7!Qm#v9Lw@2pZ",
    "four hedgehogs cross at dawn", "lamp river stone apple", "my dog likes old cheese", "Käse Fenster Wolke Hammer",
]  # fmt: skip
WEAK = [
    "password1234", "P@ssw0rd1234", "qwertyuiop12", "111111111111", "123456789012", "aaaaaaaaaaaaaaa", "Summer2026!!",
    "iloveyou2026", "administrator1", "Welcome12345!", "robinvale2026", "Harbour2026!", "repute-repute",
    "liverpool1892", "chelsea12345", "pokemon123456", "butterfly1234", "minecraft1234", "correcthorse", "fuckyou123456",
    "1q2w3e4r5t6y", "trustno1trustno1", "blackcat1990", "johnsmith1985", "arsenal1886!", "nimda1234567", "vale-robin-1990",
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


def test_common_passwords_of_12_characters_are_refused():
    common = [password for password in FREQUENCY_LISTS["passwords"] if len(password) >= passwords.MIN_LENGTH]
    assert len(FREQUENCY_LISTS["passwords"]) >= 3_000
    assert len(common) > 200
    for password in common:
        with pytest.raises(Problem):
            passwords.check_strength(password)


def test_passwords_are_hashed_one_at_a_time(monkeypatch):
    running, most = 0, 0
    lock = threading.Lock()

    class Hasher:
        def hash(self, password):
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            with lock:
                running -= 1
            return password

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(passwords.hash_password, map(str, range(100)))) == list(map(str, range(100)))
    assert most == 1


@pytest.mark.skipif(sys.platform != "linux", reason="threads have their own priority on Linux only")
def test_passwords_are_hashed_at_low_priority():
    niceness = passwords._run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert niceness == passwords.NICENESS > os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_too_many_password_checks_are_refused_at_once_with_retry_after():
    with passwords.reserve_check(), passwords.reserve_check(), passwords.reserve_check():
        with pytest.raises(Problem) as raised, passwords.reserve_check():
            raise AssertionError("unreachable")
        assert (raised.value.status, raised.value.headers) == (503, {"Retry-After": "3"})
    with passwords.reserve_check():
        pass
