"""The demonstration organisation is plausible, satisfies the ledger's invariants and can be removed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from server.activities.fingerprint import compute_fingerprint
from server.activities.models import Activity
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.kinds import SOCIAL_KINDS
from server.core.periods import week_period
from server.core.problems import Problem
from server.core.weeks import WEEK, monday_of
from server.credit.models import LedgerEntry
from server.credit.statement import get_summary
from server.credit.verify import verify
from server.demo import operations as demo
from server.demo import texts
from server.migrations import schema
from server.migrations.models import Base
from server.people.models import Metric, Organisation, User
from server.people.standard_metrics import STANDARD_METRICS
from server.records.models import Record
from server.scorecards import operations
from server.scorecards.team_card import team_scorecard
from server.tuning.reference_drafts import reference_drafts
from tests.databases import SECRET_KEYS, settings_for
from tests.factories import make_identity, make_user

TODAY = date(2026, 11, 25)
LAST_WEEK = monday_of(TODAY) - WEEK


@pytest.fixture(scope="module")
def engine(empty_database_url):
    """A migrated database that contains the demonstration."""
    engine = make_engine(settings_for(empty_database_url).sqlalchemy_url)
    schema.upgrade(engine)
    demo.create(engine, secret_keys=SECRET_KEYS, today=TODAY)
    yield engine
    engine.dispose()


def test_reference_drafts_cover_every_quality_and_surface():
    assert len(reference_drafts()) >= 36
    assert (
        len({draft.id for draft in reference_drafts()})
        == len({draft.text for draft in reference_drafts()})
        == len(reference_drafts())
    )
    assert {draft.meant for draft in reference_drafts()} == set(texts.QUALITIES)
    assert {draft.surface for draft in reference_drafts()} == {"linkedin-post", "linkedin-comment", "x-post", "x-reply"}


def test_demonstration_is_marked_and_complete(session):
    organisation = session.scalars(select(Organisation)).one()
    assert organisation.is_demonstration
    assert "demonstration" in organisation.name
    assert session.scalar(select(func.count()).select_from(User).filter_by(is_demonstration=False)) == 0
    assert session.scalar(select(func.count()).select_from(User).filter_by(role="rep")) == 24
    assert set(session.scalars(select(Activity.kind).distinct())) >= set(SOCIAL_KINDS) - {"x-profile"}
    record_kinds = {metric.record_kind for metric in STANDARD_METRICS} - {None}
    assert set(session.scalars(select(Record.kind).distinct())) == record_kinds


def test_demonstration_satisfies_the_ledger_invariants(session):
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) > 100
    assert verify(session) == []


def test_counted_items_have_scores_and_ledger_entries(session):
    counted = session.scalars(select(Activity).where(Activity.state == "counted")).all()
    with_entry = set(session.scalars(select(LedgerEntry.activity_id)))
    assert {item.id for item in counted} <= with_entry
    assert all(item.scoring_version for item in counted)
    assert {item.band for item in counted} >= {"needs-work", "fair", "good", "strong"}


@pytest.mark.parametrize("surface", ["linkedin-post", "linkedin-comment", "x-post", "x-reply"])
def test_texts_are_different_and_more_than_the_demonstration_uses(session, surface):
    available = texts.read_texts(surface)
    assert len({compute_fingerprint(text, secret=SECRET_KEYS.current).exact for text in available}) == len(available)
    used = session.scalars(select(func.count()).select_from(Activity).where(Activity.kind == surface)).one()
    assert used <= 0.9 * len(available), "a start on another day of the week uses some more"


def test_no_activity_is_in_the_future(session):
    assert session.scalar(select(func.max(Activity.occurred_at))).date() < TODAY


def test_visitors_see_scorecards_and_credit(session):
    manager = make_identity(demo.visitor_account(session, role="manager"))
    rep = demo.visitor_account(session, role="rep")
    scorecard = team_scorecard(session, viewer=manager, team_id=None, period=week_period(LAST_WEEK))
    assert len(scorecard.rows) == 8
    totals = [scorecard.totals[metric.key] for metric in scorecard.metrics]
    assert all(total.value > 0 and total.target for total in totals)
    assert scorecard.attainment.percent > 0
    page = operations.open_rep_page(session, viewer=manager, user_id=rep.id, period=week_period(LAST_WEEK))
    assert len(page.talking_points) >= 2
    assert page.talking_points[0].item is not None
    assert get_summary(session, user_id=rep.id).balance > 0
    assert demo.visitor_account(session, role="admin").role == "admin"
    session.rollback()


def test_create_refuses_a_second_organisation(engine):
    with pytest.raises(Problem) as raised:
        demo.create(engine, secret_keys=SECRET_KEYS)
    assert raised.value.code == "not-empty"


def test_remove_refuses_real_people(engine, session):
    user = make_user(session)
    session.commit()
    with pytest.raises(Problem) as raised:
        demo.remove(engine)
    assert raised.value.code == "real-people"
    user.is_demonstration = True
    session.merge(user)
    session.commit()


def test_remove_leaves_an_empty_database_with_the_current_schema(engine):
    demo.remove(engine)
    assert schema.is_current(engine)
    assert schema.differences(engine) == []
    with unit_of_work(engine, writes=False) as session:
        for table in Base.metadata.sorted_tables:
            # The product's own metrics come with the schema.
            expected = len(STANDARD_METRICS) if table is Metric.__table__ else 0
            assert session.scalar(select(func.count()).select_from(table)) == expected, table.name
    with pytest.raises(Problem) as raised:
        demo.remove(engine)
    assert raised.value.code == "nothing-there"
