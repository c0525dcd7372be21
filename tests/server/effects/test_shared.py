"""What is told of shared items, and of the credit that they earned."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from nlp import Coach, Draft
from nlp.model import BANDS
from nlp.quality.rubric_settings import RubricSettings
from server.activities.measuring import STEP_JOB, request_measuring
from server.activities.models import Activity, ItemInputs
from server.activities.redaction import redact
from server.core.database.session import unit_of_work
from server.core.small_groups import MIN_GROUP_SIZE
from server.credit.queries import current_policy
from server.effects.change import change_by
from server.effects.credit import credit_effect
from server.effects.items import shared_items
from server.effects.shared import OTHER_TEAMS, group_teams, in_fives, shared_effect
from server.jobs.models import Job
from server.people.queries import get_calendar, get_organisation
from server.policies.preview import past_weeks
from server.policies.queries import load_entries
from server.policies.replay import replay
from server.tuning.champion import get_champion
from tests.queued_jobs import run_jobs
from tests.server.effects.rubric_helpers import share_as

#: Nearly everything becomes strong.
EASY = RubricSettings(bands={"drafts": {"fair": 41, "good": 42, "strong": 43}})
#: Hardly anything is.
HARD = RubricSettings(bands={"drafts": {"fair": 96, "good": 97, "strong": 98}})


@pytest.fixture(autouse=True)
def _clean(engine):
    yield
    with unit_of_work(engine) as session:
        session.execute(delete(ItemInputs))
        for item in session.scalars(select(Activity)):
            redact(session, item)
            item.state = "withdrawn"
        session.execute(delete(Job))


#: Scores of drafts that the change moves and that no ceiling holds.
MOVABLE = (44, 66)


def company(engine, *teams: tuple[int, int], between: tuple[int, int] = (0, 100)) -> list[tuple[str, str]]:
    """Teams of so many people with so many measured items each, with scores ``between`` these; the kinds and texts."""
    with unit_of_work(engine) as session:
        items = [item for people, count in teams for item in share_as(session, people=people, items=count, between=between)]
        texts = [(item.kind, item.text) for item in items]
        request_measuring(session)
    run_jobs(engine, kind=STEP_JOB)
    return texts


def effect_of(session, settings, points=None):
    change = change_by(get_champion(session), settings, points or {}, get_champion(session).is_on)
    items = shared_items(session, change.champion)
    return shared_effect(session, change, items), credit_effect(session, change, items)


def test_counts_are_those_of_a_coach_that_reads_every_item_again(engine):
    texts = company(engine, (6, 3), (5, 4))
    change = RubricSettings(weights={"hook": 70, "credibility": 1}, bands={"drafts": {"fair": 45, "good": 60, "strong": 66}})
    with unit_of_work(engine, writes=False) as session:
        champion = get_champion(session)
        before, after = (
            [coach.assess(Draft(kind, text)).band for kind, text in texts]
            for coach in (Coach(champion), Coach(champion.changed(settings=change)))
        )
        found, _ = effect_of(session, change)
    assert found.before == tuple(in_fives(Counter(before)[band]) for band in BANDS)
    assert found.after == tuple(in_fives(Counter(after)[band]) for band in BANDS)
    ranks = [(BANDS.index(old), BANDS.index(new)) for old, new in zip(before, after, strict=True)]
    assert found.up == in_fives(sum(new > old for old, new in ranks))
    assert found.down == in_fives(sum(new < old for old, new in ranks))
    assert sum(team.items for team in found.teams) in (15 + 20, 18 + 20), "teams are counted in fives"


def test_nothing_is_counted_of_fewer_than_five_people(engine):
    company(engine, (4, 6), between=MOVABLE)
    with unit_of_work(engine, writes=False) as session:
        found, credit = effect_of(session, EASY)
    assert found.is_hidden
    assert not found.before + found.after + found.moves + found.teams
    assert credit.is_hidden
    assert (credit.difference, credit.people, credit.items) == (0, 0, 0)


def test_credit_is_that_of_the_policy_with_the_other_bands(engine):
    company(engine, (7, 3), between=MOVABLE)
    with unit_of_work(engine, writes=False) as session:
        change = change_by(get_champion(session), EASY, {}, get_champion(session).is_on)
        items = shared_items(session, change.champion)
        scored = change.score(items.table)
        entries = load_entries(session, get_calendar(session), past_weeks(get_calendar(session), 8))
        policy = current_policy(session)
        before = replay(entries, lambda _: policy)
        band_of = dict(zip(items.ids, scored.bands_after.tolist(), strict=True))
        easier = [
            entry if entry.activity_id not in band_of else _with(entry, BANDS[band_of[entry.activity_id]]) for entry in entries
        ]
        after = replay(easier, lambda _: policy)
        _, found = effect_of(session, EASY)
        changed = {entry.account_id for entry in entries if before[entry.id] != after[entry.id]}
    assert len(changed) >= MIN_GROUP_SIZE, "the test would show nothing"
    assert found.before == round(sum(before.values()) / 10) * 10
    assert found.difference == round((sum(after.values()) - sum(before.values())) / 10) * 10
    assert found.difference > 0
    assert found.people == in_fives(len(changed))


def _with(entry, band):
    return replace(entry, quality=replace(entry.quality, band=band))


def test_credit_that_does_not_follow_bands_does_not_change(engine):
    company(engine, (6, 2))
    with unit_of_work(engine, writes=False) as session:
        for mode in ("checks", "blind"):
            get_organisation(session).credit_mode = mode
            _, found = effect_of(session, HARD)
            assert (found.mode, found.difference, found.people) == (mode, 0, 0)
        get_organisation(session).credit_mode = "bands"
        session.rollback()


def test_items_that_are_not_measured_are_named(engine):
    company(engine, (5, 1))
    with unit_of_work(engine) as session:
        share_as(session, people=1, items=2)
        gone = share_as(session, people=1, items=1)[0]
        redact(session, gone)
        session.flush()
        items = shared_items(session, get_champion(session))
    assert (items.count, items.waiting, items.impossible, items.too_short, len(items.ids)) == (8, 2, 1, 0, 5)


people = st.frozensets(st.integers(1, 60), max_size=12)


@given(st.dictionaries(st.sampled_from(["", "Alpine", "Isles", "Lowlands", "Ports", "Coast"]), people))
def test_no_group_of_teams_and_nothing_left_over_is_fewer_than_five(teams):
    seen: set[int] = set()
    apart = {}
    for name, members in teams.items():
        if own := members - seen:
            apart[name] = frozenset(own)
            seen |= own
    groups = group_teams(apart)
    assert frozenset().union(*(members for _, members in groups)) == seen
    if len(groups) > 1 or len(seen) >= MIN_GROUP_SIZE:
        assert all(len(members) >= MIN_GROUP_SIZE for _, members in groups)
    assert [name for name, _ in groups if name != OTHER_TEAMS] == sorted(name for name, _ in groups if name != OTHER_TEAMS)
    assert all(apart[name] == members for name, members in groups if name != OTHER_TEAMS)
