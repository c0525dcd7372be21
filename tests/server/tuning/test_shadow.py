"""The challenger beside the champion: counts alone, of real use, and nothing when there is nothing to compare."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import delete, select

from nlp import load_scoring
from server.core.database.session import unit_of_work
from server.tuning import champion, operations, shadow
from server.tuning.models import ScoringAlias, ShadowCount
from server.tuning.shadow_view import compare
from tests.factories import bearer, make_identity, new_cookie, new_token, new_user
from tests.texts import sentences


@pytest.fixture
def admin(engine):
    user = new_user(engine, role="admin")
    with unit_of_work(engine) as session:
        champion.ensure_champion(session)
        packaged = champion.store_version(session, load_scoring(), parent=None, note="", author=None)
        champion.move_alias(session, "champion", packaged.hash, by=None)
        session.execute(delete(ShadowCount))
        session.execute(delete(ScoringAlias).where(ScoringAlias.name == "challenger"))
    return user


@pytest.fixture
def running(engine, warm_coach):
    """Compares every draft, when the test says so."""
    own = shadow.Shadow(engine, share_of_drafts=1.0)
    shadow.use(own)
    yield own
    shadow.use(None)


@pytest.fixture
def challenger(engine, admin):
    with unit_of_work(engine) as session:
        return operations.create_version(
            session, author=make_identity(admin), weights={"hook": 100, "form": 0}, note="Weigh the first line more"
        ).hash


def assess(app, engine, text):
    token = new_token(engine, new_user(engine))
    response = app.test_client().post("/api/v1/assess", json={"surface": "linkedin-post", "text": text}, headers=bearer(token))
    assert response.status_code == 200
    return response.json


def counts(engine):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(ShadowCount).order_by(ShadowCount.id)).all()


def test_a_draft_is_scored_by_both_and_only_counted(app, engine, challenger, running):
    text = sentences()
    before = assess(app, engine, text)
    assert counts(engine) == []
    running.drain()
    (row,) = counts(engine)
    assert (row.source, row.surface, row.number) == ("draft", "linkedin-post", 1)
    assert (row.champion_hash, row.challenger_hash) == (before["scoring_version"], challenger)
    assert row.champion_band == before["band"]
    assert row.difference_squared == row.difference**2
    assert text not in str(vars(row))


def test_counts_of_one_day_are_added(app, engine, challenger, running):
    text = sentences()
    for _ in range(2):
        assess(app, engine, text)
        running.drain()
    assert [row.number for row in counts(engine)] == [2]


def test_a_shared_item_is_always_compared_and_once(app, engine, challenger, running):
    running.share_of_drafts = 0.0
    user = new_user(engine)
    headers = bearer(new_token(engine, user), **{"Idempotency-Key": uuid.uuid4().hex})
    body = {"surface": "linkedin-post", "text": sentences(), "occurred_at": now_iso()}
    for _ in range(2):
        assert app.test_client().post("/api/v1/shares", json=body, headers=headers).status_code == 201
    running.drain()
    assert [(row.source, row.number) for row in counts(engine)] == [("share", 1)]


def now_iso():
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat()


def test_without_a_challenger_nothing_is_counted(app, engine, admin, running):
    assess(app, engine, sentences())
    running.drain()
    assert counts(engine) == []


def test_what_its_writer_asked_to_be_read_anyway_is_left_out(app, engine, challenger, running):
    token = new_token(engine, new_user(engine))
    body = {"surface": "linkedin-post", "text": sentences(), "read_anyway": True}
    assert app.test_client().post("/api/v1/assess", json=body, headers=bearer(token)).status_code == 200
    running.drain()
    assert counts(engine) == []


def test_more_than_fits_is_left_out_and_delays_nobody(app, engine, challenger, running):
    for _ in range(shadow.MAX_WAITING + 5):
        running.observe("draft", *sample())
    running.drain()
    assert sum(row.number for row in counts(engine)) == shadow.MAX_WAITING


def sample():
    from nlp import Coach, Draft

    draft = Draft("x-post", "We cut the quote to one page in March. 6 of 14 were signed within a week.")
    return draft, Coach().assess(draft), frozenset()


def add_counts(engine, champion_hash, challenger, numbers):
    from datetime import UTC, datetime

    with unit_of_work(engine) as session:
        for (before, after), (number, difference) in numbers.items():
            session.add(
                ShadowCount(
                    day=datetime.now(UTC).date(), source="draft", surface="linkedin-post", champion_hash=champion_hash,
                    challenger_hash=challenger, champion_band=before, challenger_band=after, number=number,
                    difference=number * difference, difference_squared=number * difference**2,
                )
            )  # fmt: skip


def test_the_page_compares_both_and_hides_small_counts(app, engine, admin, challenger):
    with unit_of_work(engine, writes=False) as session:
        champion_hash = champion.get_champion(session).version
    add_counts(
        engine, champion_hash, challenger,
        {("fair", "fair"): (70, 1), ("fair", "good"): (26, 9), ("good", "fair"): (4, -8)},
    )  # fmt: skip
    with unit_of_work(engine, writes=False) as session:
        found = compare(session)
    assert (found.all.number, found.all.higher, found.all.lower) == (100, 26, 4)
    assert found.all.mean == pytest.approx((70 + 26 * 9 - 4 * 8) / 100)
    assert found.all.low < found.all.mean < found.all.high
    assert found.matrix["fair"]["good"] == 26
    assert found.matrix["good"]["fair"] is None
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, admin))
    page = " ".join(browser.get("/tuning/shadow").text.split())
    assert "under 5" in page
    assert "Weigh the first line more" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    stopped = browser.post("/tuning/shadow/stop", data={"csrf_token": token}, follow_redirects=True)
    assert "No candidate to compare" in stopped.text
    again = browser.post(f"/tuning/shadow/{challenger}", data={"csrf_token": token}, follow_redirects=True)
    assert "Weigh the first line more" in again.text
    refused = browser.post(f"/tuning/shadow/{champion_hash}", data={"csrf_token": token})
    assert refused.status_code == 409


def test_a_version_is_downloaded_as_it_is_hashed(app, engine, admin, challenger):
    import hashlib

    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, admin))
    response = browser.get(f"/tuning/versions/{challenger}/export")
    assert hashlib.sha256(response.data).hexdigest() == challenger
    assert response.headers["Content-Disposition"] == f'attachment; filename="scoring-{challenger[:12]}.json"'
