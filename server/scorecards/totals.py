"""Totals of groups of people: sums, targets, averages, and what is hidden."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from server.core.periods import Period
from server.core.rounding import round_half_up
from server.people.models import Metric, WeightSet
from server.people.roster import PersonPeriod
from server.people.standard_metrics import LEDGER_METRIC
from server.scorecards.attainment import Attainment, Reached, find_attainment
from server.scorecards.numbers import Numbers
from server.scorecards.plans import takes_part
from server.scorecards.suppression import COULD_TELL, NOBODY, NOBODY_SHARED, TOO_FEW, TOO_FEW_SHARED
from server.scorecards.views import Plan, Total

#: Whether a number of these people is hidden: metric, period, how many people it is about.
IsHidden = Callable[[str, Period, int], bool]


@dataclass(frozen=True)
class Group:
    """People, their ``days`` for each of ``plan.all``, and when each first shared something.

    ``sums``: by metric, for each of ``plan.all``. ``active``: who has any number in each of them, or None where only
    ``at_least`` is known: how many people have any number, and by True, any points."""

    plan: Plan
    days: Mapping[int, Sequence[PersonPeriod]]
    first_days: Mapping[int, date]
    sums: Mapping[str, Sequence[int]]
    active: Sequence[Collection[int] | None]
    at_least: Mapping[bool, Sequence[int]]

    @classmethod
    def of_people(
        cls, plan: Plan, numbers: Numbers, days: Mapping[int, Sequence[PersonPeriod]], first_days: Mapping[int, date]
    ) -> Group:
        active: list[set[int]] = [set() for _ in plan.all]
        values: dict[str, list[Sequence[int]]] = defaultdict(list)
        for user_id, metrics in numbers.items():
            for metric, found in metrics.items():
                values[metric].append(found)
            for who, of_period in zip(active, zip(*metrics.values(), strict=True), strict=False):
                if any(of_period):
                    who.add(user_id)
        sums = {metric: list(map(sum, zip(*found, strict=True))) for metric, found in values.items()}
        return cls(plan, days, first_days, sums, active, {})

    def active_now(self) -> int:
        return len(self.active[self.plan.now] or ())

    def headcount(self) -> int:
        return sum(days[self.plan.now].is_rep for days in self.days.values())

    def totals(self, metrics: Collection[Metric], is_hidden: IsHidden, *, team_only: bool) -> dict[str, Total]:
        return {metric.key: self._total(metric.key, is_hidden, team_only=team_only) for metric in metrics}

    def _total(self, metric: str, is_hidden: IsHidden, *, team_only: bool) -> Total:
        plan = self.plan
        now, length = plan.now, len(plan.chart)
        people = [self._concerned(metric, index) for index in range(len(plan.all))]
        # The days so far are hidden together with their period.
        decisive = [plan.now if index == length else index for index in range(len(people))]
        sums = self.sums.get(metric) or [0] * len(people)
        shown = [
            None if is_hidden(metric, plan.all[index], people[index]) else value
            for value, index in zip(sums, decisive, strict=True)
        ]
        targets = self._targets(metric)
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

    def _concerned(self, metric: str, index: int) -> int:
        """How many of those who were active in the period the metric is about, or a number that is surely not more."""
        active, is_credit = self.active[index], metric == LEDGER_METRIC
        if active is None:
            return self.at_least[is_credit][index]
        if not is_credit:
            return len(active)
        return sum(takes_part(self.first_days.get(user_id), self.plan.all[index]) for user_id in active)

    def _targets(self, metric: str) -> list[int | None]:
        """For each period, the sum of the targets of those who were reps in it; None if nobody has one."""
        sums = [0] * len(self.plan.all)
        for days, first_days in self._alike:
            for index, (one, period) in enumerate(zip(days, self.plan.all, strict=True)):
                target = one.targets.get(metric)
                if target and one.is_rep:
                    # A target of social credit is only for people who take part.
                    people = bisect_right(first_days, period.last) if metric == LEDGER_METRIC else len(first_days)
                    sums[index] += target * people
        return [total or None for total in sums]

    @cached_property
    def _alike(self) -> Sequence[tuple[Sequence[PersonPeriod], list[date]]]:
        """Days that many people share, with the first days of these people in order; ``date.max`` for those who never shared
        anything."""
        people: dict[int, tuple[Sequence[PersonPeriod], list[date]]] = {}
        for user_id, days in self.days.items():
            people.setdefault(id(days), (days, []))[1].append(self.first_days.get(user_id, date.max))
        return [(days, sorted(first_days)) for days, first_days in people.values()]


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
