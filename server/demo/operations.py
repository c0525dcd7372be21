"""An invented organisation for trying out the product: generated from a fixed seed, marked as a demonstration everywhere,
removed by one command.

People differ in drive, which raises calls, meetings and social work alike; a post never causes a meeting here, not even in the
trial. Any apparent effect of social work in this data is chance or confounding by drive."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from nlp import Assessment
from nlp.model import Surface
from server.activities import operations as activities
from server.activities.operations import PublishedItem
from server.audit.models import ProfileView
from server.coaching.operations import change_preference, ignore_tip
from server.core.database.session import unit_of_work
from server.core.database.types import Base
from server.core.problems import Problem
from server.core.secret_keys import SecretKeys
from server.core.weeks import WEEK, monday_of, weeks_until
from server.demo import evidence, one_to_ones, texts
from server.demo.company import (
    ADMINS,
    COMPANY,
    CUSTOMERS,
    DAILY_SUM_FROM,
    DOMAIN,
    HEAD_OF_SALES,
    IGNORED,
    ISLES_SHARE,
    MAX_PROFILE_UPDATES,
    NEWCOMERS,
    OVERSEER,
    SEED,
    SHARING,
    SURFACES,
    TEAMS,
    TURNED_OFF,
    WEEKS,
    WITHDRAWN_ONE_IN,
)
from server.demo.evidence import DrawnTrial
from server.demo.outcomes import create_outcomes
from server.jobs import procrastinate_schema
from server.migrations import schema
from server.people import absences, targets, time_allowances, weights
from server.people.models import Acknowledgement, Organisation, Team, User
from server.people.operations import add_user
from server.people.queries import get_calendar, get_organisation, team_on
from server.people.standard_metrics import STANDARD_METRICS
from server.people.teams import add_team
from server.records.models import Record
from server.rollups import state
from server.rollups.recount import recount
from server.rollups.state import State
from server.tuning.champion import champion_coach, ensure_champion


@dataclass(slots=True)
class _Rep:
    """``drive``, ``craft`` and the weekly ``momentum`` vary around 0. ``weeks_off`` are Mondays of holiday weeks."""

    user: User
    sharing: float
    drive: float
    craft: float
    started: date
    weeks_off: frozenset[date]
    momentum: float = 0.0
    profile_updates: int = 0


def create(engine: Engine, *, secret_keys: SecretKeys, today: date | None = None) -> None:
    """Creates the organisation: a team tree, 24 reps, 26 full weeks and the current one so far. 409 unless the database is
    empty. ``secret_keys`` are the server's, so that copies of demonstration texts are recognised later."""
    today = today or datetime.now(UTC).date()
    with unit_of_work(engine) as session:
        if session.scalar(select(Organisation.id).limit(1)) is not None:
            raise Problem(409, "not-empty", "The database already contains an organisation", detail="Use an empty database.")
        random = Random(SEED)  # noqa: S311 (plausible noise, not a secret)
        weeks = (*weeks_until(monday_of(today) - WEEK, WEEKS), monday_of(today))
        organisation, teams = _create_organisation(session, since=weeks[0])
        reps = _create_people(session, random, organisation, teams, weeks)
        _create_targets(session, teams, weeks[0])
        _set_weights(session, weeks[0])
        _allow_time(session, teams, weeks)
        _create_sales(session, random, reps, weeks, today)
        administrators = [session.scalars(select(User.id).where(User.email == _address(name))).one() for name in ADMINS]
        trial = evidence.create_trial(session, weeks=weeks, proposer=administrators[0], locker=administrators[1])
        _create_shares(session, random, reps, weeks, today=today, secret_keys=secret_keys, trial=trial)
        _sum_up(session, reps)
        if trial is not None:
            evidence.analyse_trial(session, trial)
        evidence.create_run(session, starter=administrators[0])
        create_outcomes(session, [rep.user for rep in reps], today=today)
        _create_preferences(session, reps)
        _create_profile_views(session, reps, weeks, today)
        one_to_ones.create(session, [rep.user for rep in reps], weeks=weeks, today=today)


def visitor_account(session: Session, *, role: str) -> User:
    """The person as whom visitors with this role sign in."""
    manager, reps = next(iter(TEAMS.values()))
    name = {"rep": reps[0], "manager": manager, "admin": ADMINS[0]}[role]
    return session.scalars(select(User).where(User.email == _address(name))).one()


def remove(engine: Engine) -> None:
    """Empties the database. 409 if it contains real people. Ledger entries cannot be deleted, so all tables are dropped and
    created again."""
    with unit_of_work(engine, writes=False) as session:
        organisation = session.scalar(select(Organisation))
        if organisation is None:
            raise Problem(409, "nothing-there", "There is no demonstration organisation")
        real_people = session.scalars(select(func.count()).where(User.is_demonstration.is_(False))).one()
        if real_people or not organisation.is_demonstration:
            raise Problem(
                409, "real-people", "The database contains real people", detail="Only a demonstration can be removed."
            )
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
        if engine.dialect.name == "postgresql":
            procrastinate_schema.remove(connection)
    schema.upgrade(engine)


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{DOMAIN}"


