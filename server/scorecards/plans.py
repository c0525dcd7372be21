"""Which periods a page of numbers is made of, and how a person's numbers in them are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from server.core.periods import Period
from server.people.models import Metric, WeightSet
from server.people.roster import PersonPeriod
from server.people.standard_metrics import LEDGER_METRIC
from server.scorecards.attainment import Attainment, Reached, find_attainment
from server.scorecards.views import Plan, Series

#: How many periods the charts of a team and of a person show.
TEAM_CHART = {"week": 12, "month": 12, "quarter": 8}
PERSON_CHART = {"week": 26, "month": 12, "quarter": 8}
#: Custom days are followed back for about two years, in at most twelve periods and at least two.
MAX_DAYS = 731
MAX_CUSTOM = 12


def make_plan(period: Period, *, today: date, counts: Mapping[str, int], compares_running: bool = True) -> Plan:
    """``counts``: how many periods of a kind the chart shows. ``compares_running``: whether a running period is compared with
    as many days of the one before it."""
    count = counts.get(period.kind) or _custom_count(period)
    is_running = today < period.last
    return Plan(
        period=period,
        chart=period.ending_here(count),
        counted=period.until(max(today, period.first)),
        before=None if is_running and not compares_running else period.before(max(today, period.first)),
    )


def _custom_count(period: Period) -> int:
    """A number that the chart's axis can be divided by."""
    fitting = min(MAX_CUSTOM, MAX_DAYS // period.days)
    return fitting // 4 * 4 or 2


def takes_part(first_day: date | None, period: Period) -> bool:
    """Whether somebody who first shared something on ``first_day``, or never, takes part in social credit by the end of the
    period: from then on, no points are a zero."""
    return first_day is not None and first_day <= period.last


def target_in(metric: str, days: PersonPeriod, period: Period, first_day: date | None) -> int | None:
    """A target of social credit is only for people who take part, because sharing is voluntary (TRUST.md R14)."""
    if metric == LEDGER_METRIC and not takes_part(first_day, period):
        return None
    return days.targets.get(metric)


def person_series(
    metric: str, plan: Plan, values: Sequence[int], days: Sequence[PersonPeriod], first_day: date | None
) -> Series:
    """``values``, ``days``: for each of ``plan.all``."""
    targets = [target_in(metric, one, period, first_day) for one, period in zip(days, plan.all, strict=True)]
    length = len(plan.chart)
    return Series(
        value=values[plan.now],
        target=targets[plan.now],
        series=tuple(values[:length]),
        targets=tuple(targets[:length]),
        due=targets[length],
        before=values[length + 1] if plan.before else None,
        takes_part=metric != LEDGER_METRIC or takes_part(first_day, plan.period),
    )


def person_attainment(weights: WeightSet | None, metrics: Sequence[Metric], series: Mapping[str, Series]) -> Attainment | None:
    return find_attainment(
        weights, metrics, {key: Reached(one.value, one.due, takes_part=one.takes_part) for key, one in series.items()}
    )
