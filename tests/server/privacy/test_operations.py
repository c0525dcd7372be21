"""Exports, erasure, the notice and retention."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import MetaData, func, select

from nlp import Coach, Draft
from server.activities import operations as activities
from server.activities.models import Activity, IdempotencyRecord
from server.activities.operations import PublishedItem
from server.activities.outcomes import add_outcome
from server.audit import operations as audit
from server.audit.models import ProfileView
from server.coaching.operations import change_preference
from server.core.problems import Problem
from server.credit.models import CreditAccount, LedgerEntry
from server.credit.verify import verify
from server.jobs.models import Job
from server.mail.models import MailMessage
from server.outcomes.models import Outcome, OutcomeText
from server.outcomes.operations import Statement
from server.outcomes.verify import verify as verify_outcomes
from server.people import queries as people
from server.people.models import Acknowledgement, Organisation, User
from server.people.queries import get_organisation
from server.privacy import operations, queries
from server.privacy.export import export_document
from server.privacy.models import DataExport
from server.security import operations as security
from server.security import second_factor
from server.security.models import (
    ExternalIdentity,
    PersonalToken,
    RecoveryCode,
    SecondFactor,
    TokenFamily,
    UsedSignInState,
    WebSession,
)
from tests.databases import SECRET_KEYS
from tests.factories import make_identity, make_record, make_token, make_user
from tests.texts import sentences


@pytest.fixture
def person(session):
    """Somebody with a sign-in link, a session, a paired browser, preferences, a shared item and a call. Rolled back after the
    test."""
    user = make_user(session, name="Quirina Canary")
    user.email = f"quirina.{uuid.uuid4().hex}@canary.example"
    make_token(session, user=user)
    security.start_session(session, user_id=user.id)
    security.create_link(session, user_id=user.id)
    salt = second_factor.new_salt()
    totp = pyotp.TOTP(second_factor.shared_key(SECRET_KEYS.current, user_id=user.id, salt=salt))
    second_factor.enrol(session, secret_keys=SECRET_KEYS, user_id=user.id, salt=salt, code=totp.now())
    change_preference(session, user_id=user.id, share_choice="always", wording_help=False)
    shared = share(session, user).activity
    make_record(
        session,
        user,
        subject="Call about Canary",
        url="https://crm.canary.example/1",
        social_source="https://canary.example/post",
    )
    evidence = Statement(
        "reply", shared.occurred_at.date(), None, "https://canary.example/reply", "A planner asked about Canary."
    )
    identity = make_identity(user)
    add_outcome(session, identity=identity, share_id=shared.id, statement=evidence, key=uuid.uuid4().hex)
    session.add(ExternalIdentity(issuer="https://login.canary.example", subject=uuid.uuid4().hex, user_id=user.id))
    session.add(IdempotencyRecord(user_id=user.id, key="an-idempotency-key", body_hmac="0" * 64, status=201, answer={}))
    session.flush()
    yield user
    session.rollback()


def share(session, user, *, at=None):
    tours = sentences(8)
    text = f"Canarytext {uuid.uuid4().hex}: a planner counted the stops. {tours}"
    item = PublishedItem("linkedin-post", text, None, "https://canary.example/post", at or datetime.now(UTC))
    return activities.record_share(
        session,
        item,
        Coach().assess(Draft("linkedin-post", text)),
        user=user,
        organisation=get_organisation(session),
        source="web",
        key=uuid.uuid4().hex,
        secret_keys=SECRET_KEYS,
    )


def database_as_text(session):
    """Every cell of every table, as text."""
    session.flush()
    tables = MetaData()
    tables.reflect(session.connection())
    return "\n".join(str(row) for table in tables.sorted_tables for row in session.connection().execute(select(table)))


def test_export_contains_everything_about_the_person(session, person):
    viewer = make_user(session, role="manager", name="Moritz Viewer")
    audit.record_profile_view(session, viewer_id=viewer.id, subject_id=person.id, page="rep-page", day=date(2026, 11, 20))
    document = json.loads(json.dumps(export_document(session, user_id=person.id)))
    assert document["person"]["name"] == "Quirina Canary"
    assert document["second_factor"] == {"enrolled_on": str(datetime.now(UTC).date()), "recovery_codes_left": 10}
    assert document["choices"] == {"share_choice": "always", "rules_off": [], "rules_ignored": [], "wording_help": False}
    assert [row["kind"] for row in document["activities"]] == ["linkedin-post"]
    assert [(row["kind"], row["subject"]) for row in document["records"]] == [("call", "Call about Canary")]
    shared = next(row for row in document["activities"] if row["kind"] == "linkedin-post")
    assert shared["text"].startswith("Canarytext")
    assert document["credit"][0]["item"] == shared["id"]
    assert document["credit"][0]["sentence"].startswith("Post · ")
    assert [(view["who"], view["page"]) for view in document["who_looked"]] == [("Moritz Viewer", "rep-page")]
    (outcome,) = document["outcomes"]
    assert (outcome["ledger"], outcome["note"]) == ("response", "A planner asked about Canary.")
    assert document["records"][0]["social_source"] == "https://canary.example/post"
    assert [row["kind"] for row in document["paired"]] == ["extension"]
    assert [row["issuer"] for row in document["sign_in_service"]] == ["https://login.canary.example"]
    assert len(document["sign_ins"]) == len(document["notices"]) == 1


def test_export_excludes_other_people(session, person):
    other = share(session, make_user(session, name="Somebody Else"))
    assert str(other.activity.text) not in json.dumps(export_document(session, user_id=person.id))


def test_purge_deletes_jobs_a_month_after_they_finished(session):
    at = datetime.now(UTC)
    for key, state, finished_at in (
        ("old", "done", at - timedelta(days=31)),
        ("old and failed", "failed", at - timedelta(days=31)),
        ("recent", "done", at - timedelta(days=29)),
        ("waiting", "queued", None),
    ):
        session.add(Job(kind="test", idempotency_key=key, state=state, finished_at=finished_at))
    operations.purge(session, at=at)
    assert set(session.scalars(select(Job.idempotency_key).filter_by(kind="test"))) == {"recent", "waiting"}
    session.rollback()


def test_purge_follows_the_organisations_retention_periods(session, person):
    at = datetime.now(UTC)
    organisation = get_organisation(session)
    organisation.text_retention_months, organisation.view_retention_months, organisation.access_retention_days = 5, 7, 10
    item = session.scalars(select(Activity).where(Activity.user_id == person.id, Activity.text.is_not(None))).one()
    item.occurred_at = at - timedelta(days=151)
    viewer = make_user(session)
    for days in (213, 214):
        day = (at - timedelta(days=days)).date()
        session.add(ProfileView(viewer_id=viewer.id, subject_id=person.id, page="rep-page", day=day))
    for key, days in (("kept", 9), ("deleted", 11)):
        job = Job(kind="retention", idempotency_key=key, state="done", finished_at=at - timedelta(days=days))
        session.add(job)
    session.flush()
    assert operations.purge(session, at=at) == 0
    item.occurred_at = at - timedelta(days=153)
    session.flush()
    assert operations.purge(session, at=at) == 1
    views = session.scalars(select(ProfileView.day).where(ProfileView.viewer_id == viewer.id)).all()
    assert views == [(at - timedelta(days=213)).date()]
    assert session.scalars(select(Job.idempotency_key).filter_by(kind="retention")).all() == ["kept"]


def test_purge_deletes_evidence_with_texts_and_keeps_the_outcome(session, person):
    at = datetime.now(UTC)
    (outcome,) = session.scalars(select(Outcome).where(Outcome.user_id == person.id))
    operations.purge(session, at=at + timedelta(days=395))
    assert session.get(OutcomeText, outcome.id).note
    operations.purge(session, at=at + timedelta(days=398))
    session.expire_all()
    assert session.get(OutcomeText, outcome.id) is None
    assert session.get(Outcome, outcome.id).kind == "reply"


def test_purge_keeps_invitations_until_the_person_signs_in(session):
    """Otherwise somebody who does not want to use Repute would be reminded again."""
    at = datetime.now(UTC)
    waiting, known = make_user(session, acknowledged=False), make_user(session)
    for user, kind in ((waiting, "invitation"), (waiting, "reminder"), (waiting, "sign-in-link"), (known, "invitation")):
        session.add(MailMessage(user_id=user.id, kind=kind, created_at=at - timedelta(days=31)))
    session.add(MailMessage(user_id=known.id, kind="test", created_at=at - timedelta(days=29)))
    operations.purge(session, at=at)
    kept = session.scalars(select(MailMessage).where(MailMessage.user_id.in_([waiting.id, known.id]))).all()
    assert {(one.user_id, one.kind) for one in kept} == {
        (waiting.id, "invitation"), (waiting.id, "reminder"), (known.id, "test"),
    }  # fmt: skip
    session.rollback()


def test_export_and_erasure_cover_messages(session):
    user, colleague = make_user(session), make_user(session)
    session.add(MailMessage(user_id=user.id, kind="invitation", sender_id=colleague.id))
    session.add(MailMessage(user_id=colleague.id, kind="invitation", sender_id=user.id))
    session.flush()
    (message,) = export_document(session, user_id=user.id)["mail"]
    assert (message["kind"], message["sent"]) == ("invitation", None)
    operations.erase(session, user_id=user.id)
    session.expire_all()
    (left,) = session.scalars(select(MailMessage).where(MailMessage.user_id.in_([user.id, colleague.id])))
    assert (left.user_id, left.sender_id) == (colleague.id, None)
    session.rollback()


def test_the_defaults_keep_texts_for_396_days_and_views_for_366(session):
    organisation = Organisation(name="Defaults")
    session.add(organisation)
    session.flush()
    months = organisation.text_retention_months, organisation.view_retention_months
    assert [operations._months(count).days for count in months] == [396, 366]
    session.rollback()


def test_an_export_is_available_as_long_as_the_organisation_says(session, person):
    get_organisation(session).export_days = 3
    export = operations.request_export(session, user_id=person.id)
    assert timedelta(days=3) - (export.expires_at - export.requested_at) < timedelta(minutes=1)


def test_request_export_enqueues_one_job(session, person):
    first = operations.request_export(session, user_id=person.id)
    assert operations.request_export(session, user_id=person.id).id == first.id
    jobs = session.scalars(select(Job).filter_by(kind="privacy.export")).all()
    assert [job.args for job in jobs if job.args["export_id"] == first.id] == [{"export_id": first.id}]
    assert first.ready_at is None
    operations.create_export(session, export_id=first.id)
    assert first.ready_at is not None
    assert first.document["person"]["email"] == person.email
    at = datetime.now(UTC)
    assert queries.own_export(session, user_id=person.id, export_id=first.id, at=at) is first
    assert queries.own_export(session, user_id=person.id + 1, export_id=first.id, at=at) is None
    assert queries.own_export(session, user_id=person.id, export_id=first.id, at=at + timedelta(days=8)) is None


def test_an_export_is_enqueued_again_after_the_last_one_was_deleted(session):
    """SQLite gives its id to the new one."""
    user = make_user(session)
    first = operations.request_export(session, user_id=user.id)
    operations.purge(session, at=first.expires_at + timedelta(seconds=1))
    session.expire_all()
    second = operations.request_export(session, user_id=user.id)
    jobs = session.scalars(select(Job).where(Job.kind == "privacy.export").order_by(Job.id.desc()).limit(2)).all()
    assert jobs[0].args == {"export_id": second.id}
    assert jobs[0].idempotency_key != jobs[1].idempotency_key


def test_erase_keeps_the_ledger_without_the_persons_data(session, person):
    balance = session.get_one(CreditAccount, person.id).credited_total
    email = person.email
    operations.erase(session, user_id=person.id)
    remaining = database_as_text(session)
    for word in ("Quirina", "Canarytext", "canary.example", email, "an-idempotency-key"):
        assert word not in remaining
    for table in (
        TokenFamily, WebSession, SecondFactor, RecoveryCode, ExternalIdentity, IdempotencyRecord, Acknowledgement,
        PersonalToken,
    ):  # fmt: skip
        assert session.scalar(select(func.count()).select_from(table).filter_by(user_id=person.id)) == 0
    assert (person.is_active, person.name) == (False, operations.ERASED_NAME)
    assert session.get_one(CreditAccount, person.id).credited_total == balance
    assert session.scalar(select(func.count()).select_from(LedgerEntry).filter_by(account_id=person.id)) == 1
    assert session.scalar(select(func.count()).select_from(Outcome).filter_by(user_id=person.id)) == 1
    assert verify(session) == verify_outcomes(session) == []


def test_erased_people_get_distinct_email_addresses(session, person):
    other = make_user(session)
    operations.erase(session, user_id=person.id)
    operations.erase(session, user_id=other.id)
    assert person.email != other.email


def test_last_administrator_cannot_be_erased(session, person):
    for admin in session.scalars(select(User).filter_by(role="admin")):
        admin.is_active = False
    last = make_user(session, role="admin")
    with pytest.raises(Problem) as refused:
        operations.erase(session, user_id=last.id)
    assert refused.value.code == "last-admin"
    make_user(session, role="admin")
    operations.erase(session, user_id=last.id)


def test_acknowledgement_does_not_cover_a_later_notice(session):
    user = make_user(session, acknowledged=False)
    organisation = session.scalars(select(Organisation)).one()
    operations.acknowledge_notice(session, user_id=user.id)
    operations.acknowledge_notice(session, user_id=user.id)
    assert people.has_acknowledged(session, user_id=user.id, notice_version=organisation.notice_version)
    organisation.notice_version = "another"
    session.flush()
    assert people.acknowledged_at(session, user_id=user.id) is None
    session.rollback()


def test_purge_deletes_texts_after_13_months_and_expired_records(session, person):
    now = datetime.now(UTC)
    expired_item = share(session, person, at=now - timedelta(days=397))
    recent_item = share(session, person, at=now - timedelta(days=390))
    expired_export = DataExport(user_id=person.id, expires_at=now - timedelta(seconds=1), document={})
    session.add_all(
        [
            expired_export,
            ProfileView(viewer_id=person.id, subject_id=person.id, page="rep-page", day=(now - timedelta(days=400)).date()),
            UsedSignInState(state_hash="0" * 64, expires_at=now - timedelta(seconds=1)),
        ]
    )
    session.flush()
    assert operations.purge(session, at=now) == 1
    assert (expired_item.activity.text, expired_item.activity.url, expired_item.activity.shingles) == (None, None, None)
    assert expired_item.activity.band is not None
    assert recent_item.activity.text is not None
    assert session.get(DataExport, expired_export.id) is None
    assert session.get(UsedSignInState, "0" * 64) is None
    assert session.scalar(select(func.count()).select_from(ProfileView).filter_by(subject_id=person.id)) == 0
    assert verify(session) == []
