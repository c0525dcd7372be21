"""A trial with its result and a computed association, in the demonstration.

Neither has an effect in it: half of the reps, drawn by lot, share more for eight weeks, and nobody meets more buyers for it.
What takes seconds, or packages that are optional, was computed beforehand (``evidence.json``, written by
``python -m tests.server.demo.test_evidence``). It is used only for the very data that it was computed from, which a hash
tells."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.weeks import WEEK
from server.demo.company import SEED
from server.evidence.models import EvidenceRun
from server.evidence.panel import Facts, make_plan, read_lines, target_column
from server.people.standard_metrics import CALL, MEETING
from server.trials.analysis import analyse
from server.trials.candidates import Candidates, find_candidates, find_outcome
from server.trials.drafts import store_plan
from server.trials.models import Trial, TrialAnalysis, TrialDraft
from server.trials.operations import plan_of, store_draw
from server.trials.plan import Choices
from server.trials.steps import read_for_analysis

FILE = Path(__file__).parent / "evidence.json"
#: Weeks before the trial, and of the comparison.
BEFORE, COMPARED = 16, 8
#: Items a week that a rep shares more from their start on; the texts would not last for many more.
MORE_ITEMS = 0.5
LAG, CLUSTER, CONTROLS = 2, "rep", (CALL,)
TOKEN = hashlib.sha256(f"{SEED}-run".encode()).hexdigest()[:32]
LOTTERY_SEED = hashlib.sha256(f"{SEED}-lottery".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DrawnTrial:
    """``waves``: by person."""

    trial: Trial
    starts: Sequence[date]
    waves: Mapping[int, int]

    def more_items(self, user_id: int, monday: date) -> float:
        wave = self.waves.get(user_id)
        return MORE_ITEMS if wave is not None and self.starts[wave - 1] <= monday else 0.0


def choices_for(weeks: Sequence[date]) -> Choices:
    """``weeks``: of the demonstration, this week as the last."""
    return Choices(
        name="Social hour",
        outcome=MEETING,
        before=BEFORE,
        between=COMPARED,
        starts_on=weeks[-1] - WEEK * COMPARED,
        minutes=60,
        offer="Kept free in the calendar, for posts, replies and the profile.",
    )


def find_units(session: Session, choices: Choices) -> Candidates:
    metric = find_outcome(session, choices.outcome)
    assert metric is not None  # noqa: S101 (a standard metric)
    return find_candidates(session, choices, metric, today=choices.starts_on - timedelta(days=3))


def create_trial(session: Session, *, weeks: Sequence[date], proposer: int, locker: int) -> DrawnTrial | None:
    """Before anybody has shared. None if what it could detect was computed from other data."""
    choices = choices_for(weeks)
    candidates = find_units(session, choices)
    stored = _read()["trial"]
    if stored["data"] != fingerprint_of_units(candidates):
        return None
    moment = datetime.combine(choices.starts_on - timedelta(days=3), time(10), UTC)
    draft = TrialDraft(
        token=TOKEN, choices=choices.model_dump(mode="json"), power=stored["power"], power_state="done", edited_by=proposer,
        edited_at=moment, proposed_by=proposer, proposed_at=moment,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    trial = store_plan(session, draft, candidates, seed=LOTTERY_SEED, by=locker, at=moment + timedelta(hours=2))
    waves = store_draw(session, trial, by=locker, at=moment + timedelta(hours=3))
    return DrawnTrial(trial, choices.starts, waves)


def analyse_trial(session: Session, drawn: DrawnTrial) -> None:
    plan = plan_of(drawn.trial)
    weeks = read_for_analysis(session, plan, weeks=plan.weeks)
    report = analyse(plan, drawn.waves, LOTTERY_SEED, weeks, over=plan.weeks)
    session.add(
        TrialAnalysis(
            token=TOKEN, trial_id=drawn.trial.id, weeks=plan.weeks, state="done", slot=None, phase="computing", progress=100,
            report=report.model_dump(mode="json"), data_sha256=weeks.digest(), started_by=drawn.trial.locked_by,
            finished_at=now(),
        )
    )  # fmt: skip
    session.flush()


def create_run(session: Session, *, starter: int) -> None:
    """Nothing if the result was computed from other data."""
    plan, facts = make_plan(session), Facts()
    if plan is None:
        return
    panel = "".join(read_lines(session, plan, token=TOKEN, facts=facts))
    stored = _read()["run"]
    if stored["data"] != fingerprint_of_panel(panel):
        return
    digest = hashlib.sha256(panel.encode()).hexdigest()
    run = EvidenceRun(
        token=TOKEN, state="done", phase="computing", progress=100, outcome=MEETING, lag=LAG, cluster=CLUSTER,
        controls=list(CONTROLS), data_hash=digest, facts=facts.document(), result={**stored["result"], "data_hash": digest},
        started_by=starter, finished_at=now(),
    )  # fmt: skip
    session.add(run)
    session.flush()
    # Instead of the default, which is for a new run.
    run.slot = None
    session.flush()


def fingerprint_of_panel(panel: str) -> str:
    """Of what the run reads, without the dates of the weeks, which move on."""
    rows = list(csv.DictReader(io.StringIO(panel)))
    weeks = {week: number for number, week in enumerate(sorted({row["week"] for row in rows}))}
    columns = ("rep", "workdays", "items", MEETING, target_column(MEETING), *CONTROLS)
    return _hash([[weeks[row["week"]], *(row[column] for column in columns)] for row in rows])


def fingerprint_of_units(candidates: Candidates) -> str:
    """Of what the simulation reads."""
    weeks = candidates.weeks
    people = [unit.people for unit in candidates.units.values()]
    return _hash([people, weeks.outcomes.tolist(), weeks.at_work.tolist(), candidates.excluded])


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _read() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found
