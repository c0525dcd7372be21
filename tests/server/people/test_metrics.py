"""Metrics are data: the table decides what scorecards, imports and targets know."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.periods import week_period
from server.core.problems import Problem
from server.people import metrics, standard_metrics
from server.people.absences import add_leave
from server.people.metrics import MetricText
from server.people.models import Metric
from server.people.queries import active_metrics
from server.people.roster import load_person_roster
from server.people.standard_metrics import LEDGER_METRIC, STANDARD_KEYS
from server.people.targets import TargetScope, set_target
from tests.factories import make_user

SERVER = Path(__file__).parents[3] / "server"
DEMO = MetricText("demo held", "demos held")


@pytest.fixture(autouse=True)
def rolled_back(session):
    yield
    session.rollback()


def add(session, key="demo-held", **values):
    return metrics.add_metric(session, **{"key": key, "text": DEMO, "target_kind": "workdays"} | values)


def test_nothing_but_the_table_names_a_metric():
    # As strings, because some of the words mean something else too.
    names = re.compile("|".join(f"[\"']{re.escape(key)}[\"']" for key in sorted(STANDARD_KEYS - {LEDGER_METRIC})))
    # What came of an item has kinds of its own, three of which are words for a metric, too.
    kinds_of_outcomes = {SERVER / path for path in ("outcomes/models.py", "outcomes/states.py", "credit/schemas.py")}
    exempt = kinds_of_outcomes | {SERVER / "people/standard_metrics.py", *(SERVER / "migrations/versions").glob("*.py")}
    files = {path for suffix in ("py", "html", "yaml") for path in SERVER.rglob(f"*.{suffix}")} - exempt
    found = {path.relative_to(SERVER).as_posix(): names.findall(path.read_text()) for path in files}
    assert {path: words for path, words in found.items() if words} == {}


def test_added_metric_is_last_and_audited(session):
    metric = add(session)
    assert [one.key for one in active_metrics(session)][-1] == "demo-held"
    assert (metric.title, metric.noun(1), metric.noun(2)) == ("Demos held", "demo held", "demos held")
    entry = session.scalars(select(AuditEntry).filter_by(action="metric.added")).one()
    assert (entry.object_id, entry.changes["plural"]) == ("demo-held", [None, "demos held"])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": "Demo"}, "key"),
        ({"key": "call"}, "key"),
        ({"key": "x-post"}, "key"),
        ({"key": "d" * 41}, "key"),
        ({"unit": "hours"}, "unit"),
        ({"target_kind": "monthly"}, "target_kind"),
        ({"record_kind": "deal"}, "record_kind"),
        ({"unit": "money", "record_kind": "visit"}, "record_kind"),
        ({"text": replace(DEMO, singular=" ")}, "singular"),
        ({"text": replace(DEMO, plural="d" * 41)}, "plural"),
        ({"text": replace(DEMO, timing="later")}, "timing"),
        ({"text": replace(DEMO, growth_question="q" * 201)}, "growth_question"),
    ],
)
def test_invalid_metric_is_refused_with_its_field(session, values, field):
    with pytest.raises(Problem) as refused:
        add(session, **values)
    assert refused.value.errors[0]["field"] == field


def test_team_page_has_room_for_a_limited_number_of_metrics(session):
    on_page = replace(DEMO, on_team_page=True)
    free = metrics.MAX_ON_TEAM_PAGE - sum(one.on_team_page for one in active_metrics(session))
    for number in range(free):
        add(session, f"metric-{number}", text=on_page)
    with pytest.raises(Problem) as refused:
        add(session, text=on_page)
    assert refused.value.errors[0]["field"] == "on_team_page"


def test_order_can_be_changed(session):
    before = [one.key for one in active_metrics(session)]
    metrics.move_metric(session, key=before[1], is_up=True)
    metrics.move_metric(session, key=before[1], is_up=True)
    assert [one.key for one in active_metrics(session)][:2] == [before[1], before[0]]


def test_used_metric_is_archived_not_deleted(session):
    add(session)
    add(session, "demo-value", unit="money", record_kind="demo-held")
    user = make_user(session)
    for key, has_records in (("demo-held", False), ("call", False), ("demo-value", True)):
        with pytest.raises(Problem) as refused:
            metrics.delete_metric(session, key=key, has_records=has_records)
        assert refused.value.status == 409
    metrics.delete_metric(session, key="demo-value", has_records=False)
    set_target(session, scope=TargetScope(user_id=user.id), metric="demo-held", per_week=2, valid_from=date(2026, 3, 16))
    with pytest.raises(Problem):
        metrics.delete_metric(session, key="demo-held", has_records=False)
    metrics.archive_metric(session, key="demo-held")
    assert "demo-held" not in [one.key for one in active_metrics(session)]
    metrics.restore_metric(session, key="demo-held")
    assert "demo-held" in [one.key for one in active_metrics(session)]
    with pytest.raises(Problem):
        metrics.archive_metric(session, key=LEDGER_METRIC)


def test_change_of_labels_is_audited_with_both_values(session):
    add(session)
    metrics.change_metric(session, key="demo-held", text=replace(DEMO, plural="demonstrations"))
    entry = session.scalars(select(AuditEntry).filter_by(action="metric.changed")).one()
    assert entry.changes == {"plural": ["demos held", "demonstrations"]}


def test_target_that_is_the_same_every_week_does_not_shrink_with_days_away(session):
    user = make_user(session)
    week = date(2026, 3, 16)
    for key, kind in (("by-workdays", "workdays"), ("whole-week", "whole")):
        add(session, key, target_kind=kind)
        set_target(session, scope=TargetScope(user_id=user.id), metric=key, per_week=10, valid_from=week)
    add_leave(session, user_id=user.id, starts_on=week, ends_on=date(2026, 3, 18), kind="holiday")
    (found,) = load_person_roster(session, (week_period(week),), user_id=user.id).people[user.id]
    assert found.targets == {"by-workdays": 4, "whole-week": 10}


def test_metric_without_targets_has_none(session):
    add(session, target_kind="none")
    with pytest.raises(Problem) as refused:
        set_target(session, scope=TargetScope(role="rep"), metric="demo-held", per_week=1, valid_from=date(2026, 3, 16))
    assert refused.value.errors[0]["field"] == "metric"


def test_standard_metrics_are_rows_of_the_table(session):
    assert {row["key"] for row in standard_metrics.rows()} <= set(session.scalars(select(Metric.key)))
