"""What the scorecard, the rep's page and the rep's own pages show. Reads only, apart from the note that somebody looked.

Numbers are whole; weeks are named by their Monday (``weeks.py``). Series run from the oldest week to ``week``. Of a day's
time nothing is shown: items carry the day only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from server.activities.models import SALES_KINDS, SOCIAL_KINDS, Activity
from server.core.identity import Identity
from server.core.problems import not_found
from server.core.weeks import bucket, end_of, monday_of, start_of, this_monday, weeks_until
from server.credit import queries as credit
from server.credit.formula import reversal_sentence, sentence
from server.credit.models import LedgerEntry
from server.people.models import Team, User
from server.people.queries import subtree, the_organisation
from server.privacy.models import Look
from server.privacy.operations import audit, note_look
from server.scorecards.models import METRICS, Target
from server.scorecards.talk import talk_about
from server.scorecards.views import RepWeeks, Series, Talk, rounded

TEAM_WEEKS = 12
REP_WEEKS = 26
REP_METRICS = (*METRICS, "deal")
#: Own items on one page: about a month of one who shares thrice a week.
ITEMS_A_PAGE = 12
MAX_LOOKS = 100
TOO_FEW = "Fewer than 5 people were active"
#: No average, and in team-only mode no total, over fewer people (product.md C16).
FLOOR = 5


@dataclass(frozen=True, slots=True)
class Total:
    """One metric of a team. ``average`` is per person active in the week, one decimal. What too few people stand behind is
    None, and ``reason`` says so; ``value`` and single weeks are only ever None in team-only mode."""

    value: int | None
    target: int | None
    series: tuple[int | None, ...]
    average: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A person who is in the team now. ``metrics`` by the names in ``scorecards.models.METRICS``."""

    user_id: int
    name: str
    team_name: str
    metrics: dict[str, Series]


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team the viewer may open; ``depth`` 0 is the top of what they may see."""

    id: int
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class TeamScorecard:
    """``rows`` in the order of names, and empty in team-only mode. ``totals`` hold what was recorded in the team and the
    teams below it, by whomever: somebody who left keeps the team's past as it was. ``active`` people had any number in the
    week."""

    team_id: int
    team_name: str
    week: date
    weeks: tuple[date, ...]
    team_only: bool
    active: int
    rows: tuple[TeamRow, ...]
    totals: dict[str, Total]


@dataclass(frozen=True, slots=True)
class Item:
    """A shared item as a manager sees it: never its score. ``band`` only where it took part in the credit. ``points`` is
    what it earned (None while held or when it is a duplicate) and ``sentence`` how."""

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
class OwnItem:
    """An item as its author sees it, with score, state (``counted``, ``held``, ``duplicate``, ``withdrawn``) and reason."""

    id: int
    kind: str
    state: str
    score: int | None
    band: str | None
    day: date
    week: date
    points: int | None
    sentence: str | None
    url: str | None
    text: str | None
    reason: str | None
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class OwnItems:
    """One page of a person's items, newest first. ``older``: whether there is a page after it."""

    items: tuple[OwnItem, ...]
    older: bool


@dataclass(frozen=True, slots=True)
class RepPage:
    """``items`` of the week, newest day first; ``talk`` is empty where there are too few weeks to compare with."""

    user_id: int
    name: str
    team_name: str
    week: date
    weeks: tuple[date, ...]
    metrics: dict[str, Series]
    items: tuple[Item, ...]
    talk: tuple[Talk, ...]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """An entry of the ledger. ``reverses_id`` names the entry it takes back, ``reverses_day`` that entry's day."""

    id: int
    seq: int
    day: date
    kind: str
    points: int
    balance_after: int
    sentence: str
    reason_code: str
    reverses_id: int | None
    reverses_day: date | None
    activity_id: int | None
    policy: str


@dataclass(frozen=True, slots=True)
class Statement:
    """``entries`` newest first. ``week_points`` of at most ``week_cap`` in the week that runs."""

    balance: int
    week: date
    week_points: int
    week_cap: int
    entries: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody opened a page about the rep (``rep-page``), on that day."""

    viewer: str
    page: str
    day: date


def teams_in_view(session: Session, *, viewer: Identity) -> tuple[TeamChoice, ...]:
    """A manager's team and those below it, or every team for an admin, each under its parent, in the order of names."""
    visible = _teams_of(session, viewer)
    below: dict[int | None, list[Team]] = defaultdict(list)
    for team in session.scalars(select(Team).where(Team.id.in_(visible)).order_by(Team.name, Team.id)):
        below[team.parent_id if team.parent_id in visible else None].append(team)
    listed: list[TeamChoice] = []

    def walk(parent: int | None, depth: int) -> None:
        for team in below[parent]:
            listed.append(TeamChoice(team.id, team.name, depth))
            walk(team.id, depth + 1)

    walk(None, 0)
    return tuple(listed)


