"""kill -9 of the server and its job worker while a file is checked and imported: both go on after the restart, no record is
lost or stored twice, and the progress never goes back."""

from __future__ import annotations

import contextlib
import csv
import io
import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.imports.chunks import LINES_PER_CHUNK
from server.people.models import User
from server.records.models import Record
from server.web.pages import number
from tests.crash.job_worker import JobWorker
from tests.import_client import ImportClient
from tests.live import LiveServer
from tests.services import private_postgres, wait_until

#: Bounds every wait. On PostgreSQL, the jobs of a killed worker start again after about 45 seconds.
WAIT_SECONDS = 600
#: One line in so many has no id in the CRM, and equals the line before but one.
WITHOUT_ID_ONE_IN = 10


class Campaign:
    def __init__(self, server, worker=None):
        self.server = server
        self.worker = worker
        self.people = [server.add_rep() for _ in range(5)]
        self.client = ImportClient(server)

    def content(self, lines):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["Record ID", "Call Title", "Activity date", "Activity assigned to", "Call outcome"])
        for index in range(lines):
            at = datetime(2026, 9, 1, 8) + timedelta(minutes=index // 10)  # noqa: DTZ001 (as HubSpot exports it)
            record_id = index if index % WITHOUT_ID_ONE_IN else ""
            person = self.people[index // WITHOUT_ID_ONE_IN % len(self.people)]
            writer.writerow([record_id, "Call", at.strftime("%Y-%m-%d %H:%M"), person.email, "Connected"])
        return text.getvalue().encode()

    def run(self, file_id, verb, done, kill_at):
        """Starts the check or the import, and kills everything once so many lines are done each."""
        self.client.start(file_id, verb)
        seen = [0]
        for lines in [*kill_at, None]:

            def reached(lines=lines):
                file = self.client.file(file_id)
                seen.append(file.lines_done)
                assert file.lines_done >= seen[-2], "the progress went back"
                return file.state == done or (lines is not None and file.lines_done >= lines)

            wait_until(reached, f"the file is {done}", WAIT_SECONDS)
            if lines is not None:
                assert self.client.file(file_id).state != done, "there was nothing left to kill"
                self.kill()
                self.check_progress(file_id)
        file = self.client.file(file_id)
        assert (file.lines_done, file.next_chunk) == (file.lines, file.chunks)
        return file

    def kill(self):
        if self.worker is not None:
            self.worker.kill()
        self.server.kill()
        self.server.start()
        if self.worker is not None:
            self.worker = JobWorker(self.server)

    def check_progress(self, file_id):
        """The page says how far it is."""
        before = self.client.file(file_id)
        page = self.client.page(file_id)
        after = self.client.file(file_id)
        possible = range(before.lines_done, after.lines_done + 1, LINES_PER_CHUNK)
        assert after.state != before.state or any(f"{number(lines)} of {number(after.lines)}" in page for lines in possible)

    def import_file(self, content, kill_at):
        """Returns the results that the page of the finished file has."""
        file_id = self.client.upload(content)
        checked = self.run(file_id, "check", "checked", kill_at)
        report = self.run(file_id, "import", "done", kill_at).report
        assert report["kinds"] == checked.report["kinds"]
        return {name: count for name, count in report["results"].items() if count}

    def records(self):
        """How many each person has, by e-mail address."""
        counts = select(User.email, func.count()).join(Record, Record.user_id == User.id).group_by(User.email)
        with unit_of_work(self.server.engine, writes=False) as session:
            return dict(session.execute(counts).all())

    def audited(self):
        """How many records the audit log says were stored."""
        with unit_of_work(self.server.engine, writes=False) as session:
            changes = session.scalars(select(AuditEntry.changes).where(AuditEntry.action == "activities.imported"))
            return sum(entry.get("records_new", [0, 0])[1] for entry in changes if entry)


@pytest.fixture(params=["sqlite", "postgresql"])
def campaign(request, tmp_path):
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(private_postgres()) if request.param == "postgresql" else None
        server = LiveServer(tmp_path, database_url=postgres.url if postgres else "").prepare()
        stack.callback(server.stop)
        server.start()
        campaign = Campaign(server, JobWorker(server) if postgres else None)
        stack.callback(lambda: campaign.worker and campaign.worker.kill())
        yield campaign


def check(campaign, lines, kill_at):
    content = campaign.content(lines)
    assert campaign.import_file(content, kill_at) == {"new": lines}
    expected = Counter(campaign.people[index // WITHOUT_ID_ONE_IN % len(campaign.people)].email for index in range(lines))
    assert campaign.records() == expected
    assert campaign.audited() == lines
    assert campaign.import_file(content, []) == {"unchanged": lines}
    assert campaign.records() == expected


def test_a_check_and_an_import_go_on_after_a_kill(campaign):
    check(campaign, 10 * LINES_PER_CHUNK, [2 * LINES_PER_CHUNK])


@pytest.mark.soak
def test_a_check_and_an_import_go_on_after_many_kills(campaign):
    lines = 200 * LINES_PER_CHUNK
    check(campaign, lines, sorted(random.Random(7).sample(range(LINES_PER_CHUNK, lines - 20 * LINES_PER_CHUNK), 8)))
