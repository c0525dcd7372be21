"""Answers to people who write while a scoring is trained on 10,000 comparisons, in one process as on SQLite."""

from __future__ import annotations

import random
import secrets
import sys
import tempfile
import threading
import time
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import select

from nlp import Coach, Draft
from nlp.quality.correction.labels import Preference
from nlp.training import labels as labelled
from server.app import create_app
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import Settings
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.migrations import schema
from server.training import labels, operations, queries, steps
from server.training.labels import Labels
from tests.bench.table import Row, row
from tests.factories import bearer, make_identity, make_organisation, make_user, new_token
from tests.texts import sentences

LABELS = 10_000
#: Of the drafts that are compared; more only make the run longer.
DRAFTS = 1_000
REQUESTS = 400
#: Of gunicorn_conf.py.
SWITCH_SECONDS = 0.0005
#: As somebody pauses while writing.
PAUSE_S = 0.05


def measure() -> list[Row]:
    found = _labels()
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(labels, "usable_labels", lambda _session: (found.ratings, found.preferences)),
    ):
        return _measure(Path(folder))


def _measure(folder: Path) -> list[Row]:
    settings = Settings(
        database_url=f"sqlite:///{folder / 'repute.db'}",
        secret_key=secrets.token_hex(32),
        data=folder,
        assess_per_minute=100_000,
    )
    # As the server's processes have it.
    sys.setswitchinterval(SWITCH_SECONDS)
    engine = make_engine(settings.sqlalchemy_url)
    schema.upgrade(engine)
    app = create_app(settings)
    Coach().assess(Draft("linkedin-post", "The first draft is read so that the next one is fast."))
    with unit_of_work(engine) as session:
        if queries.open_run(session) is None:
            make_organisation(session)
        admin, rep = make_user(session, role="admin"), make_user(session)
    token = new_token(engine, rep)
    idle = _requests(app, token, lambda _count: len(_count) < REQUESTS)
    with unit_of_work(engine) as session:
        run_id = operations.start(session, starter=make_identity(admin)).id
    phases: dict[str, list[float]] = {}
    worker = threading.Thread(target=_work, args=(engine,))
    started = time.perf_counter()
    worker.start()
    while worker.is_alive():
        times = _requests(app, token, lambda done: len(done) < 20 and worker.is_alive())
        with unit_of_work(engine, writes=False) as session:
            run = queries.get_run(session, run_id=run_id)
            phases.setdefault(run.phase, []).extend(times)
    worker.join()
    seconds = time.perf_counter() - started
    without = row("training", "a request, no training", "ms", [1000 * one for one in idle])
    found_rows = [
        row("training", f"a request while {phase}", "ms", [1000 * one for one in times], against=without)
        for phase, times in phases.items()
        if times
    ]
    case = f"{LABELS:,} comparisons of {DRAFTS:,} drafts"
    return [without, *found_rows, row("training", case, "s", [seconds])]


def _labels() -> Labels:
    rng = random.Random(0)
    drafts = [draft for draft in labelled.drafts("feed") if not draft.is_held_out][:DRAFTS]
    found = []
    while len(found) < LABELS:
        a, b = rng.sample(drafts, 2)
        if a.surface == b.surface and a.text != b.text:
            better = (a.mark("story") or 1) > (b.mark("story") or 1)
            found.append(Preference(a.surface, a.text, b.text, float(better), (a.text, b.text)))
    return Labels(preferences=tuple(found))


def _requests(app, token, goes_on) -> list[float]:
    times: list[float] = []
    client = app.test_client()
    while goes_on(times):
        text = sentences(5)
        started = time.perf_counter()
        response = client.post("/api/v1/assess", json={"surface": "linkedin-post", "text": text}, headers=bearer(token))
        if response.status_code == 200:
            times.append(time.perf_counter() - started)
        time.sleep(PAUSE_S)
    return times


def _work(engine) -> None:
    while True:
        with unit_of_work(engine, writes=False) as session:
            job_id = session.scalar(
                select(Job.id).where(Job.kind == steps.STEP_JOB, Job.state == "queued").order_by(Job.id).limit(1)
            )
        if job_id is None:
            return
        run_attempt(engine, HANDLERS, job_id=job_id)
