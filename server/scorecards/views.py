"""The data that the scorecard pages show.

Numbers are integers. Weeks are identified by their Monday (``core/weeks.py``). Series start with the oldest week or period and
end with that of the page. Items have a day but never a time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from server.core.periods import Period
from server.outcomes.view import LedgerSeries
from server.people.models import Metric
from server.people.standard_metrics import LEDGER_METRIC
from server.scorecards.attainment import Attainment


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of one person: ``value`` and ``target`` of the period, ``series`` with a number per period and ``targets``
    with that period's target, which follows the person's team, role, leave and workdays. A target is None if none is set or the
    person was away all the time. ``due``: the target of the days until today, while the period is running; otherwise
    ``target``. ``before``: the number of the days compared with. ``takes_part``: False for social credit of people who never
    shared anything; they have no target for it either."""

    value: int
    target: int | None
    series: tuple[int, ...]
    targets: tuple[int | None, ...]
    due: int | None = None
    before: int | None = None
    takes_part: bool = True


@dataclass(frozen=True, slots=True)
class RepWeeks:
    """``metrics``: for each active metric, by key. ``workdays``: for each week, how many of Monday to
    Friday the person was there, from 0 (away: leave, public holidays, or not in the teams shown) to 5."""

    week: date
    weeks: tuple[date, ...]
    metrics: dict[str, Series]
    workdays: tuple[int, ...]

    @property
    def credit(self) -> Series:
        return self.metrics[LEDGER_METRIC]


@dataclass(frozen=True, slots=True)
class NumberBehind:
    """A number that a talking point is based on, in words, and where its records are: those of the metric with the key
    ``metric`` in ``week_count`` weeks up to ``week``."""

    text: str
    metric: str
    week: date
    week_count: int


@dataclass(frozen=True, slots=True)
class TalkingPoint:
    """A suggestion for a one-to-one: what the numbers show, the numbers themselves, and an open question.

    ``reason``: a key of ``points.reasons.REASONS``, which says why it is suggested. ``subject``: the metrics or the item that
    it is about; together with the reason it identifies the point. ``value``: its main number, a count. ``behind``: at least one
    number, unless the point is about the first days or an absence. ``item``: the shared item that it opens."""

    reason: str
    subject: str
    title: str
    evidence: str
    question: str
    value: int
    behind: tuple[NumberBehind, ...] = ()
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """One metric of a team. ``targets``: for each period, the sum of the targets of those who were in the team then.
    ``average``: per active person in the period, of social credit per active person who takes part, to one decimal; None with
    the ``reason`` in words if there are none or too few. ``people``: how many these are. ``due`` and ``before`` as in
    ``Series``. Numbers are None where they are hidden, because they are of too few people."""

    value: int | None
    target: int | None
    series: tuple[int | None, ...]
    targets: tuple[int | None, ...]
    average: float | None
    reason: str | None
    due: int | None
    before: int | None
    people: int


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A rep who was in the team in the period and still has access; what they did in other teams is not included. ``metrics``:
    for each active one. ``workdays``: for each period. ``joined_on``, ``left_on``: first and last day in the team, if in the
    period; None otherwise."""

    user_id: int
    name: str
    team_name: str
    metrics: dict[str, Series]
    workdays: tuple[int, ...]
    joined_on: date | None
    left_on: date | None
    attainment: Attainment | None


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team below the one of the page, with the teams below it; without ``team_id``, the people who are in the team of the
    page itself. ``headcount``: how many reps were in it. ``active``: how many people had any number. ``totals``: those of fewer
    than five people are hidden in every mode, because a comparison of so few is one of persons."""

    team_id: int | None
    name: str
    managers: tuple[str, ...]
    headcount: int
    active: int | None
    totals: dict[str, Total]
    attainment: Attainment | None


