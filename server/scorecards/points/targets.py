"""Talking points about targets. Each week is compared with its own target; weeks away, or mostly away, do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.core.rounding import round_half_up
from server.people.models import Metric
from server.scorecards.points.windows import BEFORE, RECENT, behind
from server.scorecards.views import RepWeeks, TalkingPoint

MISSED, REACHED = "target-missed", "target-reached"
#: With fewer weeks that count, nothing is said about a habit.
MIN_WEEKS = 6
#: A target of one or two days is too small to be missed or reached by anything but chance.
MIN_DAYS_OF_WEEK = 3
#: On average this close to the target, weeks just below it are not called missed.
NEARLY_PERCENT = 95


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """How often a target was reached in the last weeks. ``percent``: of the sum of the targets. ``average`` of a week, and the
    ``target``, if it was the same every week."""

    metric: Metric
    reached: int
    weeks: int
    percent: int
    average: float
    target: int | None

    @property
    def is_missed(self) -> bool:
        return self.weeks >= MIN_WEEKS and self.reached * 4 <= self.weeks and self.percent < NEARLY_PERCENT

    @property
    def is_reached(self) -> bool:
        return self.weeks >= MIN_WEEKS and self.reached * 4 >= self.weeks * 3

    @property
    def average_text(self) -> str:
        if self.target is None:
            return f"on average {self.percent}% of the week's target"
        places = 0 if self.target >= 10 else 1
        return f"on average {round_half_up(self.average, places=places):g} of {self.target}"


def target_record(metric: Metric, weeks: RepWeeks) -> Record | None:
    """None if no week counts."""
    series, last = weeks.metrics[metric.key], slice(-RECENT - BEFORE, None)
    compared = [
        (value, target)
        for value, target, days in zip(series.series[last], series.targets[last], weeks.workdays[last], strict=True)
        if target and days >= MIN_DAYS_OF_WEEK
    ]
    if not compared:
        return None
    done, wanted = (sum(numbers) for numbers in zip(*compared, strict=True))
    targets = {target for _, target in compared}
    return Record(
        metric=metric,
        reached=sum(value >= target for value, target in compared),
        weeks=len(compared),
        percent=int(round_half_up(100 * done / wanted)),
        average=done / len(compared),
        target=targets.pop() if len(targets) == 1 else None,
    )


def target_sentence(metric: Metric, weeks: RepWeeks) -> str:
    """For a point about something else of the metric; empty unless the target was mostly reached or mostly missed."""
    record = target_record(metric, weeks)
    if record is None or not (record.is_missed or record.is_reached):
        return ""
    which = "The week's target" if record.target is None else f"The target of {record.target}"
    return f"{which} was reached in {record.reached} of {record.weeks} weeks."


def find_missed(metrics: Sequence[Metric], weeks: RepWeeks) -> TalkingPoint | None:
    """One point for all targets that were mostly missed, so that its question is asked once."""
    records = [record for record in _records(metrics, weeks) if record.is_missed]
    return _point(
        MISSED,
        "missed",
        {record: record.weeks - record.reached for record in records},
        weeks,
        question="What would it take to reach it, or is the target not right for your territory?",
        question_about_several="Which of these matters most for your territory, and what would it take?",
    )


def find_reached(metrics: Sequence[Metric], weeks: RepWeeks) -> TalkingPoint | None:
    """One point for all targets that were mostly reached."""
    records = [record for record in _records(metrics, weeks) if record.is_reached]
    question = "What makes this work, and could others use it too?"
    counts = {record: record.reached for record in records}
    return _point(REACHED, "reached", counts, weeks, question=question, question_about_several=question)


def _records(metrics: Sequence[Metric], weeks: RepWeeks) -> list[Record]:
    return [record for metric in metrics if (record := target_record(metric, weeks)) is not None]


def _point(
    reason: str, verb: str, counts: dict[Record, int], weeks: RepWeeks, *, question: str, question_about_several: str
) -> TalkingPoint | None:
    """``counts``: in how many weeks the target was missed or reached, as ``verb`` says."""
    if not counts:
        return None
    first, *others = counts
    is_one = not others
    return TalkingPoint(
        reason=reason,
        subject="+".join(record.metric.key for record in counts),
        title=f"{first.metric.title}: target {verb} in {counts[first]} of {first.weeks} weeks"
        if is_one
        else f"Targets {verb} in most weeks",
        evidence=f"{first.average_text[:1].upper()}{first.average_text[1:]}{_not_counted(first)}."
        if is_one
        else "; ".join(
            f"{record.metric.title}: {verb} in {count} of {record.weeks} weeks, {record.average_text}"
            for record, count in counts.items()
        )
        + ".",
        question=question if is_one else question_about_several,
        value=counts[first],
        behind=tuple(
            behind(f"{record.metric.title} of {RECENT + BEFORE} weeks", record.metric.key, weeks, RECENT + BEFORE)
            for record in counts
        ),
    )


def _not_counted(record: Record) -> str:
    return "" if record.weeks == RECENT + BEFORE else "; weeks away are left out"
