"""Migrations match the models, and triggers protect append-only tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib.metadata import version

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import MetaData, Table, insert, inspect, select, text
from sqlalchemy.exc import DatabaseError

from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database import triggers
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.jobs import procrastinate_schema
from server.migrations import schema
from server.people.models import Membership, Target
from server.people.queries import get_organisation, notice_addition
from tests.databases import settings_for


@pytest.fixture(scope="module")
def empty_engine(empty_database_url):
    engine = make_engine(settings_for(empty_database_url).sqlalchemy_url)
    yield engine
    engine.dispose()


def test_upgrade_and_downgrade_match_the_models(empty_engine):
    assert not schema.is_current(empty_engine)
    schema.upgrade(empty_engine)
    assert schema.is_current(empty_engine)
    assert schema.differences(empty_engine) == []
    schema.downgrade(empty_engine, "base")
    assert inspect(empty_engine).get_table_names() == ["alembic_version"]
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


def test_differences_reports_a_missing_trigger(empty_engine):
    schema.upgrade(empty_engine)
    name = "audit_entry_no_update"
    on = " ON audit_entry" if empty_engine.dialect.name == "postgresql" else ""
    with empty_engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
    assert schema.differences(empty_engine) == [f"missing trigger: {name}"]
    with empty_engine.begin() as connection:
        triggers.install(connection)
    assert schema.differences(empty_engine) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_append_only_tables_refuse_change(empty_engine, statement):
    schema.upgrade(empty_engine)
    with unit_of_work(empty_engine) as session:
        session.add(AuditEntry(action="test", object_type="nothing", object_id="0"))
    with pytest.raises(DatabaseError, match="append-only"), empty_engine.begin() as connection:
        connection.execute(text(statement))


def test_differences_reports_disabled_and_changed_triggers(empty_engine):
    schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        if empty_engine.dialect.name == "postgresql":
            for statement in (
                "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_delete",
                "DROP TRIGGER ledger_entry_no_truncate ON ledger_entry",
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            ):
                connection.exec_driver_sql(statement)
            expected = [
                "changed function: refuse_change",
                "disabled trigger: audit_entry_no_delete",
                "missing trigger: ledger_entry_no_truncate",
            ]
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_entry_no_delete")
            connection.exec_driver_sql(
                "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry WHEN 0 BEGIN SELECT RAISE(ABORT, ''); END"
            )
            expected = ["changed trigger: audit_entry_no_delete"]
    assert schema.differences(empty_engine) == expected
    with empty_engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_delete" + (" ON audit_entry" if len(expected) > 1 else ""))
        triggers.install(connection)
    assert schema.differences(empty_engine) == []


def test_integrations_keep_working_after_the_upgrade(empty_engine):
    schema.downgrade(empty_engine, "base")
    schema.upgrade(empty_engine, "0002")
    old = MetaData()
    old.reflect(empty_engine)
    secret, key, time = "a" * 64, "import-1", now()
    with empty_engine.begin() as connection:

        def add(table, **values):
            table = old.tables[table]
            times = {column.name: time for column in table.columns if column.name in {"created_at", "expires_at"}}
            return connection.execute(insert(table).values(**times, **values)).inserted_primary_key[0]

        user_id = add(
            "user_account", email="ada@example.com", name="Ada", role="admin", is_active=True, is_demonstration=False
        )  # fmt: skip
        for kind, digest in (("extension", "b" * 64), ("integration", secret)):
            family_id = add("token_family", kind=kind, user_id=user_id, label="CRM", scopes=[])
            add("token", family_id=family_id, secret_hash=digest, use="access")
        for name, answer in ((key, {"accepted": 1}), ("share-1", {"id": 1})):
            add("keyed_answer", user_id=user_id, key=name, body_hmac="x", status=201, answer=answer)

    def rows(query):
        with empty_engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []
    assert rows("SELECT label, created_by FROM integration") == [("CRM", user_id)]
    assert rows("SELECT secret_hash, created_by, revoked_at FROM integration_token") == [(secret, user_id, None)]
    assert rows("SELECT secret_hash, kind FROM token JOIN token_family f ON f.id = family_id") == [("b" * 64, "extension")]
    keys = "SELECT user_id IS NULL, key FROM keyed_answer ORDER BY key"
    assert [(bool(moved), name) for moved, name in rows(keys)] == [(True, key), (False, "share-1")]
    schema.downgrade(empty_engine, "0002")
    assert rows("SELECT secret_hash FROM token JOIN token_family f ON f.id = family_id WHERE kind = 'integration'") == [
        (secret,)
    ]
    schema.upgrade(empty_engine)
    assert rows("SELECT secret_hash FROM integration_token") == [(secret,)]


def test_memberships_are_filled_from_the_teams_of_people(empty_engine):
    schema.downgrade(empty_engine, "base")
    schema.upgrade(empty_engine, "0009")
    old = MetaData()
    old.reflect(empty_engine)
    added, ended = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 6, 5, 12, tzinfo=UTC)
    people = {
        "new": {}, "started": {"started_on": date(2025, 1, 1)}, "recorded": {}, "left": {"is_active": False},
        "teamless": {"team_id": None},
    }  # fmt: skip
    with empty_engine.begin() as connection:

        def add(table, **values):
            return connection.execute(insert(old.tables[table]).values(**values)).inserted_primary_key[0]

        team_id = add("team", name="North")
        add("target", team_id=team_id, metric="call", per_week=40, valid_from=added.date())
        ids = {}
        for email, values in people.items():
            row = {"team_id": team_id, "is_active": True} | values
            ids[email] = add(
                "user_account", email=email, name=email, role="rep", is_demonstration=False, created_at=added, **row
            )
        add(
            "activity", user_id=ids["recorded"], team_id=team_id, kind="call", source="crm", external_id="1", state="counted",
            count=1, occurred_at=datetime(2026, 1, 5, 12, tzinfo=UTC), recorded_at=added,
        )  # fmt: skip
        add("audit_entry", at=ended, action="user.deactivated", object_type="user", object_id=str(ids["left"]))
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []
    with unit_of_work(empty_engine) as session:
        memberships = {one.user_id: (one.starts_on, one.ends_on) for one in session.scalars(select(Membership))}
        assert [target.ramp for target in session.scalars(select(Target))] == [[]]
    assert memberships == {
        ids["new"]: (added.date(), None),
        ids["started"]: (date(2025, 1, 1), None),
        ids["recorded"]: (date(2026, 1, 5), None),
        ids["left"]: (added.date(), ended.date()),
    }
    schema.downgrade(empty_engine, "0009")
    with empty_engine.connect() as connection:
        teams = dict(connection.execute(select(old.tables["user_account"].c["id", "team_id"])).all())
        assert connection.execute(select(old.tables["activity"].c.team_id)).all() == [(team_id,)]
    assert teams == {user_id: None if email == "teamless" else team_id for email, user_id in ids.items()}
    with empty_engine.begin() as connection:
        for name in ("activity", "user_account", "target", "team"):
            connection.execute(old.tables[name].delete())
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


def test_waiting_jobs_move_to_the_engine_and_back(empty_engine):
    schema.downgrade(empty_engine, "base")
    schema.upgrade(empty_engine, "0002")
    with empty_engine.begin() as connection:
        for number, state in enumerate(("queued", "running", "done", "failed")):
            connection.execute(
                text(
                    "INSERT INTO job (kind, args, idempotency_key, state, attempts, run_after, created_at, lease_owner) "
                    "VALUES ('test', '{}', :key, :state, :attempts, '2031-01-01', '2030-01-01', 'host:1')"
                ),
                {"key": state, "state": state, "attempts": number},
            )
    jobs = text("SELECT idempotency_key, state, attempts FROM job ORDER BY id")
    expected = [("queued", "queued", 0), ("running", "queued", 1), ("done", "done", 2), ("failed", "failed", 3)]
    schema.upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert connection.execute(jobs).all() == expected
        if empty_engine.dialect.name == "postgresql":
            deferred = "SELECT idempotency_key FROM procrastinate_jobs JOIN job ON job.id = (procrastinate_jobs.args ->> 'job_id')::bigint"
            due = (
                " WHERE status = 'todo' AND scheduled_at = run_after AND queue_name = 'repute' AND task_name = 'repute.run_job'"
            )
            assert sorted(connection.scalars(text(deferred + due))) == ["queued", "running"]
    schema.downgrade(empty_engine, "0002")
    with empty_engine.connect() as connection:
        assert connection.execute(jobs).all() == expected
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


def test_procrastinate_is_the_version_that_the_migrations_installed(empty_engine, monkeypatch):
    assert SchemaManager.get_schema() in procrastinate_schema.SQL.read_text()
    assert version("procrastinate") == procrastinate_schema.VERSION
    if empty_engine.dialect.name == "postgresql":
        monkeypatch.setattr(procrastinate_schema, "version", lambda _name: "3.11.0")
        needed = f"procrastinate 3.11.0 is installed: this release needs {procrastinate_schema.VERSION}"
        schema.upgrade(empty_engine)
        assert schema.differences(empty_engine) == [needed]


def test_differences_reports_a_change_to_procrastinate(empty_engine):
    if empty_engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no procrastinate")
    schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(text("DROP FUNCTION procrastinate_prune_stalled_workers_v1"))
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void "
                "LANGUAGE plpgsql AS $$ BEGIN END $$"
            )
        )
    assert schema.differences(empty_engine) == [
        "missing: procrastinate's function procrastinate_prune_stalled_workers_v1",
        "differs: procrastinate's function procrastinate_unregister_worker_v1",
    ]


def test_upgrade_keeps_sessions_and_what_refers_to_them(empty_engine):
    schema.upgrade(empty_engine)
    schema.downgrade(empty_engine, "0002")
    at = datetime(2026, 11, 29, tzinfo=UTC)
    with empty_engine.begin() as connection:
        for table, columns in (
            (
                "user_account",
                {"email": "a@example.com", "name": "A", "role": "rep", "is_active": True, "is_demonstration": False},
            ),
            ("web_session", {"secret_hash": "a", "user_id": 901, "seen_at": at, "expires_at": at}),
            (
                "pairing_code",
                {"secret_hash": "a", "session_id": 901, "user_id": 901, "challenge": "c", "wrong_tries": 0, "expires_at": at},
            ),
        ):
            row = columns | {"id": 901, "created_at": at}
            stored = Table(table, MetaData(), autoload_with=connection)
            connection.execute(insert(stored).values(row))
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []
    with empty_engine.begin() as connection:
        joined = "SELECT w.awaiting, w.confirmed_at FROM web_session w JOIN pairing_code p ON p.session_id = w.id"
        assert connection.execute(text(joined)).all() == [(None, None)]
        for table in ("pairing_code", "web_session", "user_account"):
            connection.execute(text(f"DELETE FROM {table} WHERE id = 901"))  # noqa: S608 (our own tables)


def test_new_notice_keeps_what_the_organisation_added(empty_engine):
    schema.downgrade(empty_engine, "base")
    schema.upgrade(empty_engine, "0012")
    old = MetaData()
    old.reflect(empty_engine)
    with empty_engine.begin() as connection:
        values = {
            "name": "Quay", "is_demonstration": False, "credit_mode": "blind", "team_only": True, "notice_version": "2026-11-30",
            "two_person": True, "quiet_required": False, "trade_words": [], "created_at": now(),
        }  # fmt: skip
        connection.execute(insert(old.tables["organisation"]).values(**values))
        notice = {"version": "2026-11-30", "addition": "Ask Ida.", "published_at": now()}
        connection.execute(insert(old.tables["staff_notice"]).values(**notice))
    schema.upgrade(empty_engine)
    with unit_of_work(empty_engine, writes=False) as session:
        organisation = get_organisation(session)
        assert (organisation.notice_version, notice_addition(session)) == ("2026-12.9", "Ask Ida.")
        assert (organisation.reminders, organisation.reminder_days) == (1, 4)
    schema.downgrade(empty_engine, "0012")
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


def test_downgrade_keeps_what_the_organisation_added_to_the_notice(empty_engine):
    schema.downgrade(empty_engine, "base")
    schema.upgrade(empty_engine, "0038")
    old = MetaData()
    old.reflect(empty_engine)
    organisation, notice = old.tables["organisation"], old.tables["staff_notice"]

    def current():
        query = select(organisation.c.notice_version, notice.c.addition).join(
            notice, notice.c.version == organisation.c.notice_version, isouter=True
        )
        with empty_engine.connect() as connection:
            return tuple(connection.execute(query).one())

    with empty_engine.begin() as connection:
        values = {
            "name": "Quay", "is_demonstration": False, "credit_mode": "blind", "team_only": True, "two_person": True,
            "quiet_required": False, "trade_words": [], "created_at": now(), "notice_version": "2026-11-20",
        }  # fmt: skip
        connection.execute(insert(organisation).values(**values))
        connection.execute(insert(notice).values(version="2026-11-20", addition="Ask Ida.", published_at=now()))
    schema.upgrade(empty_engine)
    assert current() == ("2026-12.9", "Ask Ida.")
    schema.downgrade(empty_engine, "0038")
    assert current() == ("2026-12.7", "Ask Ida.")
    schema.upgrade(empty_engine)
    assert current() == ("2026-12.9", "Ask Ida.")
    schema.downgrade(empty_engine, "base")
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


def test_words_of_items_that_are_kept_are_counted(empty_engine):
    schema.downgrade(empty_engine, "base")
    schema.upgrade(empty_engine, "0018")
    old = MetaData()
    old.reflect(empty_engine)
    with empty_engine.begin() as connection:
        person = {
            "id": 901, "email": "ida@example.com", "name": "Ida", "role": "rep", "is_active": True, "is_demonstration": False,
            "created_at": now(),
        }  # fmt: skip
        connection.execute(insert(old.tables["user_account"]).values(**person))
        for number, written in ((1, "Three words here #tag"), (2, None)):
            item = {
                "id": number, "user_id": 901, "kind": "x-post", "source": "web", "external_id": str(number), "state": "counted",
                "occurred_at": now(), "recorded_at": now(), "text": written,
            }  # fmt: skip
            connection.execute(insert(old.tables["activity"]).values(**item))
    schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        assert connection.execute(text("SELECT words FROM activity ORDER BY id")).scalars().all() == [3, None]
    schema.downgrade(empty_engine, "0018")
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []
    with empty_engine.begin() as connection:
        connection.execute(text("DELETE FROM activity"))
        connection.execute(text("DELETE FROM user_account"))
