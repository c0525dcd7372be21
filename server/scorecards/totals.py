"""Totals of groups of people: sums, targets, averages, and what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.core.periods import Period
from server.core.rounding import round_half_up
from server.people.models import Metric, WeightSet
from server.people.roster import PersonPeriod
from server.people.standard_metrics import LEDGER_METRIC
from server.scorecards.attainment import Attainment, Reached, find_attainment
from server.scorecards.plans import takes_part, target_in
from server.scorecards.queries import Numbers
from server.scorecards.suppression import COULD_TELL, NOBODY, NOBODY_SHARED, TOO_FEW, TOO_FEW_SHARED
from server.scorecards.views import Plan, Total

#: Whether a number of these people is hidden: metric, period, how many people it is about.
IsHidden = Callable[[str, Period, int], bool]


@dataclass(frozen=True, slots=True)
class Group:
    """People, their ``numbers`` and ``days`` for each of ``plan.all``, and when each first shared something."""

    plan: Plan
    numbers: Numbers
    days: Mapping[int, Sequence[PersonPeriod]]
    first_days: Mapping[int, date]

    def active(self, index: int) -> set[int]:
        """Who has any number in the period at this position."""
        return {user_id for user_id, metrics in self.numbers.items() if any(values[index] for values in metrics.values())}

    def headcount(self) -> int:
        return sum(days[self.plan.now].is_rep for days in self.days.values())

    def totals(self, metrics: Collection[Metric], is_hidden: IsHidden, *, team_only: bool) -> dict[str, Total]:
        active = [self.active(index) for index in range(len(self.plan.all))]
        return {metric.key: self._total(metric.key, active, is_hidden, team_only=team_only) for metric in metrics}

    def _total(self, metric: str, active: Sequence[set[int]], is_hidden: IsHidden, *, team_only: bool) -> Total:
        plan = self.plan
        now, length = plan.now, len(plan.chart)
        people = [self._concerned(metric, who, period) for who, period in zip(active, plan.all, strict=True)]
        # The days so far are hidden together with their period.
        decisive = [plan.now if index == length else index for index in range(len(people))]
        sums = [
            sum(metrics[metric][index] for metrics in self.numbers.values() if metric in metrics)
            for index in range(len(people))
        ]
        shown = [
            None if is_hidden(metric, plan.all[index], people[index]) else value
            for value, index in zip(sums, decisive, strict=True)
        ]
        targets = [self._target(metric, index) for index in range(len(people))]
        if metric == LEDGER_METRIC:
            # Such a target tells how many take part.
            targets = [None if value is None else target for value, target in zip(shown, targets, strict=True)]
        value, count = shown[now], people[now]
        return Total(
            value=value,
            target=targets[now],
            series=tuple(shown[:length]),
            targets=tuple(targets[:length]),
            average=None if value is None or not count else round_half_up(value / count, places=1),
            reason=_reason(metric, value, count, team_only=team_only),
            due=None if targets[now] is None else targets[length],
            before=shown[length + 1] if plan.before else None,
            people=count,
        )

    def _concerned(self, metric: str, active: set[int], period: Period) -> int:
        """How many of those who were active in the period the metric is about."""
        if metric != LEDGER_METRIC:
            return len(active)
        return sum(takes_part(self.first_days.get(user_id), period) for user_id in active)

    def _target(self, metric: str, index: int) -> int | None:
        """The sum of the targets of those who were reps in the period; None if nobody has one."""
        period = self.plan.all[index]
        targets = [
            target_in(metric, days[index], period, self.first_days.get(user_id))
            for user_id, days in self.days.items()
            if days[index].is_rep
        ]
        return sum(filter(None, targets)) or None


def _reason(metric: str, value: int | None, count: int, *, team_only: bool) -> str | None:
    if value is None and team_only:
        return COULD_TELL
    if value is None:
        return TOO_FEW_SHARED if metric == LEDGER_METRIC else TOO_FEW
    if not count:
        return NOBODY_SHARED if metric == LEDGER_METRIC else NOBODY
    return None


def team_attainment(weights: WeightSet | None, metrics: Sequence[Metric], totals: Mapping[str, Total]) -> Attainment | None:
    return find_attainment(weights, metrics, {key: Reached(one.value, one.due) for key, one in totals.items()})