def team_scorecard(
    session: Session, *, manager: Identity, team_id: int | None, week: date, weeks: int = TEAM_WEEKS
) -> TeamScorecard:
    """The scorecard of a team and the teams below it; without ``team_id`` the topmost the viewer may see. 404 outside the
    viewer's part of the tree."""
    visible = teams_in_view(session, viewer=manager)
    chosen = next((team for team in visible if team_id in (None, team.id)), None)
    if chosen is None:
        raise not_found()
    inside = subtree(session, team_id=chosen.id)
    span = weeks_until(week, weeks)
    numbers = _numbers(session, span, teams=inside)
    people = session.scalars(
        select(User)
        .where(User.team_id.in_(inside), User.is_active.is_(True), User.role == "rep")
        .order_by(func.lower(User.name), User.id)
    ).all()
    targets = _targets(session, week)
    names = {team.id: team.name for team in visible}
    team_only = the_organisation(session).team_only
    rows = tuple(
        TeamRow(
            user.id,
            user.name,
            names.get(user.team_id or 0, ""),
            {metric: _series(numbers[user.id][metric], targets.get((user.team_id or 0, metric)), weeks) for metric in METRICS},
        )
        for user in people
    )
    active = _active(numbers, weeks)
    hidden = team_only and chosen.id in _too_small(session, visible, span)
    return TeamScorecard(
        team_id=chosen.id,
        team_name=chosen.name,
        week=week,
        weeks=span,
        team_only=team_only,
        active=active[-1],
        rows=() if team_only else rows,
        totals={metric: _total(metric, rows, numbers, active, team_only=team_only, hidden=hidden) for metric in METRICS},
    )


def rep_page(session: Session, *, viewer: Identity, user_id: int, week: date, weeks: int = REP_WEEKS) -> RepPage:
    """The page behind a row, and a line in the log that the person can read. 404 for somebody outside the viewer's part of
    the tree, and for everybody in team-only mode. A manager sees what was recorded in the teams that they may see."""
    user = session.scalar(select(User).where(User.id == user_id, User.is_active.is_(True)))
    own = viewer.user_id == user_id
    visible = _teams_of(session, viewer)
    if user is None or (not own and (user.team_id not in visible or the_organisation(session).team_only)):
        raise not_found()
    inside = None if own else visible
    found = _rep_weeks(session, user, week=week, weeks=weeks, teams=inside)
    items = _items(session, user_id=user_id, weeks=found.weeks, teams=inside)
    if not own:
        note_look(session, viewer_id=viewer.user_id, subject_id=user_id, page="rep-page")
        if viewer.role == "admin":
            audit(session, action="rep-page.opened", object_type="user", object_id=user_id)
    return RepPage(
        user_id=user.id,
        name=user.name,
        team_name=_team_name(session, user.team_id),
        week=week,
        weeks=found.weeks,
        metrics=found.metrics,
        items=tuple(item for item in items if item.week == week),
        talk=talk_about(_complete(found), bands=[(item.week, item.band) for item in items]),
    )


def _complete(found: RepWeeks) -> RepWeeks:
    """Without the week that still runs: two days of it beside whole weeks would look like a fall."""
    kept = sum(week < this_monday() for week in found.weeks)
    metrics = {name: replace(one, series=one.series[:kept]) for name, one in found.metrics.items()}
    return replace(found, weeks=found.weeks[:kept], metrics=metrics)


def own_weeks(session: Session, *, user_id: int, week: date, weeks: int = TEAM_WEEKS) -> RepWeeks:
    """A person's own numbers beside their targets."""
    return _rep_weeks(session, session.get_one(User, user_id), week=week, weeks=weeks, teams=None)


def statement(session: Session, *, user_id: int) -> Statement:
    """Every entry of the account."""
    week = this_monday()
    names = credit.policy_names(session)
    entries = credit.entries_of(session, user_id=user_id)
    days = {entry.id: entry.occurred_at.date() for entry in entries}
    return Statement(
        balance=credit.balance(session, user_id=user_id),
        week=week,
        week_points=credit.week_total(session, user_id=user_id, week=week),
        week_cap=credit.policy_in_force(session).week_cap,
        entries=tuple(
            StatementLine(
                id=entry.id,
                seq=entry.seq,
                day=entry.occurred_at.date(),
                kind=entry.kind,
                points=entry.amount,
                balance_after=entry.balance_after,
                sentence=(sentence if entry.reverses_id is None else reversal_sentence)(entry.arithmetic),
                reason_code=entry.reason_code,
                reverses_id=entry.reverses_id,
                reverses_day=days[entry.reverses_id] if entry.reverses_id else None,
                activity_id=entry.activity_id,
                policy=names[entry.policy_hash],
            )
            for entry in entries
        ),
    )


