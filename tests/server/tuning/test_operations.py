"""Changes of the scoring: new versions, their preview, and who may activate them."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import func, select

from nlp import Coach, Draft
from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.people.models import Organisation
from server.tuning import champion, operations, versions
from server.tuning.models import ScoringAlias, ScoringVersion
from server.tuning.preview import preview
from server.tuning.reference_drafts import reference_drafts
from tests.factories import make_identity, make_user


@pytest.fixture
def admins(session):
    """Two administrators; rolled back after the test."""
    yield [make_user(session, role="admin", name=f"Admin {number}") for number in (1, 2)]
    session.rollback()


def require_two_people(session, *, required):
    session.scalars(select(Organisation)).one().two_person = required
    session.flush()


def propose(session, proposer, version):
    return operations.propose(session, proposer=make_identity(proposer), version_hash=version.hash)


def create_version(session, author, **weights):
    return operations.create_version(
        session, author=make_identity(author), weights=weights or {"hook": 40}, note="Weigh the first line more"
    )


def test_packaged_scoring_is_the_champion_of_a_new_database(session, admins):
    scoring = champion.ensure_champion(session)
    stored = session.get_one(ScoringVersion, scoring.version)
    assert stored.author_id is None
    assert stored.document == scoring.document
    assert champion.ensure_champion(session).version == scoring.version
    assert session.scalar(select(func.count()).select_from(ScoringVersion)) == 1


def test_get_champion_writes_nothing(session, admins):
    assert champion.get_champion(session).version == champion.ensure_champion(session).version
    session.rollback()
    champion.get_champion(session)
    assert session.scalar(select(func.count()).select_from(ScoringVersion)) == 0
    assert session.scalar(select(func.count()).select_from(ScoringAlias)) == 0


def test_new_version_becomes_challenger_and_not_champion(session, admins):
    before = champion.ensure_champion(session).version
    version = create_version(session, admins[0])
    assert champion.ensure_champion(session).version == before
    assert version.parent_hash == before
    assert session.get_one(ScoringAlias, "challenger").version_hash == version.hash
    described = versions.get_version(session, version_hash=version.hash)
    assert described.state == "challenger"
    assert described.author == "Admin 1"
    assert [line for line in described.changes if line.startswith("Hook: weight ")] == list(described.changes)


def test_differences_name_changed_rules_and_points(session, admins):
    rule = next(rule for rule in champion.ensure_champion(session).rules if rule["on"] and rule["points"])
    version = operations.create_version(
        session, author=make_identity(admins[0]), rules={rule["id"]: {"on": False, "points": 0.5}}, note="Not for us"
    )
    changes = versions.get_version(session, version_hash=version.hash).changes
    assert changes == (f"{rule['id']}: turned off", f"{rule['id']}: {rule['points']:g} to 0.5 points")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"weights": {"hook": 101}, "note": "x"}, "rubric.weights.hook"),
        ({"weights": {"luck": 5}, "note": "x"}, "rubric.weights"),
        ({"rules": {"Repute.NoSuchRule": {"on": False}}, "note": "x"}, "rules"),
        ({"weights": {"hook": 5}, "note": "  "}, "note"),
        ({"weights": {"hook": 5}, "note": "x" * 301}, "note"),
    ],
)
def test_invalid_change_is_refused_with_its_field_and_stores_nothing(session, admins, values, field):
    champion.ensure_champion(session)
    with pytest.raises(Problem) as refused:
        operations.create_version(session, author=make_identity(admins[0]), **values)
    assert refused.value.errors[0]["field"] == field
    assert session.scalar(select(func.count()).select_from(ScoringVersion)) == 1


def test_unchanged_scoring_is_refused(session, admins):
    scoring = champion.ensure_champion(session)
    with pytest.raises(Problem) as refused:
        operations.create_version(
            session, author=make_identity(admins[0]), weights={"hook": scoring.weights["hook"]}, note="Nothing"
        )
    assert refused.value.code == "nothing-changed"


def test_preview_equals_assessing_every_draft_with_both_versions(session, admins):
    version = create_version(session, admins[0], hook=60, form=0)
    effect = preview(session, version_hash=version.hash, user_id=1)
    before, after = (
        Coach(champion.ensure_champion(session)),
        Coach(champion.ensure_champion(session).changed(weights={"hook": 60, "form": 0})),
    )
    texts = {draft.id: draft for draft in reference_drafts()}
    for row in effect.drafts:
        draft = Draft(texts[row.id].surface, texts[row.id].text)
        assert (row.before, row.band_before) == ((old := before.assess(draft)).score, old.band)
        assert (row.after, row.band_after) == ((new := after.assess(draft)).score, new.band)
    assert any(row.change for row in effect.drafts)
    assert set(effect.band_changes) == {row for row in effect.drafts if row.band_before != row.band_after}
    assert sum(effect.before) == sum(effect.after) == len(effect.drafts) == len(texts) - effect.not_scored
    assert [abs(draft.change) for draft in effect.drafts] == sorted(
        (abs(draft.change) for draft in effect.drafts), reverse=True
    )


def test_preview_lists_band_thresholds_and_titles(session, admins):
    effect = preview(session, version_hash=create_version(session, admins[0]).hash, user_id=1)
    thresholds = [0, *effect.bands_after.values()]
    assert list(effect.bands_after) == ["fair", "good", "strong"]
    assert effect.bands_before == effect.bands_after
    bands = ["needs-work", *effect.bands_after]
    for row in effect.drafts:
        assert bands[sum(row.after >= threshold for threshold in thresholds) - 1] == row.band_after
    texts = {draft.id: " ".join(draft.text.split()) for draft in reference_drafts()}
    assert all(texts[row.id].startswith(row.title.removesuffix(" …")) for row in effect.drafts)
    assert max(len(row.title) for row in effect.drafts) <= 60
    assert len({row.title for row in effect.drafts}) == len(effect.drafts)


def test_preview_of_the_champion_changes_nothing(session, admins):
    effect = preview(session, version_hash=champion.ensure_champion(session).version, user_id=1)
    assert effect.before == effect.after
    assert effect.band_changes == ()


def test_proposal_is_activated_at_once_if_no_second_person_is_required(session, admins):
    require_two_people(session, required=False)
    version = create_version(session, admins[0])
    assert propose(session, admins[0], version).state == "confirmed"
    assert champion.ensure_champion(session).version == version.hash
    with pytest.raises(Problem) as refused:
        propose(session, admins[0], version)
    assert refused.value.code == "in-force"


def test_proposer_cannot_confirm_if_two_people_are_required(session, admins):
    require_two_people(session, required=True)
    version = create_version(session, admins[0])
    promotion = propose(session, admins[0], version)
    assert champion.ensure_champion(session).version != version.hash
    assert not versions.get_proposal(session, viewer=make_identity(admins[0])).may_confirm
    with pytest.raises(Problem) as refused:
        operations.confirm(session, confirmer=make_identity(admins[0]), promotion_id=promotion.id)
    assert refused.value.code == "second-person"
    assert versions.get_proposal(session, viewer=make_identity(admins[1])).may_confirm
    operations.confirm(session, confirmer=make_identity(admins[1]), promotion_id=promotion.id)
    assert champion.ensure_champion(session).version == version.hash
    with pytest.raises(Problem) as refused:
        operations.confirm(session, confirmer=make_identity(admins[1]), promotion_id=promotion.id)
    assert refused.value.code == "decided"


def test_a_later_proposal_drops_the_earlier_one(session, admins):
    require_two_people(session, required=True)
    first = propose(session, admins[0], create_version(session, admins[0], hook=40))
    second = propose(session, admins[0], create_version(session, admins[0], hook=50))
    session.refresh(first)
    assert (first.state, second.state) == ("dropped", "proposed")


def test_proposal_and_activation_are_in_the_audit_log(session, admins):
    require_two_people(session, required=False)
    version = create_version(session, admins[0])
    propose(session, admins[0], version)
    rows = session.scalars(select(AuditEntry).filter_by(object_id=version.hash).order_by(AuditEntry.id)).all()
    assert [(row.action, row.actor_id) for row in rows] == [
        (action, admins[0].id) for action in ("scoring.changed", "scoring.proposed", "scoring.in-force")
    ]


def test_unknown_version_answers_404(session, admins):
    for operation in (partial(preview, user_id=1), versions.get_version):
        with pytest.raises(Problem) as refused:
            operation(session, version_hash="0" * 64)
        assert refused.value.status == 404
