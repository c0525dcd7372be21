"""Fills a database with a company for ``tests.bench.scale``: people in a tree of teams, and three years of shared items, credit
and records.

Rows are written directly, in the shapes that the operations give them, because the operations would take days."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice
from typing import cast

from sqlalchemy import Engine, Table, insert, text
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.database.types import Base
from server.core.kinds import SOCIAL_KINDS
from server.core.weeks import monday_of
from server.credit.formula import Quality, compute_points, packaged_policies
from server.credit.models import CreditAccount, LedgerEntry
from server.credit.publishing import publish_policy
from server.people.models import Acknowledgement, Membership, Organisation, Target, Team, User
from server.people.standard_metrics import STANDARD_METRICS
from server.records.models import Record
from server.rollups.recount import begin_rebuild, rebuild
from server.tuning.champion import ensure_champion

WEEKS = 156
PEOPLE_PER_TEAM = 20
TEAMS_PER_REGION = 50
ENTRIES_PER_PERSON = 940
RECORDS_PER_PERSON = 470
POINTS = 5
#: Who moved to another team once.
MOVED = 0.1
BANDS = ("needs-work", "fair", "good", "strong")
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Company:
    """Users to sign in as, and the teams that they open."""

    people: int
    teams: int
    head: User
    regional_manager: User
    manager: User
    rep: User
    company_id: int
    region_id: int
    team_id: int


def fill(engine: Engine, *, people: int, seed: int = 1) -> Company:
    """The schema must be up to date, and the database empty otherwise."""
    rng = random.Random(seed)
    company, reps = _create_people(engine, people, rng)
    with unit_of_work(engine) as session:
        policy = publish_policy(session, packaged_policies()[-1])
    shared = {user_id: _moments(rng, ENTRIES_PER_PERSON) for user_id in reps}
    kinds = [metric.key for metric in STANDARD_METRICS if metric.record_kind == metric.key]
    _write(engine, CreditAccount, _accounts(reps))
    _write(engine, Activity, _activities(shared, rng))
    _write(engine, LedgerEntry, _entries(shared, reps, policy, rng))
    _write(engine, Record, _records(reps, kinds, rng))
    # The planner would read whole tables for the sums otherwise.
    _analyze(engine)
    with unit_of_work(engine) as session:
        begin_rebuild(session)
    rebuild(engine)
    _analyze(engine)
    return company


def _analyze(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            for table in ("activity", "ledger_entry"):
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))  # noqa: S608
            connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("ANALYZE"))


def _create_people(engine: Engine, people: int, rng: random.Random) -> tuple[Company, dict[int, int]]:
    """Also returns the team of each rep today."""
    first = date(2000, 1, 1)
    with unit_of_work(engine) as session:
        organisation = Organisation(name="Harbour & Sons", credit_mode="blind", team_only=False)
        session.add(organisation)
        session.flush()
        ensure_champion(session)
        company = _team(session, "Harbour & Sons", None)
        regions: list[Team] = []
        teams: list[Team] = []
        for number in range(max(2, people // PEOPLE_PER_TEAM)):
            if number % TEAMS_PER_REGION == 0:
                regions.append(_team(session, f"Region {len(regions) + 1}", company.id))
            teams.append(_team(session, f"Team {number + 1}", regions[-1].id))
        reps: dict[int, int] = {}
        users = [User(email=f"rep{n}@example.com", name=f"Rep {n:05}", role="rep") for n in range(people)]
        managers = {
            team.id: User(email=f"manager{team.id}@example.com", name=f"Manager {team.id}", role="manager")
            for team in (company, *regions, *teams)
        }
        session.add_all([*users, *managers.values()])
        session.flush()
        for team_id, manager in managers.items():
            session.add(Membership(user_id=manager.id, team_id=team_id, role="manager", starts_on=first))
        for number, user in enumerate(users):
            team = teams[number // PEOPLE_PER_TEAM % len(teams)]
            reps[user.id] = team.id
            starts_on = first
            if number % PEOPLE_PER_TEAM and rng.random() < MOVED:
                starts_on = now().date() - timedelta(days=rng.randrange(7, 7 * WEEKS))
                before = Membership(user_id=user.id, team_id=rng.choice(teams).id, role="rep", starts_on=first)
                before.ends_on = starts_on - timedelta(days=1)
                session.add(before)
            session.add(Membership(user_id=user.id, team_id=team.id, role="rep", starts_on=starts_on))
            session.add(Acknowledgement(user_id=user.id, notice_version=organisation.notice_version))
        for metric in STANDARD_METRICS:
            if metric.on_team_page and metric.example_target:
                since = date(2020, 1, 6)
                session.add(Target(role="rep", metric=metric.key, per_week=metric.example_target, valid_from=since))
        session.flush()
        return Company(
            people=people, teams=len(teams), head=managers[company.id], regional_manager=managers[regions[0].id],
            manager=managers[teams[0].id], rep=users[0], company_id=company.id, region_id=regions[0].id, team_id=teams[0].id,
        ), reps  # fmt: skip


def _team(session: Session, name: str, parent_id: int | None) -> Team:
    team = Team(name=name, parent_id=parent_id)
    session.add(team)
    session.flush()
    return team


def _moments(rng: random.Random, number: int) -> list[datetime]:
    start = datetime.combine(monday_of(now().date()) - timedelta(weeks=WEEKS - 1), datetime.min.time(), UTC)
    seconds = int((now() - timedelta(hours=1) - start).total_seconds())
    return sorted(start + timedelta(seconds=rng.randrange(seconds)) for _ in range(number))


def _accounts(reps: Iterable[int]) -> Iterator[dict[str, object]]:
    for user_id in reps:
        yield {
            "user_id": user_id, "last_seq": ENTRIES_PER_PERSON, "credited_total": POINTS * ENTRIES_PER_PERSON,
            "debited_total": 0,
        }  # fmt: skip


def _activities(shared: dict[int, list[datetime]], rng: random.Random) -> Iterator[dict[str, object]]:
    number = 0
    for user_id, moments in shared.items():
        for moment in moments:
            number += 1
            yield {
                "id": number, "user_id": user_id, "kind": rng.choice(SOCIAL_KINDS), "source": "web",
                "external_id": f"bench-{number}", "state": "counted", "occurred_at": moment, "recorded_at": moment, "score": 60,
                "band": rng.choice(BANDS),
            }  # fmt: skip


def _entries(
    shared: dict[int, list[datetime]], reps: dict[int, int], policy: str, rng: random.Random
) -> Iterator[dict[str, object]]:
    quality = Quality(mode="blind")
    arithmetic = {
        kind: compute_points(
            packaged_policies()[-1], kind=kind, quality=quality, nth=1, kind_total_before=0, week_total_before=0
        )
        | {"points": POINTS}
        for kind in SOCIAL_KINDS
    }
    number = 0
    for user_id, moments in shared.items():
        for seq, moment in enumerate(moments, 1):
            number += 1
            kind = rng.choice(SOCIAL_KINDS)
            yield {
                "id": number, "account_id": user_id, "seq": seq, "ledger": "effort", "kind": kind, "amount": POINTS,
                "balance_after": POINTS * seq, "occurred_at": moment, "recorded_at": moment, "policy_hash": policy,
                "activity_id": number, "team_id": reps[user_id], "key": f"activity:{number}", "reason_code": "earned",
                "actor_id": user_id, "arithmetic": arithmetic[kind],
            }  # fmt: skip


def _records(reps: Iterable[int], kinds: Sequence[str], rng: random.Random) -> Iterator[dict[str, object]]:
    weights = [2 ** (len(kinds) - place) for place in range(len(kinds))]
    for user_id in reps:
        for number, moment in enumerate(_moments(rng, RECORDS_PER_PERSON)):
            yield {
                "source": "crm", "source_id": f"{user_id}-{number}", "user_id": user_id,
                "kind": rng.choices(kinds, weights=weights)[0], "count": 1, "value": 1000, "occurred_at": moment,
                "recorded_at": moment, "changed_at": moment,
            }  # fmt: skip


def _write(engine: Engine, model: type[Base], rows: Iterator[dict[str, object]]) -> None:
    table = cast(Table, model.__table__)
    if engine.dialect.name == "postgresql":
        _copy(engine, table, rows)
        return
    with engine.begin() as connection:
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            connection.execute(insert(table), batch)


def _copy(engine: Engine, table: Table, rows: Iterator[dict[str, object]]) -> None:
    """SQLAlchemy's inserts take ten times as long as COPY."""
    first = next(rows)
    dialect = engine.dialect
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in first]
    raw = engine.raw_connection()
    try:
        columns = ", ".join(f'"{name}"' for name in first)
        raw.cursor().execute("SET statement_timeout = 0")
        with raw.cursor().copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in chain([first], rows):
                copy.write_row(_converted(row, processors))
        raw.commit()
    finally:
        raw.close()


def _converted(row: dict[str, object], processors: Sequence[Callable[[object], object] | None]) -> list[object]:
    return [value if processor is None else processor(value) for value, processor in zip(row.values(), processors, strict=True)]
