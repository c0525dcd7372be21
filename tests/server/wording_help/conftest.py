"""An endpoint on this machine, an application that may call it, and the organisation's choice."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from server.wording_help import operations
from server.wording_help.models import WordingHelp
from server.wording_help.operations import Chosen
from tests.databases import settings_for
from tests.server.wording_help.endpoint_server import KEY, MODEL, endpoint_server

CONNECTION_KEY = "A" * 43 + "="


@pytest.fixture(scope="module")
def running():
    with endpoint_server() as server:
        yield server


@pytest.fixture
def endpoint(running):
    """The server, well-behaved and without earlier requests."""
    running.fault, running.answer = "", "Fewer of them came back: [your figure] in a month."
    running.requests.clear()
    return running


@pytest.fixture(scope="module")
def wording_settings(database_url, running, tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    return settings_for(database_url, data=data, connection_keys=CONNECTION_KEY, wording_hosts=running.host)


@pytest.fixture(scope="module")
def wording_app(make_app, wording_settings, warm_coach):
    return make_app(wording_settings)


@pytest.fixture
def choose(engine, endpoint, wording_settings):
    """A function that saves the organisation's choice as an administrator does; off at first and afterwards."""

    def off():
        with unit_of_work(engine) as session:
            session.execute(delete(WordingHelp))

    def change(mode="endpoint", **values):
        fields = {"company": "Quill Models", "base_url": endpoint.url, "model": MODEL, "api_key": KEY} | values
        with unit_of_work(engine) as session:
            operations.change(session, wording_settings, chosen=Chosen(mode, **fields))

    off()
    yield change
    off()


@pytest.fixture
def notice_version(engine):
    def read():
        with unit_of_work(engine, writes=False) as session:
            return get_organisation(session).notice_version

    return read
