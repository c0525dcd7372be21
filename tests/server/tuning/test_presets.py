"""Presets that ship with the product."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from nlp import Draft, load_scoring
from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.tuning import draft, presets, words
from server.tuning.words import WordValues
from tests.factories import make_identity, make_user

pytestmark = pytest.mark.sqlite_only

IDS = ["careful-claims", "plain-language", "regulated"]


@pytest.fixture
def editor(session):
    yield make_identity(make_user(session, role="admin"))
    session.rollback()


def test_the_presets():
    assert [preset.id for preset in presets.presets()] == IDS


@pytest.mark.parametrize("preset", presets.presets(), ids=IDS)
def test_a_preset_prices_rules_that_exist_and_turns_none_off(preset):
    known = {rule["id"]: rule for rule in load_scoring().rules}
    assert all(
        set(setting) == {"points"} and setting["points"] > known[rule]["points"] for rule, setting in preset.rules.items()
    )
    assert preset.sentence.endswith(".")
    assert all(word.note for word in preset.words)


@pytest.mark.parametrize("preset_id", IDS)
def test_a_preset_goes_into_the_draft_once_and_into_the_audit_log(session, editor, preset_id):
    preset = presets.find_preset(preset_id)
    applied = presets.apply(session, editor=editor, preset_id=preset_id)
    assert (applied.rules, applied.words, applied.words_kept) == (len(preset.rules), len(preset.words), ())
    points = {rule["id"]: rule["points"] for rule in draft.draft_scoring(session).rules}
    assert all(points[rule] == setting["points"] for rule, setting in preset.rules.items())
    (row,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "preset.applied")).all()
    assert row.changes == {"rules_changed": [None, applied.rules], "words_added": [None, applied.words]}
    with pytest.raises(Problem) as refused:
        presets.apply(session, editor=editor, preset_id=preset_id)
    assert refused.value.code == "nothing-changed"


def test_the_organisations_own_entries_win(session, editor):
    words.add_word(session, editor=editor, values=WordValues("trade", "Risk-free"))
    words.add_word(session, editor=editor, values=WordValues("preferred", "sure thing", use="no risk"))
    applied = presets.apply(session, editor=editor, preset_id="regulated")
    assert applied.words_kept == ("no risk",)
    text = "Our risk-free plan, a sure thing for the port, was sold to four shipping lines on Monday morning."
    found = {finding.quote for finding in draft.draft_coach(session).assess(Draft("linkedin-post", text)).findings}
    assert "sure thing" in found
    assert "risk-free" not in found