def my_items(session: Session, *, user_id: int, page: int = 1) -> OwnItems:
    """``page`` counts from 1, the newest; one past the last is empty."""
    found = session.scalars(
        _own_items(user_id)
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
        .offset((page - 1) * ITEMS_A_PAGE)
        .limit(ITEMS_A_PAGE + 1)
    ).all()
    return OwnItems(_as_author(session, found[:ITEMS_A_PAGE]), len(found) > ITEMS_A_PAGE)


def my_item(session: Session, *, user_id: int, item_id: int) -> OwnItem:
    """404 for one that is not the person's own."""
    found = session.scalars(_own_items(user_id).where(Activity.id == item_id)).all()
    if not found:
        raise not_found()
    return _as_author(session, found)[0]


def _own_items(user_id: int) -> Select[Activity]:
    return select(Activity).where(Activity.user_id == user_id, Activity.kind.in_(SOCIAL_KINDS))


def _as_author(session: Session, items: Sequence[Activity]) -> tuple[OwnItem, ...]:
    entries = _standing(session, [item.id for item in items])
    return tuple(
        OwnItem(
            id=item.id,
            kind=item.kind,
            state=item.state,
            score=item.score,
            band=item.band,
            day=item.occurred_at.date(),
            week=monday_of(item.occurred_at),
            points=entry.amount if (entry := entries.get(item.id)) else None,
            sentence=sentence(entry.arithmetic) if entry else None,
            url=item.url,
            text=item.text,
            reason=item.reason,
            entry_id=entry.id if entry else None,
        )
        for item in items
    )


def who_looked(session: Session, *, user_id: int) -> tuple[Looked, ...]:
    """Newest day first."""
    rows = session.execute(
        select(User.name, Look.page, Look.day)
        .join(User, User.id == Look.viewer_id)
        .where(Look.subject_id == user_id)
        .order_by(Look.day.desc(), Look.id.desc())
        .limit(MAX_LOOKS)
    )
    return tuple(Looked(viewer, page, day) for viewer, page, day in rows)


#: Person to metric to one number a week.
Numbers = Mapping[int, Mapping[str, Sequence[int]]]


def _teams_of(session: Session, viewer: Identity) -> frozenset[int]:
    """What the viewer may see of the tree, from the tree as it is now."""
    if viewer.role == "admin":
        return frozenset(session.scalars(select(Team.id)))
    if viewer.role == "manager" and viewer.team_id is not None:
        return subtree(session, team_id=viewer.team_id)
    return frozenset()


