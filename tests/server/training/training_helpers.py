"""Labels of a simulated reader, and running the jobs of a run."""

from __future__ import annotations

import functools
import random

from sqlalchemy import select

from nlp.quality.correction.labels import Preference, Rating
from server.core.database.session import unit_of_work
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.training import operations, steps
from server.training.labels import Labels
from server.training.models import TrainingRun
from server.tuning.reference_drafts import reference_drafts
from tests.factories import make_identity
from tests.nlp.quality.correction.labelled import preferences


@functools.cache
def reader_labels(count=40, seed=1):
    """Of a reader who prefers the draft with the fewer words: a taste of her own."""
    rng = random.Random(seed)
    found = []
    while len(found) < count:
        a, b = rng.sample(reference_drafts(), 2)
        if a.surface == b.surface and len(a.text) != len(b.text):
            answer = float(len(a.text) < len(b.text))
            found.append(Preference(a.surface, a.text, b.text, answer, (a.id, b.id)))
    return Labels(preferences=tuple(found))


@functools.cache
def opposite_labels():
    """Of a reader who always prefers the draft with the lower score."""
    return Labels(preferences=tuple(preferences(lambda measured: -measured.score(), 40)))


@functools.cache
def strict_ratings():
    """Of a reader who finds hardly anything good."""
    return Labels(ratings=tuple(Rating(one.surface, one.text, {}, 3.0, group=one.id) for one in reference_drafts()))


def start(engine, admin):
    with unit_of_work(engine) as session:
        return operations.start(session, starter=make_identity(admin)).id


def run_next(engine):
    """Runs the next job of a run; False if there is none."""
    with unit_of_work(engine, writes=False) as session:
        queued = select(Job.id).where(Job.kind == steps.STEP_JOB, Job.state == "queued")
        job_id = session.scalar(queued.order_by(Job.id).limit(1))
    if job_id is None:
        return False
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"
    return True


def run_all(engine):
    while run_next(engine):
        pass


def get_run(engine, run_id):
    with unit_of_work(engine, writes=False) as session:
        return session.get_one(TrainingRun, run_id)
