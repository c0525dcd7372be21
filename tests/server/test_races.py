"""Requests that arrive at the same moment leave the database as if one had come after the other."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from server.activities.models import Activity
from server.coaching.models import CoachPreference
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.people.models import User
from server.privacy import operations as privacy
from server.privacy.models import DataExport
from server.security import operations as security
from server.tuning import operations as tuning
from server.tuning.champion import ensure_champion, get_champion
from server.tuning.models import Promotion
from tests.concurrency import at_once
from tests.factories import bearer, make_identity, make_user, new_cookie, new_token, new_user
from tests.texts import sentences


@pytest.fixture
def admins(engine):
    """Seventeen administrators and no other."""
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.role == "admin").values(is_active=False))
        return [make_user(session, role="admin").id for _ in range(17)]


def count_active_admins(engine):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(User).where(User.role == "admin", User.is_active))


@pytest.mark.parametrize("operation", ["erase", "deactivate"])
def test_one_administrator_remains_when_all_leave_at_once(engine, admins, operation):
    leave = {"erase": privacy.erase, "deactivate": security.deactivate}[operation]

    def work(number):
        try:
            with unit_of_work(engine) as session:
                leave(session, user_id=admins[number])
        except Problem as problem:
            return problem.code
        return "left"

    outcomes = at_once(work, len(admins))
    assert sorted(outcomes) == ["last-admin"] + ["left"] * (len(admins) - 1)
    assert count_active_admins(engine) == 1


def test_proposals_at_once_leave_one_open(engine, app):
    with unit_of_work(engine) as session:
        admin = make_user(session, role="admin")
        ensure_champion(session)
        weight = get_champion(session).weights["story"]
        version = tuning.create_version(
            session, author=make_identity(admin), weights={"story": weight + 1}, note="More about stories"
        )
        version_hash = version.hash

    def propose(_number):
        with unit_of_work(engine) as session:
            return tuning.propose(session, proposer=make_identity(admin), version_hash=version_hash).id

    at_once(propose, 8)
    with unit_of_work(engine, writes=False) as session:
        open_proposals = select(func.count()).select_from(Promotion).where(Promotion.state == "proposed")
        assert session.scalar(open_proposals) == 1
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, admin))
    assert client.get(f"/tuning/effect/{version_hash}").status_code == 200


@pytest.mark.usefixtures("warm_coach")
@pytest.mark.parametrize("copy", ["exact", "near"])
def test_only_one_of_several_reps_who_share_one_text_at_once_is_credited(engine, app, copy):
    tokens = [new_token(engine, new_user(engine)) for _ in range(6)]
    words = sentences(8)

    def share(number):
        text = f"{words} We were done." if copy == "exact" else f"{words} Number {number} was me."
        at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        body = {"surface": "linkedin-post", "text": text, "url": None, "occurred_at": at}
        headers = bearer(tokens[number], **{"Idempotency-Key": str(uuid.uuid4())})
        return app.test_client().post("/api/v1/shares", json=body, headers=headers).json["state"]

    assert sorted(at_once(share, len(tokens))) == ["counted"] + ["duplicate"] * 5
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(Activity).where(Activity.text.startswith(words[:40]))) == 6


def test_first_preferences_saved_at_once_are_one_row(engine, app):
    user = new_user(engine)
    token = new_token(engine, user)

    def save(_number):
        return (
            app.test_client().put("/api/v1/me/preferences", json={"share_choice": "never"}, headers=bearer(token)).status_code
        )

    assert set(at_once(save, 12)) == {200}
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(CoachPreference, user.id).share_choice == "never"


def test_exports_requested_at_once_are_one_export(engine):
    user = new_user(engine)

    def request(_number):
        with unit_of_work(engine) as session:
            return privacy.request_export(session, user_id=user.id).id

    assert len(set(at_once(request, 12))) == 1
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(DataExport).where(DataExport.user_id == user.id)) == 1
