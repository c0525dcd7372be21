"""Scoring an archive: step by step, each item once, whatever happens between the steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.history import operations, scoring
from server.history.models import ArchiveEntry, ArchiveImport, HistoryItem
from server.jobs import steps
from server.jobs.attempts import INTERRUPTED, fail, run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from tests.factories import new_user
from tests.server.history.history_helpers import POST, import_items, make_item, run_jobs


@pytest.fixture
def rep(engine):
    return new_user(engine)


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(scoring, "MAX_ITEMS_PER_STEP", 2)
    monkeypatch.setattr(steps, "MAX_SECONDS", 600)


def history(engine, rep):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(HistoryItem).where(HistoryItem.user_id == rep.id).order_by(HistoryItem.id)).all()


def get_import(engine, rep):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(ArchiveImport).where(ArchiveImport.user_id == rep.id))


def count_entries(engine):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(ArchiveEntry))


def test_items_are_scored_in_steps_and_their_texts_are_gone(engine, rep, small_steps):
    import_items(engine, rep, [make_item(days=days) for days in range(5)])
    assert count_entries(engine) == 5
    assert run_jobs(engine) == 3
    items = history(engine, rep)
    assert [item.text for item in items] == [None] * 5
    assert all(0 <= item.score <= 100 and item.band and len(item.dimensions) == 9 for item in items)
    archive = get_import(engine, rep)
    assert (archive.state, archive.processed, archive.total) == ("done", 5, 5)
    assert count_entries(engine) == 0


def test_progress_is_visible_between_steps(engine, rep, small_steps):
    import_items(engine, rep, [make_item() for _ in range(5)])
    run_next(engine)
    archive = get_import(engine, rep)
    assert (archive.state, archive.processed) == ("scoring", 2)
    run_jobs(engine)


def run_next(engine):
    with unit_of_work(engine, writes=False) as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == "history.score", Job.state == "queued")).one()
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"


def test_a_worker_that_is_killed_in_a_step_loses_that_step_only(engine, rep, small_steps, monkeypatch):
    import_items(engine, rep, [make_item() for _ in range(5)])
    run_next(engine)
    with unit_of_work(engine) as session:
        job = session.scalars(select(Job).where(Job.kind == "history.score", Job.state == "queued")).one()
    add = scoring._new_item
    calls = []

    def die_at_the_second_item(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit  # ends the process; nothing is caught on the way
        return add(*arguments)

    monkeypatch.setattr(scoring, "_new_item", die_at_the_second_item)
    with pytest.raises(SystemExit):
        run_attempt(engine, HANDLERS, job_id=job.id)
    assert len(history(engine, rep)) == get_import(engine, rep).processed == 2
    monkeypatch.setattr(scoring, "_new_item", add)
    assert fail(engine, job_id=job.id, error=INTERRUPTED).state == "queued"
    run_jobs(engine)
    assert len(history(engine, rep)) == len({item.key for item in history(engine, rep)}) == 5


def test_an_item_that_is_in_two_archives_is_stored_once(engine, rep):
    again = make_item()
    import_items(engine, rep, [again])
    run_jobs(engine)
    (before,) = history(engine, rep)
    import_items(engine, rep, [make_item("Something newer: " + POST, days=1), again], texts="all")
    run_jobs(engine)
    after = {item.key: item for item in history(engine, rep)}
    assert len(after) == 2
    assert after[again.key].id == before.id
    assert after[again.key].text == POST
    import_items(engine, rep, [again], texts="none")
    run_jobs(engine)
    assert {item.key: item.text for item in history(engine, rep)}[again.key] == POST


def test_recent_texts_are_kept_until_the_items_are_too_old_to_count(engine, rep):
    new, old = make_item(days=27), make_item(days=29)
    import_items(engine, rep, [new, old], texts="recent")
    run_jobs(engine)
    items = {item.key: item for item in history(engine, rep)}
    assert (items[new.key].text, items[old.key].text) == (POST, None)
    at = datetime.now(UTC)
    purge(engine, at=at)
    assert {item.key: item.text for item in history(engine, rep)}[new.key] == POST
    purge(engine, at=at + timedelta(days=2))
    assert {item.key: item.text for item in history(engine, rep)}[new.key] is None


def purge(engine, *, at):
    with unit_of_work(engine) as session:
        operations.purge(session, at=at, imported_before=at - timedelta(days=396))


def test_protected_talk_is_neither_stored_nor_counted(engine, rep):
    protected = "My salary is too low and I told my union so. My doctor says my depression is back. I pray about my salary."
    mixed = POST + " My salary is too low."
    import_items(engine, rep, [make_item(protected), make_item(mixed, kind="linkedin-post")], texts="all")
    run_jobs(engine)
    (item,) = history(engine, rep)
    assert item.text == POST
    assert get_import(engine, rep).processed == 2


def test_texts_without_a_score_say_why(engine, rep):
    german = "Ein Disponent in Kiel hat die Stopps einer Route gezählt: 41 am Tag, davon neun für ein einziges Paket."
    import_items(
        engine, rep, [make_item("Thanks!", key="x:short"), make_item(german, key="x:german"), make_item("word " * 8_000)]
    )
    run_jobs(engine)
    assert {item.key: (item.score, item.note) for item in history(engine, rep)} == {
        "x:short": (None, "too-short"), "x:german": (None, "not-english"),
    }  # fmt: skip


def test_a_busy_coach_ends_the_step_and_nothing_is_lost(engine, rep, monkeypatch):
    import_items(engine, rep, [make_item() for _ in range(3)])
    run_coach, calls = scoring.run_coach, []

    def busy_once(*arguments, **options):
        calls.append(1)
        if len(calls) == 2:
            raise Problem(503, "busy", "The coach is busy", headers={"Retry-After": "1"})
        return run_coach(*arguments, **options)

    monkeypatch.setattr(scoring, "run_coach", busy_once)
    run_next(engine)
    assert get_import(engine, rep).processed == 1
    run_jobs(engine)
    assert len(history(engine, rep)) == 3


def test_a_new_archive_replaces_one_that_is_being_scored(engine, rep, small_steps):
    import_items(engine, rep, [make_item(key=f"x:old{number}") for number in range(5)])
    run_next(engine)
    import_items(engine, rep, [make_item(key="x:new")])
    run_jobs(engine)
    assert {item.key for item in history(engine, rep)} == {"x:old0", "x:old1", "x:new"}
    assert count_entries(engine) == 0


def test_what_was_read_expires_without_a_decision(engine, rep):
    with unit_of_work(engine) as session:
        operations.receive(session, user_id=rep.id, contents=contents_of([make_item()]))
    run_jobs(engine, kind=operations.EXPIRE_JOB)
    assert get_import(engine, rep) is not None  # not due yet
    with unit_of_work(engine) as session:
        token = session.scalars(select(ArchiveImport.token).where(ArchiveImport.user_id == rep.id)).one()
        operations.expire(session, token=token, at=datetime.now(UTC) + timedelta(minutes=61))
    assert get_import(engine, rep) is None
    assert count_entries(engine) == 0


def contents_of(items):
    from server.archives.model import Contents

    return Contents(items)


def test_purge_deletes_what_expired_and_old_histories(engine, rep):
    import_items(engine, rep, [make_item() for _ in range(2)])
    at = datetime.now(UTC)
    purge(engine, at=at + timedelta(hours=25))  # never scored
    assert (get_import(engine, rep).state, count_entries(engine)) == ("done", 0)
    import_items(engine, rep, [make_item()])
    run_jobs(engine)
    purge(engine, at=at + timedelta(days=395))
    assert len(history(engine, rep)) == 1
    purge(engine, at=at + timedelta(days=397))
    assert history(engine, rep) == []
    assert get_import(engine, rep) is None
