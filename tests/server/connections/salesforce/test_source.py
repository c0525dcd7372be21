from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from server.connections.salesforce.source import SalesforceSource
from server.connections.source import Context, SourceError
from server.people.standard_metrics import STANDARD_KEYS
from tests.server.connections.salesforce.fake_salesforce import RUN_AS, FakeSalesforce
from tests.server.connections.salesforce.pulls import BERLIN, Store, make_source


def test_the_test_says_which_organisation_it_reached(salesforce: FakeSalesforce) -> None:
    source = make_source(salesforce)
    assert source.test() == f"Larkfield GmbH, {salesforce.url.removeprefix('http://')}"
    source.close()
    assert salesforce.tokens_given == 1


def test_the_test_names_an_object_that_may_not_be_read(salesforce: FakeSalesforce) -> None:
    salesforce.hidden_objects.add("Event")
    source = make_source(salesforce)
    with pytest.raises(SourceError) as caught:
        source.test()
    source.close()
    assert caught.value.code == "permission"
    assert "Event" in caught.value.message
    assert caught.value.retry_after is None


def test_owners_are_all_users_former_ones_included(salesforce: FakeSalesforce) -> None:
    salesforce.largest_batch = 2
    for number in range(5):
        salesforce.create("User", Email=f"rep{number}@larkfield.example", Name=f"Rep {number}", IsActive=number != 3)
    salesforce.create("User", Email="bot@larkfield.example", Name="Bot", UserType="AutomatedProcess")
    source = make_source(salesforce)
    owners = {owner.email: owner for owner in source.owners()}
    source.close()
    assert set(owners) == {"", *(f"rep{number}@larkfield.example" for number in range(5))}
    assert [owner.is_active for owner in owners.values()].count(False) == 1
    assert not owners["rep3@larkfield.example"].is_active
    assert owners[""].id == RUN_AS


def test_each_stream_feeds_another_metric_that_exists() -> None:
    metrics = [stream.metric for stream in SalesforceSource.streams]
    assert len(set(metrics)) == len(metrics)
    assert set(metrics) <= STANDARD_KEYS


def test_making_a_source_sends_nothing_and_refuses_other_hosts() -> None:
    credentials = {"domain": "evil.example", "client_id": "x", "client_secret": "y"}
    with pytest.raises(SourceError, match="address"):
        SalesforceSource(credentials, Context(BERLIN))
    SalesforceSource(credentials | {"domain": "acme.my.salesforce.com"}, Context(BERLIN)).close()


def test_the_library_is_not_loaded_until_something_is_read() -> None:
    check = "import sys, server.connections.salesforce.source; sys.exit('simple_salesforce' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_amounts_of_several_currencies_are_converted_to_the_organisations(salesforce: FakeSalesforce) -> None:
    salesforce.rates = {"EUR": Decimal(1), "USD": Decimal("1.25")}
    salesforce.create("CurrencyType", IsoCode="EUR", IsCorporate=True)
    salesforce.create("CurrencyType", IsoCode="USD", IsCorporate=False)
    day = salesforce.now.date()
    for currency, amount in (("EUR", "1000"), ("USD", "1000")):
        salesforce.create(
            "Opportunity", OwnerId=RUN_AS, IsWon=True, CloseDate=day, Amount=Decimal(amount), CurrencyIsoCode=currency
        )  # fmt: skip
    salesforce.now = salesforce.now.replace(hour=12)
    for counts_only in (False, True):
        store = Store("deals", counts_only=counts_only)
        assert store.pull(salesforce)
        assert sum(row.value or 0 for row in store.rows.values()) == 1800


def test_amounts_in_another_currency_than_the_sums_are_refused_in_words(salesforce: FakeSalesforce) -> None:
    salesforce.rates = {"EUR": Decimal(1), "USD": Decimal("1.25")}
    salesforce.create("CurrencyType", IsoCode="EUR", IsCorporate=True)
    salesforce.update(RUN_AS, DefaultCurrencyIsoCode="USD")
    with pytest.raises(SourceError) as caught:
        Store("deals").pull(salesforce)
    assert caught.value.code == "field"
    assert "USD" in caught.value.message