def _create_organisation(session: Session, *, since: date) -> tuple[Organisation, dict[str, Team]]:
    organisation = Organisation(
        name=COMPANY,
        is_demonstration=True,
        credit_mode="bands",
        overseer=OVERSEER,
        team_only=False,
        team_only_basis="notice",
        team_only_basis_on=since,
        two_person=False,
        keep_subjects=True,
    )
    session.add(organisation)
    session.flush()
    top = add_team(session, name="Larkfield Components")
    return organisation, {"": top} | {name: add_team(session, name=name, parent_id=top.id) for name in TEAMS}


def _create_people(
    session: Session, random: Random, organisation: Organisation, teams: dict[str, Team], weeks: tuple[date, ...]
) -> list[_Rep]:
    def make_person(name: str, role: str, team: str, started: date | None = None) -> User:
        user = add_user(
            session, email=_address(name), name=name, role=role, team_id=teams[team].id, started_on=started or weeks[0]
        )  # fmt: skip
        user.is_demonstration = True
        return user

    staff = [make_person(HEAD_OF_SALES, "manager", ""), *(make_person(name, "admin", "") for name in ADMINS)]
    reps = []
    for team, (manager, names) in TEAMS.items():
        staff.append(make_person(manager, "manager", team))
        for name, sharing in zip(names, SHARING, strict=True):
            weeks_ago = NEWCOMERS.get(name)
            started = weeks[-weeks_ago] if weeks_ago else weeks[0] - WEEK * random.randrange(10, 300)
            reps.append(
                _Rep(
                    user=make_person(name, "rep", team, started),
                    sharing=sharing,
                    drive=random.gauss(0, 0.22),
                    craft=random.gauss(0, 0.5) + sharing * 0.15,
                    started=started,
                    weeks_off=frozenset(random.sample(weeks[:-5], 2 if weeks_ago else 3)),
                )
            )
    for rep in reps:
        for monday in sorted(rep.weeks_off):
            if monday >= rep.started:
                friday = monday + timedelta(days=4)
                absences.add_leave(session, user_id=rep.user.id, starts_on=monday, ends_on=friday, kind="holiday")
    everybody = [*staff, *(rep.user for rep in reps)]
    session.add_all(Acknowledgement(user_id=user.id, notice_version=organisation.notice_version) for user in everybody)
    session.flush()
    return reps


def _create_targets(session: Session, teams: dict[str, Team], since: date) -> None:
    with_target = [metric for metric in STANDARD_METRICS if metric.example_target]
    wanted = [("", metric.key, metric.example_target) for metric in with_target]
    wanted.append(("Isles", with_target[0].key, int(with_target[0].example_target * ISLES_SHARE)))
    for team, metric, number in wanted:
        scope = targets.TargetScope(team_id=teams[team].id)
        targets.set_target(session, scope=scope, metric=metric, per_week=number, valid_from=since)


def _set_weights(session: Session, since: date) -> None:
    """Not of social credit, which is voluntary."""
    shares = {metric.key: metric.example_weight for metric in STANDARD_METRICS if metric.example_weight}
    weights.set_weights(session, weights=shares, is_capped=False, valid_from=since)


def _allow_time(session: Session, teams: dict[str, Team], weeks: tuple[date, ...]) -> None:
    """For everybody only from the trial's last start on: before, the lottery decided who had the time."""
    choices = evidence.choices_for(weeks)
    time_allowances.set_allowance(session, team_id=teams[""].id, minutes=choices.minutes, valid_from=choices.starts[-1])


def _create_sales(session: Session, random: Random, reps: list[_Rep], weeks: tuple[date, ...], today: date) -> None:
    """Records as a CRM exports them."""
    rows: list[dict[str, Any]] = []
    # So that this week, which is not over, changes nothing in those before.
    this_week = Random(SEED)  # noqa: S311
    for rep in reps:
        for monday in weeks:
            rep.momentum = 0.7 * rep.momentum + random.gauss(0, 0.12)
            if monday in rep.weeks_off or monday < rep.started:
                continue
            for day in (monday + timedelta(days=weekday) for weekday in range(5)):
                if day >= today:
                    break
                rows += _sales_of_day(this_week if monday == weeks[-1] else random, rep, day)
    for number, row in enumerate(rows):
        row["source_id"] = f"demonstration-{number}"
    session.execute(insert(Record), rows)
    _sum_up(session, reps)


def _sum_up(session: Session, reps: list[_Rep]) -> None:
    recount(session, {rep.user.id for rep in reps})
    state.write(session, State(get_calendar(session).zone.key, None))


