"""Somebody who is signed in proves at the provider again who they are."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.security import operations
from server.security.models import WebSession
from tests.factories import new_cookie, new_user, set_password
from tests.identity_provider import follow

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def user(engine):
    user = new_user(engine)
    set_password(engine, user, "four hedgehogs cross at dawn")
    return user


@pytest.fixture
def signed_in(sso, provider, engine, user):
    """A browser in which the person signed in through the provider, so long ago that they must confirm what needs that."""
    describe(provider, user)
    browser = sso(oidc_name="Harbour ID")
    assert browser.sign_in().status_code == 303
    past = now() - operations.CONFIRMATION_LIFETIME - timedelta(seconds=1)
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).where(WebSession.user_id == user.id).values(confirmed_at=past))
    return browser.client


def describe(provider, user, **claims):
    provider.describe(**({"sub": f"subject of {user.email}", "email": user.email} | claims))


def confirm(client):
    started = client.get("/confirm/oidc", query_string={"next": "/settings/second-factor"})
    query = parse_qs(urlsplit(started.location).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    returned = urlsplit(follow(started.location))
    return client.get(f"{returned.path}?{returned.query}")


def test_signing_in_again_at_the_provider_confirms(signed_in, provider, user):
    asked = signed_in.get("/settings/second-factor")
    assert asked.location == "/confirm?next=/settings/second-factor"
    assert (
        'href="/confirm/oidc?next=/settings/second-factor">Sign in again with Harbour ID' in signed_in.get(asked.location).text
    )
    describe(provider, user, auth_time=int(time.time()))
    assert confirm(signed_in).location == "/settings/second-factor"
    assert signed_in.get("/settings/second-factor").status_code == 200


@pytest.mark.parametrize("claims", [{}, {"auth_time": 1_700_000_000}, {"auth_time": ""}])
def test_provider_that_does_not_ask_again_confirms_nothing(signed_in, provider, user, claims):
    describe(provider, user, **claims)
    refused = confirm(signed_in)
    assert refused.status_code == 403
    assert 'href="/confirm?next=/settings/second-factor"' in refused.text
    assert signed_in.get("/settings/second-factor").location.startswith("/confirm")


def test_somebody_else_confirms_nothing(signed_in, provider, user, engine):
    other = new_user(engine)
    describe(provider, other, auth_time=int(time.time()))
    assert "as somebody else" in confirm(signed_in).text
    assert signed_in.get("/settings/second-factor").location.startswith("/confirm")


def test_answer_is_refused_in_the_session_of_somebody_else(signed_in, provider, user, engine):
    describe(provider, user, auth_time=int(time.time()))
    returned = urlsplit(follow(signed_in.get("/confirm/oidc").location))
    signed_in.set_cookie("repute", new_cookie(engine, new_user(engine)))
    assert signed_in.get(f"{returned.path}?{returned.query}").status_code == 400


def test_confirmation_needs_a_session_and_a_link_to_the_provider(sso, engine, user):
    browser = sso().client
    assert browser.get("/confirm/oidc").location.startswith("/sign-in")
    browser.set_cookie("repute", new_cookie(engine, user))
    past = now() - operations.CONFIRMATION_LIFETIME - timedelta(seconds=1)
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).where(WebSession.user_id == user.id).values(confirmed_at=past))
    assert "/confirm/oidc" not in browser.get("/confirm").text
