"""A rep's own pages: what was shared, and the statement."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from nlp import Assessment, Coach, Draft
from server.activities import operations
from server.activities.operations import Published
from server.people.models import Organisation
from tests.factories import new_cookie, new_user

SECRET = b"a key for tests that nobody else uses"


@pytest.fixture
def rep(engine):
    return new_user(engine)


@pytest.fixture
def browser(client, engine, rep):
    client.set_cookie("repute", new_cookie(engine, rep))
    return client


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return Coach().assess(Draft("linkedin-post", "A plant manager counted the stops of one line. Which number do you count?"))


@pytest.fixture
def share(session, rep, assessment):
    """Records an item some days ago."""

    def record(*, days: int, text: str = ""):
        item = Published(
            "linkedin-post",
            text or " ".join(uuid.uuid4().hex for _ in range(30)),
            None,
            None,
            datetime.now(UTC) - timedelta(days=days),
        )
        organisation = session.scalars(select(Organisation)).one()
        found = operations.record(
            session, item, assessment, user=rep, organisation=organisation, source="web", key=uuid.uuid4().hex, secret=SECRET
        )
        session.commit()
        return found

    return record


def test_a_reversal_names_the_entry_that_it_takes_back(browser, session, rep, share):
    shared = share(days=3)
    operations.withdraw(session, user_id=rep.id, share_id=shared.activity.id)
    session.commit()
    day = shared.entry.occurred_at
    link = f'<a href="#entry-{shared.entry.id}">takes back the entry of {day.day} {day:%b}</a>'
    assert link in browser.get("/me/credit").text
