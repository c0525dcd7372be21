"""What is stored about users of connected CRMs: in their export, gone with their data, matched for as long as they are here."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from server.connections import operations
from server.connections.models import ConnectionOwner, ConnectionRun
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.people.models import User
from server.privacy import operations as privacy
from server.privacy.export import export_document
from tests.factories import new_user
from tests.server.connections.conftest import put_call


def owner(engine, id_="11"):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(ConnectionOwner).filter_by(owner_id=id_)).one()


def test_an_export_has_what_is_stored_of_a_user_of_the_crm(crm, engine, ann):
    crm.add()
    with unit_of_work(engine, writes=False) as session:
        document = export_document(session, user_id=ann.id)
    assert document["crm_users"] == [{"source": "hubspot", "id": "11", "name": "Ann Lund", "email": ann.email}]


def test_erasing_deletes_name_and_address_for_good_and_changes_no_total(crm, hubspot, engine, ann):
    new_user(engine, role="admin")
    put_call(hubspot, "101")
    crm.add().plan("calls").start().run()
    with unit_of_work(engine) as session:
        privacy.erase(session, user_id=ann.id)
    assert (owner(engine).name, owner(engine).email, owner(engine).user_id) == ("", "", ann.id)
    crm.again()
    assert (owner(engine).name, owner(engine).email) == ("", "")
    with unit_of_work(engine) as session:
        operations.match_owners(session, source="hubspot", matches={"11": ("skip", None)})
    put_call(hubspot, "101", days_ago=2)
    crm.again()
    assert crm.records("user_id") == [(ann.id,)]


def test_somebody_whose_address_changes_here_stays_matched(crm, hubspot, engine, ann):
    put_call(hubspot, "101")
    crm.add().plan("calls").start().run()
    with unit_of_work(engine) as session:
        session.get_one(User, ann.id).email = "ann.married@example.com"
    put_call(hubspot, "102")
    crm.again()
    assert crm.ids() == ["call:101", "call:102"]


def test_reports_are_deleted_after_ninety_days(crm, hubspot, engine, ann):
    crm.add().plan("calls").start().run()
    for days, left in ((89, 1), (91, 0)):
        with unit_of_work(engine) as session:
            operations.purge(session, at=now() + timedelta(days=days))
            assert len(session.scalars(select(ConnectionRun)).all()) == left
