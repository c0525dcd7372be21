"""What is stored about a person's digest: in their export, gone after erasure, and deleted in time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.digests import operations, queries
from server.mail.models import MailMessage
from server.people.queries import get_organisation
from server.privacy import operations as privacy
from server.privacy.export import export_document
from tests.factories import make_user
from tests.server.digests.conftest import WEEK, make_reader


def make_rep(session):
    rep = make_reader(session)
    operations.change_setting(
        session,
        user_id=rep.id,
        is_sent=True,
        time_zone="Asia/Tokyo",
        quiet_from="19:30",
        quiet_until="07:00",
        quiet_weekends=False,
    )
    session.add(MailMessage(kind="digest", user_id=rep.id, week=WEEK))
    session.flush()
    return rep


def test_export_holds_the_hours_and_the_weeks_of_digests(session):
    rep = make_rep(session)
    document = export_document(session, user_id=rep.id)
    assert document["weekly_digest"] == {
        "stopped": False, "time_zone": "Asia/Tokyo", "quiet_from": "19:30", "quiet_until": "07:00", "quiet_weekends": False,
    }  # fmt: skip
    assert [(row["kind"], row["week"]) for row in document["mail"]] == [("digest", "2026-11-16")]


def test_erasure_deletes_the_hours_and_the_messages(engine):
    with unit_of_work(engine) as session:
        make_user(session, role="admin")
        rep = make_rep(session)
        privacy.erase(session, user_id=rep.id)
    with unit_of_work(engine, writes=False) as session:
        assert queries.setting_of(session, user_id=rep.id) is None
        assert session.scalars(select(MailMessage).where(MailMessage.user_id == rep.id)).all() == []


def test_messages_are_deleted_after_the_time_that_the_organisation_keeps_them(engine):
    with unit_of_work(engine) as session:
        make_rep(session)
        days = get_organisation(session).access_retention_days
        privacy.purge(session, at=now() + timedelta(days=days - 1))
        assert len(session.scalars(select(MailMessage)).all()) == 1
        privacy.purge(session, at=now() + timedelta(days=days + 1))
        assert session.scalars(select(MailMessage)).all() == []
