"""Which addresses an endpoint may have, and that the one that was checked is called."""

from __future__ import annotations

import socket

import pytest

from server.core.problems import Problem
from server.core.settings import SettingsError, load_settings
from server.wording_help import addresses
from server.wording_help.failures import WordingFailure

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://llm.example.com/v1", "https://llm.example.com/v1"),
        (" https://llm.example.com/v1/ ", "https://llm.example.com/v1"),
        ("https://llm.example.com/v1/chat/completions", "https://llm.example.com/v1"),
        ("https://llm.example.com:8443", "https://llm.example.com:8443"),
        ("https://8.8.8.8/v1", "https://8.8.8.8/v1"),
        ("https://[2606:4700::1111]:8443/v1", "https://[2606:4700::1111]:8443/v1"),
        ("https://llm.日本.example/v1", "https://llm.xn--wgv71a.example/v1"),
        ("https://LLM.Bücher.example/v1", "https://llm.xn--bcher-kva.example/v1"),
    ],
)
def test_public_https_addresses_are_accepted(typed, stored):
    assert addresses.validated(typed, allowed_hosts=NONE) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "llm.example.com",
        "http://llm.example.com/v1",
        "ftp://llm.example.com",
        "https://user:word@llm.example.com",
        "https://llm.example.com/v1?key=1",
        "https://llm.example.com/v1#x",
        "https://llm.example.com:99999",
        "https://llm.example.com/v1\r\nX: 1",
        "https://[::1",
        "https://127.0.0.1/v1",
        "https://10.1.2.3/v1",
        "https://169.254.169.254/latest",
        "https://[::1]/v1",
        "https://[fd00::1]/v1",
        "https://[::ffff:10.0.0.1]/v1",
        "https://[64:ff9b::a00:1]/v1",
        "https://0.0.0.0",
        "https://[::127.0.0.1]/v1",
        "https://[::ffff:0:10.0.0.1]/v1",
        "https://[fec0::1]/v1",
        "https://[2606:4700::1111%25x y]/v1",
        "https://[2606:4700::1111%25eth0]/v1",
        "https://\uff11\uff12\uff17.0.0.1/v1",
        "https://a b.example/v1",
        "https://llm.exa\tmple.com/v1",
        "https://llm.example.com\x01/v1",
        "https://llm..example.com/v1",
        "https://-llm.example.com/v1",
        "https://" + "ü" * 64 + ".example/v1",
        "https://llm.example.com:0/v1",
        "https://llm.日本.example/" + "v" * 470,
        "https://" + "a" * 500,
    ],
)
def test_other_addresses_are_refused_at_their_field(typed):
    with pytest.raises(Problem) as refused:
        addresses.validated(typed, allowed_hosts=NONE)
    assert refused.value.errors[0]["field"] == "base_url"


def test_operator_can_allow_an_internal_host():
    allowed = frozenset({"10.1.2.3:8000", "llm.internal"})
    assert addresses.validated("http://10.1.2.3:8000/v1", allowed_hosts=allowed) == "http://10.1.2.3:8000/v1"
    assert addresses.validated("http://llm.internal:9/v1", allowed_hosts=allowed) == "http://llm.internal:9/v1"
    with pytest.raises(Problem):
        addresses.validated("http://10.1.2.3:8001/v1", allowed_hosts=allowed)


@pytest.mark.parametrize(
    "found",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1%eth0", "::ffff:127.0.0.1",
     "2002:7f00:1::", "224.0.0.1", "::127.0.0.1", "::ffff:0:10.0.0.1", "fec0::1"],
)  # fmt: skip
def test_name_that_leads_inside_is_not_called(monkeypatch, found):
    """Even if only one of its addresses does."""
    entries = [(0, 0, 0, "", (address, 443)) for address in ("93.184.215.14", found)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    with pytest.raises(WordingFailure, match="address"):
        addresses.resolve("https://llm.example.com/v1", allowed_hosts=NONE)


def test_checked_address_is_the_one_to_connect_to(monkeypatch):
    entry = (0, 0, 0, "", ("93.184.215.14", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [entry])
    target = addresses.resolve("https://llm.example.com/v1", allowed_hosts=NONE)
    assert (target.address, target.host, target.port) == ("93.184.215.14", "llm.example.com", 443)
    assert target.path == "/v1/chat/completions"


def test_name_that_is_not_ascii_is_called_in_ascii(monkeypatch):
    asked = []
    entry = (0, 0, 0, "", ("93.184.215.14", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: asked.append(host) or [entry])
    target = addresses.resolve("https://llm.日本.example/v1", allowed_hosts=NONE)
    assert asked == [target.host] == ["llm.xn--wgv71a.example"]
    with pytest.raises(WordingFailure, match="address"):
        addresses.resolve("https://a b.example/v1", allowed_hosts=NONE)


def test_unknown_name_is_unreachable(monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(WordingFailure, match="unreachable"):
        addresses.resolve("https://llm.example.com/v1", allowed_hosts=NONE)


def test_setting_with_something_else_than_hosts_is_refused(monkeypatch):
    monkeypatch.setenv("REPUTE_WORDING_HOSTS", "llm.internal, 10.0.0.5:8000")
    assert load_settings().wording_host_names == {"llm.internal", "10.0.0.5:8000"}
    monkeypatch.setenv("REPUTE_WORDING_HOSTS", "http://llm.internal/v1")
    with pytest.raises(SettingsError, match="REPUTE_WORDING_HOSTS"):
        load_settings()
