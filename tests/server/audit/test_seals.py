"""The audit log is sealed, exported and compared; a change of a sealed entry is found on both databases."""

from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from server.audit import export, operations, queries, seals
from server.audit.models import AuditEntry, AuditSeal
from server.core.database.closed_range import closed_up_to
from server.core.database.session import unit_of_work


@pytest.fixture
def sealed(engine, monkeypatch):
    """Three entries more than before, in ranges of two."""
    monkeypatch.setattr(seals, "ENTRIES_PER_SEAL", 2)
    with unit_of_work(engine) as session:
        for number in range(3):
            operations.record(session, action="user.added", object_type="user", object_id=number)
    with unit_of_work(engine) as session:
        assert seals.seal(session) >= 3
    return engine


def tampered(engine, statement):
    """The chain's state after what somebody with full access to the database could do. Rolled back afterwards."""
    with Session(engine) as session:
        for name in ("audit_entry_no_update", "audit_entry_no_delete", "audit_seal_no_delete"):
            on = f" ON {name.rpartition('_no_')[0]}" if engine.dialect.name == "postgresql" else ""
            session.execute(text(f"DROP TRIGGER {name}{on}"))
        session.execute(text(statement))
        violations = seals.verify(session).violations
        session.rollback()
    return violations


def exported(engine):
    with unit_of_work(engine, writes=False) as session:
        return list(export.export_lines(session))


def test_entries_are_sealed_once_and_verify(sealed):
    with unit_of_work(sealed) as session:
        assert seals.seal(session) == 0
        operations.record(session, action="user.added", object_type="user", object_id=9)
    with unit_of_work(sealed, writes=False) as session:
        state = seals.verify(session)
    assert (state.violations, state.unsealed) == ([], 1)
    assert state.checked >= 3


def test_an_entry_without_changes_is_sealed_as_before_the_column_existed(sealed):
    with unit_of_work(sealed, writes=False) as session:
        rows = queries.entry_rows(session, after=0, until=3)
    assert all("changes" not in row for row in rows)


def test_changes_of_settings_are_sealed(engine):
    with unit_of_work(engine) as session:
        operations.record(
            session, action="organisation.changed", object_type="organisation", object_id=1, changes={"name": ("A", "B")}
        )
    with unit_of_work(engine) as session:
        seals.seal(session)
        newest = queries.newest_seal(session)
        [row] = queries.entry_rows(session, after=newest.last_entry_id - 1, until=newest.last_entry_id)
        assert row["changes"] == {"name": ["A", "B"]}
        assert export.compare_export(session, exported(engine)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor_id = 99 WHERE id = (SELECT min(id) FROM audit_entry)",
        "DELETE FROM audit_entry WHERE id = (SELECT max(last_entry_id) FROM audit_seal)",
        "DELETE FROM audit_seal WHERE id = (SELECT min(id) FROM audit_seal)",
    ],
)
def test_a_change_of_a_sealed_entry_is_found(sealed, statement):
    assert tampered(sealed, statement)


def test_an_export_finds_what_was_removed_with_its_seals(sealed):
    lines = exported(sealed)
    with Session(sealed) as session:
        for table in ("audit_entry", "audit_seal"):
            on = f" ON {table}" if sealed.dialect.name == "postgresql" else ""
            session.execute(text(f"DROP TRIGGER {table}_no_delete{on}"))
        newest = queries.newest_seal(session)
        session.execute(delete(AuditEntry).where(AuditEntry.id >= newest.first_entry_id))
        session.execute(delete(AuditSeal).where(AuditSeal.id == newest.id))
        assert seals.verify(session).violations == []
        assert export.compare_export(session, lines) == [f"seal {newest.id}: is missing from the database"]
        session.rollback()


def test_an_export_matches_the_database_and_shows_its_own_changes(sealed):
    lines = exported(sealed)
    with unit_of_work(sealed, writes=False) as session:
        assert export.compare_export(session, lines) == []
        first = json.loads(lines[0])
        changed = [json.dumps(first | {"actor_id": 7}), *lines[1:]]
        assert export.compare_export(session, changed) == ["seal 1: its entries in the file were changed"]
        assert export.compare_export(session, [*lines, lines[0]]) == ["the file ends in the middle of a range"]
        assert export.compare_export(session, [*lines, "no JSON"]) == [f"line {len(lines) + 1}: is not a line of an export"]
        assert export.compare_export(session, []) == ["the file contains no seal"]
        last = queries.newest_seal(session)
        later = list(export.export_lines(session, since=last.id - 1))
        assert json.loads(later[-1])["id"] == last.id
        assert len(later) == len(queries.entry_rows(session, after=last.first_entry_id - 1, until=last.last_entry_id)) + 1
        assert export.compare_export(session, later) == []


def test_a_transaction_that_commits_late_is_not_skipped(engine):
    """On PostgreSQL a lower id may be committed after a higher one; SQLite has one writer."""
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")
    with Session(engine) as late:
        operations.record(late, action="user.added", object_type="user", object_id="late")
        with unit_of_work(engine) as session:
            operations.record(session, action="user.added", object_type="user", object_id="early")
        with unit_of_work(engine) as session:
            assert closed_up_to(session, AuditEntry, max_wait=0.0) == 0
        sealed = []
        sealing = threading.Thread(target=lambda: sealed.append(_seal(engine)))
        sealing.start()
        late.commit()
        sealing.join()
    assert sealed[0] >= 2
    with unit_of_work(engine, writes=False) as session:
        assert seals.verify(session).violations == []
        assert seals.verify(session).unsealed == 0


def _seal(engine):
    with unit_of_work(engine) as session:
        return seals.seal(session)


def test_only_one_process_seals_at_a_time(engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")
    with Session(engine) as first:
        assert closed_up_to(first, AuditSeal) >= 0
        closed_up_to(first, AuditEntry)
        with unit_of_work(engine) as second:
            assert closed_up_to(second, AuditEntry) == 0
        first.rollback()
