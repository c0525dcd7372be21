from __future__ import annotations

import pytest

from tests.factories import new_cookie, new_user


@pytest.fixture
def rep(engine):
    return new_user(engine, name="Rita Rep")


@pytest.fixture
def rep_client(client, engine, rep):
    client.set_cookie("repute", new_cookie(engine, rep))
    return client
