"""What can go wrong, and what the administrator reads. The table of README.md has the same rows."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from server.connections.source import SourceError
from tests.server.connections.salesforce.fake_salesforce import CLIENT_SECRET, FakeSalesforce, Fault
from tests.server.connections.salesforce.pulls import SINCE, Store, make_source
from tests.server.connections.salesforce.test_counts import make_call

README = Path(__file__).parents[4] / "server/connections/salesforce/README.md"
Break = Callable[[FakeSalesforce], None]


def token_error(error: str, description: str = "", status: int = 400) -> Break:
    def set_it(fake: FakeSalesforce) -> None:
        fake.token_error = (status, {"error": error, "error_description": description})

    return set_it


def answer(kind: str, status: int = 400, code: str = "", message: str = "", **headers: str) -> Break:
    return lambda fake: fake.faults.extend([Fault(kind, status, code, message, headers)] * 2)


def without_run_as(fake: FakeSalesforce) -> None:
    fake.has_run_as = False


def hide_field(fake: FakeSalesforce) -> None:
    fake.hidden_fields.add(("Task", "CallType"))


def hide_object(fake: FakeSalesforce) -> None:
    fake.hidden_objects.add("Task")


def use_up(fake: FakeSalesforce) -> None:
    fake.used = fake.limit + 1


def point_elsewhere(fake: FakeSalesforce) -> None:
    fake.instance_url = "https://acme.my.salesforce.com.evil.example"


#: name: what happens, the code, a word of the message, and hours until the next attempt (None: the administrator must act).
FAULTS: dict[str, tuple[Break, str, str, float | None]] = {
    "wrong consumer key": (token_error("invalid_client_id"), "credentials", "consumer key", None),
    "wrong consumer secret": (token_error("invalid_client"), "credentials", "consumer secret", None),
    "no run-as user": (without_run_as, "credentials", "run-as user", None),
    "inactive run-as user": (token_error("inactive_user"), "credentials", "not active", None),
    "client credentials flow off": (token_error("unsupported_grant_type"), "credentials", "Enable", None),
    "log-in refused for another reason": (token_error("invalid_grant", "ip restricted"), "credentials", "IP range", None),
    "log-in at another domain": (
        token_error("invalid_grant", "request not supported on this domain"), "address", "My Domain", None,
    ),
    "too many log-ins": (token_error("rate_limit_exceeded"), "rate-limit", "log-ins", 1),
    "log-in during maintenance": (token_error("", status=503), "unavailable", "maintenance", 0.5),
    "instance URL of another host": (point_elsewhere, "address", "not the address", None),
    "session ended twice": (answer("error", 401, "INVALID_SESSION_ID"), "credentials", "session", None),
    "API disabled": (answer("error", 403, "API_DISABLED_FOR_ORG"), "permission", "API Enabled", None),
    "other missing permission": (answer("error", 403, "INSUFFICIENT_ACCESS"), "permission", "View All Data", None),
    "hidden field": (hide_field, "field", "Task.CallType", None),
    "hidden object": (hide_object, "permission", "Task", None),
    "daily limit reached": (use_up, "rate-limit", "24 hours", 3),
    "too many long requests at once": (
        answer("error", 403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."), "rate-limit", "at once", 1 / 12,
    ),
    "too many requests": (answer("error", 429), "rate-limit", "no further requests", 1 / 12),
    "query not understood": (answer("error", 400, "MALFORMED_QUERY"), "changed", "report", None),
    "API version gone": (answer("error", 404, "NOT_FOUND"), "changed", "Update Repute", None),
    "maintenance page": (answer("html", 503), "unavailable", "maintenance", 0.5),
    "maintenance page with a time": (answer("html", 503, **{"Retry-After": "7200"}), "unavailable", "maintenance", 2),
    "maintenance page with a nonsense time": (
        answer("html", 503, **{"Retry-After": "9" * 40}), "unavailable", "maintenance", 0.5,
    ),
    "internal error": (answer("error", 500, "UNKNOWN_EXCEPTION"), "unavailable", "fault", 0.5),
    "malformed JSON": (answer("garbage"), "changed", "does not understand", 1),
    "connection cut": (answer("cut"), "unreachable", "broke off", 1 / 12),
    "redirect": (answer("redirect"), "address", "moved", None),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_words_and_the_next_read_has_everything(salesforce: FakeSalesforce, name: str) -> None:
    spoil, code, words, hours = FAULTS[name]
    key = make_call(salesforce)
    salesforce.now += timedelta(minutes=2)
    store = Store("calls")
    spoil(salesforce)
    with pytest.raises(SourceError) as caught:
        store.pull(salesforce)
    error = caught.value
    assert (error.code, error.retry_after) == (code, None if hours is None else timedelta(hours=hours))
    assert words in error.message
    assert CLIENT_SECRET not in error.message
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__, "a traceback would quote Salesforce's answer"
    assert store.rows == {}
    salesforce.faults.clear()
    salesforce.token_error, salesforce.has_run_as, salesforce.instance_url, salesforce.used = None, True, None, 0
    salesforce.hidden_fields.clear()
    salesforce.hidden_objects.clear()
    assert store.pull(salesforce)
    assert set(store.rows) == {key}


def test_the_readme_has_a_row_for_each_fault() -> None:
    rows = {line.split("|")[1].strip() for line in README.read_text().splitlines() if line.startswith("| ")}
    assert set(FAULTS) <= rows


def test_a_session_that_ended_is_renewed_once(salesforce: FakeSalesforce) -> None:
    key = make_call(salesforce)
    salesforce.now += timedelta(minutes=2)
    salesforce.faults.append(Fault("error", 401, "INVALID_SESSION_ID", "Session expired or invalid"))
    store = Store("calls")
    assert store.pull(salesforce)
    assert set(store.rows) == {key}
    assert salesforce.tokens_given == 2


def test_a_share_of_the_daily_limit_is_left_to_other_tools(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 1
    for _ in range(5):
        make_call(salesforce)
    salesforce.now += timedelta(minutes=2)
    salesforce.used, salesforce.limit = 797, 1000
    store = Store("calls")
    with pytest.raises(SourceError) as caught:
        store.pull(salesforce)
    assert salesforce.used == 800
    assert len(store.rows) == 3
    assert caught.value.code == "rate-limit"
    assert "800 of its 1,000" in caught.value.message
    assert caught.value.retry_after == timedelta(hours=1)
    salesforce.used = 0
    assert store.pull(salesforce)
    assert len(store.rows) == 5


def test_nothing_listening_ends_in_words() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        fake = type("Nobody", (), {"url": f"http://127.0.0.1:{reserved.getsockname()[1]}"})()
        source = make_source(fake)
        with pytest.raises(SourceError) as caught:
            source.test()
        source.close()
    assert caught.value.code == "unreachable"


def test_a_locator_of_another_form_is_not_followed(salesforce: FakeSalesforce, monkeypatch: pytest.MonkeyPatch) -> None:
    real = FakeSalesforce.answer_query

    def answer_query(self: FakeSalesforce, *given: object) -> tuple[int, object]:
        status, found = real(self, *given)  # type: ignore[arg-type]
        return status, found | {"done": False, "nextRecordsUrl": "/../../services/oauth2/revoke?token=x"}

    monkeypatch.setattr(FakeSalesforce, "answer_query", answer_query)
    with pytest.raises(SourceError) as caught:
        Store("calls").pull(salesforce)
    assert caught.value.code == "changed"


@pytest.mark.parametrize("missing", ["SystemModstamp", "Id", "OwnerId", "IsDeleted"])
def test_a_record_that_lacks_a_field_is_an_error_in_words(
    salesforce: FakeSalesforce, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    make_call(salesforce)
    salesforce.now += timedelta(minutes=2)
    real = FakeSalesforce.answer_query

    def answer_query(self: FakeSalesforce, *given: object) -> tuple[int, object]:
        status, found = real(self, *given)  # type: ignore[arg-type]
        for record in found["records"]:
            record.pop(missing, None)
        return status, found

    monkeypatch.setattr(FakeSalesforce, "answer_query", answer_query)
    with pytest.raises(SourceError) as caught:
        Store("calls").pull(salesforce)
    assert caught.value.code == "changed"


def test_values_of_a_netrc_file_do_not_replace_the_token(
    salesforce: FakeSalesforce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    source = make_source(salesforce)
    assert [page.is_last for page in source.pages("calls", since=SINCE, cursor=None, counts_only=False)] == [True]
    source.close()