def _sales_of_day(random: Random, rep: _Rep, day: date) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with_value = {metric.record_kind for metric in STANDARD_METRICS if metric.unit == "money"}
    for metric in STANDARD_METRICS:
        number = _poisson(random, metric.example_per_week / 5 * math.exp(rep.drive + rep.momentum))
        counts = [number] if metric.example_per_week >= DAILY_SUM_FROM else [1] * number
        for count in filter(None, counts):
            moment = datetime.combine(day, time(17), UTC)
            has_value = metric.record_kind in with_value
            rows.append(
                {
                    "user_id": rep.user.id,
                    "kind": metric.record_kind,
                    "source": "crm",
                    "count": count,
                    "value": int(random.lognormvariate(9.6, 0.7)) // 100 * 100 if has_value else None,
                    "subject": random.choice(CUSTOMERS) if metric.example_per_week < DAILY_SUM_FROM else None,
                    "occurred_at": moment,
                    "recorded_at": moment + timedelta(hours=5),
                    "changed_at": moment + timedelta(hours=5),
                }
            )
    return rows


def _create_shares(
    session: Session,
    random: Random,
    reps: list[_Rep],
    weeks: tuple[date, ...],
    *,
    today: date,
    secret_keys: SecretKeys,
    trial: DrawnTrial | None,
) -> None:
    organisation = get_organisation(session)
    ensure_champion(session)
    coach = champion_coach(session)
    assessments: dict[tuple[str, str], Assessment] = {}
    planned: list[tuple[datetime, int, _Rep, Surface, float]] = []
    for week_number, monday in enumerate(weeks):
        # Few people share at first; sharing becomes common over the half-year.
        adoption = 0.35 + 0.65 * week_number / len(weeks)
        for rep_number, rep in enumerate(reps):
            if monday in rep.weeks_off or monday < rep.started:
                continue
            more = trial.more_items(rep.user.id, monday) if trial else 0.0
            for _ in range(_poisson(random, (rep.sharing * adoption + more) * math.exp(rep.drive))):
                moment = datetime.combine(monday, time(8), UTC) + timedelta(
                    days=random.randrange(5), minutes=random.randrange(600)
                )
                surface = random.choices(list(SURFACES), list(SURFACES.values()))[0]
                if moment.date() < today:
                    planned.append((moment, rep_number, rep, surface, rep.craft + week_number / len(weeks)))
    pool = texts.Texts(random)
    for number, (moment, _rep_number, rep, surface, craft) in enumerate(sorted(planned, key=lambda plan: plan[:2])):
        item = _make_item(random, pool, rep, surface, moment, craft, number)
        content = (item.surface, item.full_text)
        if content not in assessments:
            assessments[content] = activities.assess(coach, item)
        shared = activities.record_share(
            session,
            item,
            assessments[content],
            user=rep.user,
            organisation=organisation,
            source="extension",
            key=f"demonstration-share-{number}",
            secret_keys=secret_keys,
            recorded_at=moment + timedelta(minutes=random.randrange(1, 90)),
        )
        if number % WITHDRAWN_ONE_IN == WITHDRAWN_ONE_IN - 1:
            activities.withdraw(session, user_id=rep.user.id, share_id=shared.activity.id)
        # Thousands of objects in the session would slow down every later flush.
        session.expunge(shared.activity)
        if shared.entry is not None:
            session.expunge(shared.entry)


def _make_item(
    random: Random, pool: texts.Texts, rep: _Rep, surface: Surface, moment: datetime, craft: float, number: int
) -> PublishedItem:
    if surface == "linkedin-profile":
        rep.profile_updates += 1
        if rep.profile_updates <= MAX_PROFILE_UPDATES:
            return PublishedItem(surface, None, texts.make_profile(random), None, moment)
        surface = "linkedin-post"
    level = random.gauss(craft, 0.6)
    quality = texts.QUALITIES[0 if level < -0.3 else 1 if level < 0.3 else 2 if level < 1.0 else 3]
    site = "https://www.linkedin.example/feed" if surface.startswith("linkedin") else "https://x.example/status"
    return PublishedItem(surface, pool.take(surface, quality), None, f"{site}/{SEED + number}", moment)


def _create_preferences(session: Session, reps: list[_Rep]) -> None:
    for number, rep in enumerate(reps):
        rules_off = [rule for rule, n in TURNED_OFF.items() if number % n == n - 1]
        if rules_off:
            change_preference(session, user_id=rep.user.id, rules_off=rules_off)
        for rule in (rule for rule, n in IGNORED.items() if number % n == 1):
            ignore_tip(session, user_id=rep.user.id, rule=rule)


def _create_profile_views(session: Session, reps: list[_Rep], weeks: tuple[date, ...], today: date) -> None:
    """Managers prepare a one-to-one with each person in their team every other week."""
    managers = {
        team_on(session, user_id=user.id, day=today): user.id
        for user in session.scalars(select(User).where(User.role == "manager"))
    }
    for number, rep in enumerate(reps):
        manager_id = managers[team_on(session, user_id=rep.user.id, day=max(today, rep.started))]
        for monday in weeks[-8:][number % 2 :: 2]:
            day = monday + timedelta(days=number % 5)
            if day < today and monday >= rep.started:
                session.add(ProfileView(viewer_id=manager_id, subject_id=rep.user.id, page="rep-page", day=day))


def _poisson(random: Random, mean: float) -> int:
    """Knuth's method, which is fast enough for small means."""
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count
