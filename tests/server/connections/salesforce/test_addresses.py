from __future__ import annotations

import pytest

from server.connections.salesforce.addresses import find_base_url
from server.connections.source import SourceError


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        ("acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        (" https://Acme.my.salesforce.com/ ", "https://acme.my.salesforce.com"),
        ("https://acme.lightning.force.com/lightning/page/home", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce-setup.com/lightning/setup", "https://acme.my.salesforce.com"),
        ("https://acme--test.sandbox.lightning.force.com", "https://acme--test.sandbox.my.salesforce.com"),
        ("acme--test.sandbox.my.salesforce.com", "https://acme--test.sandbox.my.salesforce.com"),
        ("acme-dev-ed.develop.my.salesforce.com:443", "https://acme-dev-ed.develop.my.salesforce.com"),
    ],
)
def test_a_my_domain_is_found_in_what_was_pasted(typed: str, base_url: str) -> None:
    assert find_base_url(typed, allows_loopback=False) == base_url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "acme",
        "login.salesforce.com",
        "my.salesforce.com",
        "http://acme.my.salesforce.com",
        "ftp://acme.my.salesforce.com",
        "https://acme.my.salesforce.com.evil.example",
        "https://acme.my.salesforce.com@evil.example",
        "https://evil.example#.my.salesforce.com",
        "https://evil.example/.my.salesforce.com",
        "https://evil.example\\.my.salesforce.com",
        "https://a.b.c.my.salesforce.com",
        "https://user:secret@acme.my.salesforce.com",
        "https://acme.my.salesforce.com:8443",
        "https://acme.my.salesforce.com:port",
        "https://acmé.my.salesforce.com",
        "https://[::1]/",
        "https://169.254.169.254/",
        "http://127.0.0.1:8000",
        "https://localhost",
    ],
)
def test_no_request_goes_to_an_address_that_is_not_salesforces(typed: str) -> None:
    with pytest.raises(SourceError) as caught:
        find_base_url(typed, allows_loopback=False)
    assert caught.value.code == "address"


def test_this_machine_is_only_allowed_where_tests_say_so() -> None:
    assert find_base_url("http://127.0.0.1:8000", allows_loopback=True) == "http://127.0.0.1:8000"
    with pytest.raises(SourceError):
        find_base_url("http://192.168.0.1", allows_loopback=True)