def _numbers(
    session: Session, weeks: tuple[date, ...], *, user_id: int | None = None, teams: Collection[int] | None = None
) -> Numbers:
    """Sums by person, metric and week; of one person, or of what was recorded in ``teams``."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * len(weeks)))
    place = bucket(Activity.occurred_at, weeks)
    counted = (
        select(Activity.user_id, Activity.kind, place, func.sum(Activity.count))
        .where(Activity.kind.in_(SALES_KINDS), Activity.state == "counted", *_within(Activity, weeks, user_id, teams))
        .group_by(Activity.user_id, Activity.kind, place)
    )
    for person, kind, at, total in session.execute(counted):
        found[person][kind][at] = int(total)
    place = bucket(LedgerEntry.occurred_at, weeks)
    earned = (
        select(LedgerEntry.account_id, place, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.ledger == "effort", *_within(LedgerEntry, weeks, user_id, teams))
        .group_by(LedgerEntry.account_id, place)
    )
    for person, at, total in session.execute(earned):
        found[person]["credit"][at] = int(total)
    return found


def _within(
    table: type[Activity | LedgerEntry],
    weeks: tuple[date, ...],
    user_id: int | None,
    teams: Collection[int] | None,
) -> list[ColumnElement[bool]]:
    conditions = [table.occurred_at >= start_of(weeks[0]), table.occurred_at < end_of(weeks[-1])]
    if user_id is not None:
        person = LedgerEntry.account_id if table is LedgerEntry else Activity.user_id
        conditions.append(person == user_id)
    if teams is not None:
        conditions.append(table.team_id.in_(teams))
    return conditions


def _series(numbers: Sequence[int], target: int | None, weeks: int) -> Series:
    series = tuple(numbers) or (0,) * weeks
    return Series(series[-1], target, series)


def _active(numbers: Numbers, weeks: int) -> tuple[int, ...]:
    """How many people had any number, by week."""
    return tuple(sum(any(series[at] for series in metrics.values()) for metrics in numbers.values()) for at in range(weeks))


def _total(
    metric: str, rows: Sequence[TeamRow], numbers: Numbers, active: tuple[int, ...], *, team_only: bool, hidden: bool
) -> Total:
    sums = [sum(metrics[metric][at] for metrics in numbers.values() if metric in metrics) for at in range(len(active))]
    targets = [row.metrics[metric].target for row in rows]
    target = sum(one for one in targets if one is not None) or None
    average = rounded(sums[-1] / active[-1], places=1) if active[-1] >= FLOOR and not hidden else None
    if not team_only:
        return Total(sums[-1], target, tuple(sums), average, None if average is not None else TOO_FEW)
    shown = tuple(value if people >= FLOOR and not hidden else None for value, people in zip(sums, active, strict=True))
    return Total(shown[-1], target, shown, average, None if average is not None else TOO_FEW)


def _too_small(session: Session, visible: Sequence[TeamChoice], weeks: tuple[date, ...]) -> frozenset[int]:
    """Teams whose totals would tell about fewer than ``FLOOR`` people, by themselves or when taken from the team above.

    People who recorded anything in the weeks shown count. Where what is left of a team beside its shown sub-teams is too
    small, its smallest shown sub-team is hidden too."""
    ids = [team.id for team in visible]
    parents = {team.id: team.parent_id for team in session.scalars(select(Team).where(Team.id.in_(ids)))}
    inside = {team_id: subtree(session, team_id=team_id) for team_id in ids}
    people: dict[int, set[int]] = {}
    for team_id in ids:
        people[team_id] = set(_numbers(session, weeks, teams=inside[team_id]))
    hidden = {team_id for team_id in ids if len(people[team_id]) < FLOOR}
    for team_id in ids:
        shown = [one for one, parent in parents.items() if parent == team_id and one not in hidden]
        shown.sort(key=lambda one: (len(people[one]), one))
        while shown and 0 < len(people[team_id] - set().union(*(people[one] for one in shown))) < FLOOR:
            hidden.add(shown.pop(0))
    return frozenset(hidden)


def _targets(session: Session, week: date) -> dict[tuple[int, str], int]:
    """Per team and metric what holds in the week: the team's own, or that of the nearest team above."""
    own: dict[tuple[int, str], int] = {}
    for row in session.scalars(select(Target).where(Target.valid_from <= week).order_by(Target.valid_from)):
        own[row.team_id, row.metric] = row.per_week
    parents = {team.id: team.parent_id for team in session.scalars(select(Team))}
    found: dict[tuple[int, str], int] = {}
    for team_id in parents:
        for metric in METRICS:
            at: int | None = team_id
            while at is not None and (at, metric) not in own:
                at = parents.get(at)
            if at is not None:
                found[team_id, metric] = own[at, metric]
    return found


def _rep_weeks(session: Session, user: User, *, week: date, weeks: int, teams: Collection[int] | None) -> RepWeeks:
    span = weeks_until(week, weeks)
    numbers = _numbers(session, span, user_id=user.id, teams=teams)[user.id]
    targets = _targets(session, week)
    return RepWeeks(
        week,
        span,
        {metric: _series(numbers[metric], targets.get((user.team_id or 0, metric)), weeks) for metric in REP_METRICS},
    )


def _items(session: Session, *, user_id: int, weeks: tuple[date, ...], teams: Collection[int] | None) -> list[Item]:
    """Counted items of the weeks as a manager sees them, newest day first."""
    counted = (
        select(Activity)
        .where(Activity.kind.in_(SOCIAL_KINDS), Activity.state == "counted", *_within(Activity, weeks, user_id, teams))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    )
    items = session.scalars(counted).all()
    entries = _standing(session, [item.id for item in items])
    return [
        Item(
            id=item.id,
            kind=item.kind,
            band=entry.arithmetic["band"] if (entry := entries.get(item.id)) else None,
            day=item.occurred_at.date(),
            week=monday_of(item.occurred_at),
            points=entry.amount if entry else None,
            sentence=sentence(entry.arithmetic) if entry else None,
            url=item.url,
            text=item.text,
        )
        for item in items
    ]


def _standing(session: Session, activity_ids: Sequence[int]) -> dict[int, LedgerEntry]:
    """The entry that stands for each item; an item taken back has none."""
    found: dict[int, LedgerEntry] = {}
    rows = session.scalars(select(LedgerEntry).where(LedgerEntry.activity_id.in_(activity_ids)).order_by(LedgerEntry.id))
    for entry in rows:
        if entry.activity_id is None:
            continue
        if entry.reverses_id is None:
            found[entry.activity_id] = entry
        else:
            found.pop(entry.activity_id, None)
    return found


def _team_name(session: Session, team_id: int | None) -> str:
    return (session.scalar(select(Team.name).where(Team.id == team_id)) if team_id else None) or ""
