from __future__ import annotations

import pytest

from nlp.fairness.pairs import all_texts
from server.core.database.session import unit_of_work
from server.jobs.models import Job
from server.people.queries import get_organisation
from server.training import labels, measuring, queries, steps
from server.tuning import champion
from server.tuning.champion import ensure_champion, load_scoring
from tests.factories import new_user
from tests.server.training.training_helpers import reader_labels

#: Of the texts that check fairness, so many are measured; all in one test.
FAIRNESS_TEXTS = 20


@pytest.fixture(autouse=True)
def quick(monkeypatch, warm_coach):
    """No rests, and few texts that check fairness."""
    monkeypatch.setattr(measuring, "REST", 0.0)
    monkeypatch.setattr(measuring, "all_texts", lambda: all_texts()[:FAIRNESS_TEXTS])


@pytest.fixture
def use_labels(monkeypatch):
    """Sets the labels of a test."""
    return lambda found: monkeypatch.setattr(labels, "usable_labels", lambda _session: (found.ratings, found.preferences))


@pytest.fixture
def admin(engine, use_labels):
    """An administrator, the packaged champion, 40 labels and no run under way."""
    use_labels(reader_labels())
    user = new_user(engine, role="admin", name="Priya Raman")
    with unit_of_work(engine) as session:
        ensure_champion(session)
        packaged = champion.store_version(session, load_scoring(), parent=None, note="", author=None)
        champion.move_alias(session, "champion", packaged.hash, by=None)
        get_organisation(session).two_person = True
        run = queries.open_run(session)
        if run is not None:
            steps.RUNS.finish(session, run, state="cancelled")
        for job in session.query(Job).where(Job.kind == steps.STEP_JOB, Job.state != "done"):
            session.delete(job)
    return user
