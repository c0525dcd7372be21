"""Requests to CRMs: only to the vendor, and nothing that a vendor sends makes the server wait for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from requests.structures import CaseInsensitiveDict

from server.connections.http import MAX_RETRY_AFTER, Answer, Client, retry_after
from server.connections.source import Context, SourceError
from tests.server.connections.hubspot_server import Fault, hubspot_server

pytestmark = pytest.mark.sqlite_only

ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize("address", [
    "http://api.hubapi.com", "https://user@api.hubapi.com", "https://", "ftp://api.hubapi.com", "http://127.0.0.1", "file:///etc",
])  # fmt: skip
def test_addresses_that_are_not_https_are_refused(address):
    with pytest.raises(SourceError) as error:
        Client("HubSpot", address, Context(ZONE), lambda: "x")
    assert error.value.code == "address"


@pytest.mark.parametrize("address", ["http://example.com", "http://127.0.0.1.example.com", "http://10.0.0.1"])
def test_the_exception_for_tests_is_for_this_machine_only(address):
    with pytest.raises(SourceError):
        Client("HubSpot", address, Context(ZONE, allows_loopback=True), lambda: "x")


def test_a_netrc_file_does_not_replace_the_token(tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with hubspot_server() as server:
        client = Client("HubSpot", server.url, Context(ZONE, allows_loopback=True), lambda: server.key)
        assert client.send("GET", "/account-info/2026-09/details").status == 200
        client.close()


def test_nobody_there_is_said_in_words():
    client = Client("HubSpot", "http://127.0.0.1:1", Context(ZONE, allows_loopback=True), lambda: "x")
    with pytest.raises(SourceError) as error:
        client.send("GET", "/")
    assert (error.value.code, error.value.retry_after) == ("unreachable", timedelta(minutes=1))
    client.close()


def test_an_answer_that_is_no_json_has_no_body():
    with hubspot_server() as server:
        server.faults = [Fault("status", status=502)]
        client = Client("HubSpot", server.url, Context(ZONE, allows_loopback=True), lambda: "x")
        answer = client.send("GET", "/")
        assert (answer.status, answer.body, answer.object) == (502, None, {})
        client.close()


@pytest.mark.parametrize(("header", "wait"), [
    ("30", timedelta(seconds=30)),
    ("0", timedelta(seconds=1)),
    ("", timedelta(minutes=5)),
    ("soon", timedelta(minutes=5)),
    ("-5", timedelta(minutes=5)),
    ("99999999999999", MAX_RETRY_AFTER),
    (format_datetime(datetime(2026, 11, 29, 12, 2, tzinfo=UTC), usegmt=True), timedelta(minutes=2)),
    (format_datetime(datetime(2026, 11, 29, 11, 0, tzinfo=UTC), usegmt=True), timedelta(seconds=1)),
])  # fmt: skip
def test_retry_after_is_read_in_seconds_or_as_a_date_of_the_vendors_clock(header, wait):
    answer = Answer(429, None, CaseInsensitiveDict({"Retry-After": header}), datetime(2026, 11, 29, 12, tzinfo=UTC))
    assert retry_after(answer, timedelta(minutes=5)) == wait
