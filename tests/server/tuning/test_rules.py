"""Rules in the draft: surfaces, what guards people and disclosure, and changes that would silence most of the coach."""

from __future__ import annotations

import math

import pytest
from sqlalchemy import select

from nlp import Draft, ScoringError, load_scoring
from nlp.rules import guards
from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.people.queries import get_organisation
from server.tuning import champion, draft, operations, preview, rules
from server.tuning.models import ScoringVersion
from tests.factories import make_identity, make_user

pytestmark = pytest.mark.sqlite_only

GUARD = "Repute.UndisclosedPromotion"
PROMOTION = "Check out Acme Flow, the best CRM tool on the market. Free trial this week."


@pytest.fixture
def editor(session):
    """With nobody else to confirm; rolled back after the test."""
    get_organisation(session).two_person = False
    yield make_identity(make_user(session, role="admin"))
    session.rollback()


def test_what_guards_people_and_disclosure():
    assert {GUARD, "Repute.Offence", "Repute.Confidential", "Repute.Rudeness", "Repute.InclusiveWords"} <= guards()
    assert "Repute.Hedging" not in guards()


def test_a_noisy_rule_is_muted_where_it_does_not_fit(session, editor):
    rule = rules.get_rule(session, rule_id="Repute.Hedging")
    on = [surface for surface in rule.surfaces if not surface.startswith("x-")]
    assert rules.change_rule(session, editor=editor, rule_id=rule.id, on=on)
    assert not rules.change_rule(session, editor=editor, rule_id=rule.id, on=on), "a second click changes nothing"
    scoring = draft.draft_scoring(session)
    assert scoring.is_on(rule.id, "linkedin-post")
    assert not scoring.is_on(rule.id, "x-post")
    (row,) = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "rule")).all()
    assert (row.action, row.object_id) == ("rule.changed", rule.id)
    assert row.changes == {"rule_on": ["On", "Off for X post, X reply"]}
    version = operations.create_version_of_draft(session, author=editor, note="Hedging is fine on X")
    operations.propose(session, proposer=editor, version_hash=version.hash)
    assert not champion.get_champion(session).is_on(rule.id, "x-reply")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "confirmation"),
        ({"confirmation": "UndisclosedPromotion", "reason": "We tell it elsewhere."}, "confirmation"),
        ({"confirmation": GUARD}, "reason"),
        ({"confirmation": GUARD, "reason": "because"}, "reason"),
        ({"confirmation": GUARD, "reason": "x" * 301}, "reason"),
    ],
)
@pytest.mark.parametrize("on", [[], ["linkedin-post"]], ids=["everywhere", "somewhere"])
def test_a_guard_is_turned_off_only_by_its_name_and_a_reason(session, editor, values, field, on):
    with pytest.raises(Problem) as refused:
        rules.change_rule(session, editor=editor, rule_id=GUARD, on=on, **values)
    assert refused.value.errors[0]["field"] == field
    assert not draft.is_changed(session)


def test_turning_off_a_guard_is_in_the_audit_log_with_its_reason(session, editor):
    reason = "Our lawyers check every post."
    rules.change_rule(session, editor=editor, rule_id=GUARD, on=[], confirmation=GUARD, reason=reason)
    (row,) = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "rule")).all()
    assert (row.action, row.changes) == ("rule.guard-changed", {"rule_on": ["On", "Off"], "reason": [None, reason]})
    assert draft.draft_coach(session).assess(Draft("linkedin-post", PROMOTION)).gate.state == "open"
    assert champion.champion_coach(session).assess(Draft("linkedin-post", PROMOTION)).gate.state == "held"


def test_the_weights_form_turns_off_no_guard(session, editor):
    for part in ({"on": False}, {"surfaces_off": ["x-post"]}):
        with pytest.raises(Problem) as refused:
            operations.create_version(session, author=editor, rules={GUARD: part}, note="One click")
        assert refused.value.code == "guard"


def test_a_change_that_silences_most_says_so_and_is_proposed_only_if_meant(session, editor):
    before = champion.ensure_champion(session)
    off = {rule["id"]: {"on": False} for rule in before.rules if not rule["guards"]}
    version = operations.create_version(session, author=editor, rules=off, note="Silence")
    silence = preview.measure_silence(session, version_hash=version.hash, user_id=editor.user_id)
    assert silence.is_most
    assert silence.findings / 2 < silence.findings_lost <= silence.findings
    with pytest.raises(Problem) as refused:
        operations.propose(session, proposer=editor, version_hash=version.hash)
    assert refused.value.code == "silences"
    assert f"{silence.findings_lost} of {silence.findings} tips" in refused.value.detail
    assert champion.get_champion(session).version == before.version
    operations.propose(session, proposer=editor, version_hash=version.hash, accepts_silence=True)
    assert champion.get_champion(session).version == version.hash


def test_a_small_change_is_no_silence(session, editor):
    version = operations.create_version(session, author=editor, rules={"Repute.Hedging": {"on": False}}, note="Hedging")
    silence = preview.measure_silence(session, version_hash=version.hash, user_id=editor.user_id)
    assert not silence.is_most
    assert silence.rules_lost == len(rules.get_rule(session, rule_id="Repute.Hedging").surfaces)


@pytest.mark.parametrize("forgery", ["weights", "words", "nan", "nonsense"])
def test_a_forged_version_is_refused_and_the_champion_stays(session, editor, forgery):
    """A bundle whose content does not match its name, whoever put it into the database."""
    before = champion.ensure_champion(session)
    document = before.document
    if forgery == "weights":
        document["rubric"]["weights"]["hook"] = 99
    elif forgery == "words":
        document["organisation"] = {"words": [{"kind": "protected", "text": "everything"}], "packages": {}}
    elif forgery == "nan":
        document["rubric"]["weights"]["hook"] = "NaN"
    else:
        document = {"format": 1}
    # The table is append-only, so a forger can only add.
    name = "f" * 64
    session.add(ScoringVersion(hash=name, document=document, parent_hash=before.version, note="Forged"))
    session.flush()
    with pytest.raises(Problem) as refused:
        operations.propose(session, proposer=editor, version_hash=name)
    assert refused.value.code == "version-unusable"
    with pytest.raises(Problem):
        preview.preview(session, version_hash=name, user_id=editor.user_id)
    assert champion.get_champion(session).version == before.version


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1, 101, 1.5, "40", True])
def test_a_weight_that_is_no_whole_number_is_refused(session, editor, value):
    before = champion.ensure_champion(session)
    with pytest.raises(Problem) as refused:
        operations.create_version(session, author=editor, weights={"hook": value}, note="Not a number")
    assert refused.value.errors[0]["field"] == "rubric.weights.hook"
    with pytest.raises(Problem):
        operations.create_version(session, author=editor, rules={"Repute.Hedging": {"points": math.nan}}, note="Not a number")
    assert champion.get_champion(session).version == before.version


def test_learned_weights_with_nan_are_refused():
    document = load_scoring().document
    name, part = next(iter(document["learned"].items()))
    part["weights"]["intercept"] = math.nan
    with pytest.raises(ScoringError, match=rf"learned\.{name}"):
        load_scoring(document)
