"""What an administrator sees of a preview."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from server.core.small_groups import MIN_GROUP_SIZE
from server.people.queries import get_organisation
from server.policies.preview import PersonEffect
from server.policies.report import hidden_groups, make_report
from tests.factories import make_team, make_user

WEEKS = (date(2026, 5, 4), date(2026, 5, 11))


def effect(before, after, items=1, kind="linkedin-post"):
    return PersonEffect(
        items=items, credited=before, before=before, after=after, kinds={kind: [items, before, after]},
        weeks=[[before, after], [0, 0]], modes={"bands": items},
    )  # fmt: skip


@given(st.dictionaries(st.integers(0, 6), st.sets(st.integers(0, 30), max_size=12), max_size=7))
def test_what_is_hidden_is_about_nobody_or_about_enough_people(groups):
    hidden = hidden_groups(groups)
    people = set().union(*(groups[key] for key in hidden))
    shown = [key for key in groups if key not in hidden and groups[key]]
    assert all(len(groups[key]) >= MIN_GROUP_SIZE for key in shown)
    assert not people or len(people) >= MIN_GROUP_SIZE or not shown


def test_report_counts_who_gains_and_loses_and_lists_the_largest_first(session):
    team, other = make_team(session, name="North"), make_team(session, name="South")
    people = [make_user(session, team=team, name=name) for name in ("Ann Gain", "Bo Gain", "Cy Loss")]
    people.append(make_user(session, team=other, name="Dee Same"))
    numbers = ((10, 14), (10, 30), (20, 5), (8, 8))
    effects = {person.id: effect(*pair) for person, pair in zip(people, numbers, strict=True)}
    report = make_report(session, effects, WEEKS)
    assert (report.active, report.gain, report.lose, report.unchanged) == (4, 2, 1, 1)
    assert (report.items, report.before, report.after) == (4, 48, 57)
    assert [(one.name, one.change) for one in report.gains] == [("Bo Gain", 20), ("Ann Gain", 4)]
    assert [(one.name, one.change, one.team) for one in report.losses] == [("Cy Loss", -15, team.name)]
    assert [(row.label, row.people, row.gain, row.lose, row.change) for row in report.teams] == [
        (team.name, 3, 2, 1, 9),
        (other.name, 1, 0, 0, 0),
    ]
    assert sum(count for _, count in report.changes) == 4
    assert [(row.monday, row.before, row.after) for row in report.by_week] == [(WEEKS[0], 48, 57), (WEEKS[1], 0, 0)]


def test_whoever_withdrew_everything_is_not_counted(session):
    people = [make_user(session) for _ in range(2)]
    report = make_report(session, {people[0].id: effect(5, 6), people[1].id: effect(0, 0, items=0)}, WEEKS)
    assert (report.active, report.unchanged) == (1, 0)


def test_team_only_mode_names_nobody_and_hides_small_groups(session):
    get_organisation(session).team_only = True
    large, small = make_team(session, name="Large"), make_team(session, name="Small")
    effects = {make_user(session, team=large).id: effect(10, 12) for _ in range(6)}
    effects |= {make_user(session, team=small).id: effect(10, 2, kind="x-post") for _ in range(2)}
    report = make_report(session, effects, WEEKS)
    assert report.gains == report.losses == ()
    # The large team would give away the small one: total less large.
    assert [row.before for row in report.teams] == [None, None]
    assert [row.before for row in report.kinds] == [None, None]
    assert (report.gain, report.lose, report.unchanged) == (None, None, 0)
    assert (report.before, report.is_hidden) == (80, False)
    fewer = dict(list(effects.items())[:4])
    assert make_report(session, fewer, WEEKS).is_hidden


def test_credits_of_another_mode_are_counted(session):
    get_organisation(session).credit_mode = "blind"
    people = [make_user(session) for _ in range(2)]
    report = make_report(session, {person.id: effect(3, 3, items=2) for person in people}, WEEKS)
    assert report.other_modes == 4
