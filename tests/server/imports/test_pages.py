"""Importing a file in the browser: recognised, checked, people matched, imported, corrected, stopped."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import delete, func, select, update

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.imports.models import ImportChunk, ImportFile, ImportMapping, ImportOwner
from server.imports.operations import LIFETIME, purge
from server.imports.steps import STEP_JOB
from server.jobs import queue
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.privacy import operations as privacy
from server.records.models import Record
from tests.factories import new_cookie, new_user
from tests.forms import extract_csrf_token
from tests.queued_jobs import run_jobs

CALLS = """\
"Record ID","Call Title","Activity date","Activity assigned to","Call outcome"
"101","Intro","2026-11-02 09:12","{ann}","Connected"
"102","Second","2026-11-03 17:45","{ann}","No answer"
"103","Third","2026-11-04 17:45","B. Birk","No answer"
"104","Fourth","soon","{ann}","No answer"
"""


@pytest.fixture(autouse=True)
def _nothing_imported(engine):
    with unit_of_work(engine) as session:
        for table in (ImportChunk, ImportFile, ImportMapping, ImportOwner, Record):
            session.execute(delete(table))


@pytest.fixture
def ann(engine):
    return new_user(engine)


@pytest.fixture
def browser(app, engine):
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    return browser


def upload(browser, text, name="calls.csv"):
    token = extract_csrf_token(browser.get("/imports").text)
    content = text if isinstance(text, bytes) else text.encode()
    return browser.post("/imports", data={"csrf_token": token, "file": (io.BytesIO(content), name)})


def post(browser, path, **fields):
    token = extract_csrf_token(browser.get("/imports").text)
    return browser.post(path, data={"csrf_token": token, **fields})


def run_steps(engine):
    return run_jobs(engine, kind=STEP_JOB)


def words(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def count(engine, table=Record):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(table))


def import_file(browser, engine, text):
    """Imports a file that is recognised; returns the words of its page."""
    page = upload(browser, text).location
    post(browser, f"{page}/check")
    run_steps(engine)
    post(browser, f"{page}/import")
    run_steps(engine)
    return words(browser.get(page))


def test_a_file_is_recognised_checked_and_imported(browser, engine, ann):
    page = upload(browser, CALLS.format(ann=ann.email)).location
    assert "Recognised: HubSpot calls" in words(browser.get(page))
    assert post(browser, f"{page}/check").status_code == 303
    assert "0 of 4 lines done" in words(browser.get(page))
    run_steps(engine)
    checked = words(browser.get(page))
    assert "New records 2" in checked
    assert "1 name in the file is not known" in checked
    assert '5 Activity date "soon" is not a date' in checked
    assert count(engine) == 0
    post(browser, f"{page}/people", name="B. Birk", person=str(ann.id))
    run_steps(engine)
    assert "New records 3" in words(browser.get(page))
    post(browser, f"{page}/import")
    run_steps(engine)
    assert "All lines were read" in words(browser.get(page))
    with unit_of_work(engine, writes=False) as session:
        records = session.scalars(select(Record).order_by(Record.source_id)).all()
        assert [(row.source, row.source_id, row.user_id, row.kind) for row in records] == [
            ("hubspot", f"call:{number}", ann.id, "call") for number in (101, 102, 103)
        ]
    assert count(engine, ImportChunk) == 0


def test_unknown_names_come_with_records_until_the_file_is_imported(browser, engine, ann):
    columns = "hs_object_id,hs_timestamp,hubspot_owner_id,hs_call_disposition,hs_call_title"
    text = f"{columns}\n1,2026-11-02T09:00:00Z,77,x,Call Krämer\n2,2026-11-03T09:00:00Z,78,x,Call Meier\n"
    page = upload(browser, text, "api.csv").location
    post(browser, f"{page}/check")
    run_steps(engine)
    assert "77, 1 line Line 2: call on 2 Nov 2026, Call Krämer." in words(browser.get(page))
    post(browser, f"{page}/people", name="77", person=str(ann.id))
    run_steps(engine)
    post(browser, f"{page}/import")
    run_steps(engine)
    assert "lines of 78, who is not known" in words(browser.get(page))
    with unit_of_work(engine, writes=False) as session:
        assert "Meier" not in str(session.scalars(select(ImportFile)).one().report)
    # Remembered for HubSpot, and not for 77 in another system.
    assert "New records 1" not in import_file(browser, engine, text)
    other = upload(browser, "who,when\n77,2026-11-02\n", "other.csv").location
    post(browser, f"{other}/columns", owner="who", kind="call", occurred="when")
    run_steps(engine)
    assert "1 name in the file is not known" in words(browser.get(other))


def test_a_person_with_a_similar_name_is_suggested(browser, engine, ann):
    new_user(engine, name="Ottilie Quast")
    page = upload(browser, CALLS.format(ann=ann.email).replace("B. Birk", "Quast, O.")).location
    post(browser, f"{page}/check")
    run_steps(engine)
    assert re.search(r'<option value="\d+" selected>Ottilie Quast, ', browser.get(page).text)


def test_lines_that_do_not_count_are_skipped_and_not_unchanged(browser, engine, ann):
    columns = "Record ID,Meeting name,Meeting start time,Meeting outcome,Activity assigned to"
    text = f"{columns}\n1,Demo,2026-11-02 09:00,Completed,{ann.email}\n2,Demo,2026-11-03 09:00,Canceled,{ann.email}\n"
    result = import_file(browser, engine, text)
    assert "New records 2" in result
    assert "Skipped lines that have nothing that is counted 1" in result
    assert "Unchanged" not in result


def test_the_same_file_again_changes_nothing_and_a_corrected_one_corrects(browser, engine, ann):
    text = CALLS.format(ann=ann.email)
    import_file(browser, engine, text)
    assert "Unchanged records 2" in import_file(browser, engine, text)
    corrected = text.replace('"101","Intro","2026-11-02 09:12"', '"101","Intro","2026-11-01 09:12"')
    result = import_file(browser, engine, corrected)
    assert "Corrected records 1" in result
    assert "Unchanged records 1" in result
    assert count(engine) == 2


def test_any_file_is_read_once_its_columns_are_named_and_that_is_remembered(browser, engine, ann):
    text = f"Nr;Vertrieb;Am;Art\n1;{ann.email};3.11.2026;Anruf\n2;{ann.email};4.11.2026;Brief\n"
    page = upload(browser, text).location
    assert "Say what the columns mean" in words(browser.get(page))
    fields = {"owner": "Vertrieb", "kind": "call", "occurred": "Am", "source_id": "Nr"}
    condition = {"condition_column": "Art", "condition_values": "Anruf, Rückruf"}
    assert post(browser, f"{page}/columns", **fields, **condition).status_code == 303
    run_steps(engine)
    assert "New records 1" in words(browser.get(page))
    again = words(browser.get(upload(browser, text).location))
    assert 'One call a line, on the day in "Am", if "Art" is Anruf or Rückruf.' in again


def test_a_mapping_that_cannot_be_used_is_refused_and_kept_in_the_form(browser, engine):
    page = upload(browser, "a,b\nx,y\n").location
    refused = post(browser, f"{page}/columns", owner="a", kind="sales", occurred="b", count="b")
    assert refused.status_code == 422
    assert "is not a metric of the organisation" in words(refused)
    assert '<option value="b" selected>' in refused.text
    assert post(browser, f"{page}/columns", owner="c", kind="call", occurred="b").status_code == 422
    assert post(browser, f"{page}/columns", owner="", kind="call", occurred="b").status_code == 422


def test_dates_that_can_be_read_in_two_ways_are_asked_about(browser, engine, ann):
    page = upload(browser, f"email,date,calls\n{ann.email},03/04/2026,7\n").location
    post(browser, f"{page}/check")
    run_steps(engine)
    assert "Dates in this file can be read in two ways" in words(browser.get(page))


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "No line with the names"), (b"\xd0\xcf\x11\xe0", "Save it as XLSX"), (b"a,b\n", "no lines")],
    ids=["empty", "old-excel", "no-lines"],
)
def test_files_that_are_no_table_are_refused_in_words(browser, content, message):
    response = upload(browser, content)
    assert response.status_code == 422
    assert message in words(response)


def test_a_large_file_is_imported_in_steps_and_can_be_stopped(browser, engine, ann, monkeypatch):
    monkeypatch.setattr("server.imports.chunks.LINES_PER_CHUNK", 10)
    lines = "".join(f"{ann.email},2026-10-{day:02},{day}\n" for day in range(1, 31))
    page = upload(browser, f"email,date,calls\n{lines}").location
    post(browser, f"{page}/check")
    assert run_steps(engine) == 3
    post(browser, f"{page}/import")
    with unit_of_work(engine, writes=False) as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == STEP_JOB, Job.state == "queued")).one()
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"
    assert "10 of 30 lines done" in words(browser.get(page))
    post(browser, f"{page}/discard")
    run_steps(engine)
    assert "10 of 30 lines were read" in words(browser.get(page))
    assert (count(engine), count(engine, ImportChunk)) == (10, 0)


@pytest.mark.parametrize("is_purged", [False, True])
def test_a_step_that_failed_says_so_and_can_be_tried_again(browser, engine, ann, is_purged):
    page = upload(browser, CALLS.format(ann=ann.email)).location
    post(browser, f"{page}/check")
    with unit_of_work(engine) as session:
        failed = {"state": "failed", "finished_at": now()}
        session.execute(update(Job).where(Job.kind == STEP_JOB, Job.state == "queued").values(failed))
        if is_purged:
            queue.purge(session, finished_before=now() + timedelta(seconds=1))
    assert "The check stopped An error occurred several times" in words(browser.get(page))
    for _ in range(2):
        assert post(browser, f"{page}/resume").status_code == 303
    assert "Checking the file" in words(browser.get(page))
    assert run_steps(engine) == 1
    assert "New records 2" in words(browser.get(page))


def test_starting_twice_imports_once(browser, engine, ann):
    page = upload(browser, CALLS.format(ann=ann.email)).location
    assert post(browser, f"{page}/import").status_code == 409
    post(browser, f"{page}/check")
    run_steps(engine)
    for _ in range(2):
        assert post(browser, f"{page}/import").status_code == 303
    run_steps(engine)
    assert post(browser, f"{page}/import").status_code == 303
    assert run_steps(engine) == 0
    assert count(engine) == 2


def test_files_that_nobody_decided_about_are_deleted(browser, engine, ann):
    upload(browser, CALLS.format(ann=ann.email))
    with unit_of_work(engine) as session:
        file = session.scalars(select(ImportFile)).one()
        purge(session, at=file.created_at + LIFETIME / 2)
    assert count(engine, ImportFile) == 1
    with unit_of_work(engine) as session:
        purge(session, at=session.scalars(select(ImportFile)).one().created_at + LIFETIME * 2)
    assert (count(engine, ImportFile), count(engine, ImportChunk)) == (0, 0)


def test_names_of_an_erased_person_are_forgotten(browser, engine, ann):
    with unit_of_work(engine) as session:
        session.add_all([ImportOwner(name="a. ames", user_id=ann.id), ImportOwner(name="robot", user_id=None)])
    with unit_of_work(engine) as session:
        privacy.erase(session, user_id=ann.id)
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(ImportOwner.name)).all() == ["robot"]