@dataclass(frozen=True, slots=True)
class OtherPeople:
    """What the rows lack to add up to the totals: people who left since or were not reps. ``count``: how many of them have any
    number in the period. ``numbers``: by metric, in the period."""

    count: int
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team that the viewer may open; ``depth`` is 0 for the topmost teams that they may see."""

    id: int
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The periods of one page. ``chart`` ends with ``period``. ``counted``: the days of it until today. ``before``: the days to
    compare with; None if there is no comparison."""

    period: Period
    chart: tuple[Period, ...]
    counted: Period
    before: Period | None

    @property
    def is_running(self) -> bool:
        return self.counted != self.period

    @property
    def all(self) -> tuple[Period, ...]:
        """The periods of the chart, then ``counted``, then ``before`` if there is one."""
        return (*self.chart, self.counted, *([self.before] if self.before else []))

    @property
    def summed(self) -> tuple[Period, ...]:
        """The periods whose numbers are read, in the order of ``all``. Of the days so far only the targets are needed, and the
        numbers of a whole period are stored."""
        return (*self.chart, self.period, *([self.before] if self.before else []))

    @property
    def now(self) -> int:
        """The position of ``period`` in ``all``."""
        return len(self.chart) - 1


@dataclass(frozen=True, slots=True)
class TeamScorecard:
    """``rows``: ordered by name; empty in team-only mode, and where only the teams below are listed. ``lines``: of the teams
    below, ordered by name; empty if there are none. ``others``: the rest of the totals, if anything; None without ``rows``.
    ``totals``: everything that happened in the team and the teams below it, including what people did who have left since.
    ``headcount``: how many reps were in the team in the period, of whom ``away`` all the time. ``metrics``: those that the
    organisation shows here, in order. ``has_weights``: whether the organisation has weights for the period. ``outcomes``: what
    came of shared items in the periods of the chart, under the same rules as ``totals``."""

    team_id: int
    team_name: str
    metrics: tuple[Metric, ...]
    plan: Plan
    team_only: bool
    headcount: int
    away: int
    rows: tuple[TeamRow, ...]
    lines: tuple[TeamLine, ...]
    others: OtherPeople | None
    totals: dict[str, Total]
    outcomes: tuple[LedgerSeries, ...]
    has_weights: bool
    attainment: Attainment | None


@dataclass(frozen=True, slots=True)
class Item:
    """A shared item as a manager sees it, without its score. ``band`` is None unless it was used for credit. ``points``: what
    the item earned; ``sentence``: how they were calculated."""

    id: int
    kind: str
    band: str | None
    day: date
    week: date
    points: int | None
    sentence: str | None
    url: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class TeamChange:
    """The person joined the team on ``day``, or that was their last day in it, as ``has_joined`` says."""

    team_name: str
    day: date
    has_joined: bool


@dataclass(frozen=True, slots=True)
class RepPage:
    """``shown``: the metrics of the team's scorecard, and others with any number or target in the periods, in order.
    ``workdays``: for each period of the chart, how many of Monday to Friday the person was there. ``changes``: when the person
    joined and left teams that the viewer may see, within the periods of the chart, oldest first. ``items`` of the period,
    newest first, at most ``MAX_ITEMS`` of ``item_count``. ``talking_points``: empty if there are too few weeks to compare or
    nothing stands out. ``outcomes``: what came of shared items in the periods of the chart, one series per ledger."""

    user_id: int
    name: str
    team_name: str
    plan: Plan
    shown: tuple[Metric, ...]
    metrics: dict[str, Series]
    workdays: tuple[int, ...]
    changes: tuple[TeamChange, ...]
    items: tuple[Item, ...]
    item_count: int
    talking_points: tuple[TalkingPoint, ...]
    outcomes: tuple[LedgerSeries, ...]
    has_weights: bool
    attainment: Attainment | None


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record behind a number. ``number``: what it adds, in the metric's unit. ``person``: the owner's name. ``text``: the
    subject line if it is kept, or how points were calculated. ``source``: the system that sent it, None for a shared item."""

    person: str
    user_id: int
    day: date
    number: int
    text: str | None
    url: str | None
    source: str | None
    booked_for: date | None
    recorded_on: date


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """The records behind ``total``. ``whose``: a person's or a team's name. ``person_id``, ``team_id``: whom the number is
    about, at most one; neither on the viewer's own page. ``count``: of all pages."""

    whose: str
    person_id: int | None
    team_id: int | None
    metric: Metric
    period: Period
    total: int
    count: int
    lines: tuple[RecordLine, ...]
    page: int
    has_older: bool
