"""Who decides about sourced outcomes, and what another system's records propose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.activities.outcomes import outcomes_of_items, withdraw_outcome
from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.problems import Problem
from server.outcomes.models import Outcome
from server.outcomes.verify import verify
from server.people.memberships import assign
from server.people.queries import get_organisation
from server.privacy.operations import list_profile_views
from server.records.operations import apply_records
from server.records.rows import Row
from server.scorecards.approvals import count_waiting, decide_outcome, decide_record, open_queue
from tests.factories import make_identity, make_record, make_team, make_user
from tests.server.outcomes.outcome_helpers import make_item, state


@pytest.fixture
def people(session):
    north = make_team(session, name="North")
    yield {
        "rep": make_user(session, team=north, name="Ann"),
        "manager": make_user(session, role="manager", team=north),
        "stranger": make_user(session, role="manager"),
        "admin": make_user(session, role="admin"),
        "team": north,
    }
    session.rollback()


def viewer(people, name):
    return make_identity(people[name])


def of_rep(session, people, item):
    return outcomes_of_items(session, user_id=people["rep"].id, item_ids=[item.id]).get(item.id)


def named(session, user, item, **values):
    """A record that names the item, as the API sends it."""
    row = Row(
        **{"source_id": "42", "owner": user.email, "kind": "meeting", "occurred_at": now() - timedelta(days=1)}
        | {"social_source": f"{item.url}?utm_source=share"} | values
    )  # fmt: skip
    (outcome,) = apply_records(session, "crm", [row], import_id="test")
    return outcome


def entry_of(session, people, item, by="manager"):
    entries = [one for one in open_queue(session, viewer=viewer(people, by)).entries if one.item_id == item.id]
    return entries[0] if entries else None


def test_a_manager_of_the_team_approves_and_it_counts(session, people):
    item = make_item(session, people["rep"])
    outcome = state(session, people["rep"], item)
    assert count_waiting(session, viewer=viewer(people, "manager")) == 1
    decide_outcome(session, viewer=viewer(people, "manager"), outcome_id=outcome.id, event="approved")
    assert of_rep(session, people, item).counted == (("meeting", 1),)
    assert count_waiting(session, viewer=viewer(people, "manager")) == 0
    audited = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == str(outcome.id))).all()
    assert "outcome.approved" in audited
    assert verify(session) == []


def test_a_declined_one_does_not_count_and_says_why(session, people):
    item = make_item(session, people["rep"])
    outcome = state(session, people["rep"], item)
    for reason in ("  ", "a" * 501):
        with pytest.raises(Problem, match="invalid-field"):
            decide_outcome(
                session, viewer=viewer(people, "manager"), outcome_id=outcome.id, event="declined", reason=reason
            )  # fmt: skip
    decide_outcome(
        session, viewer=viewer(people, "manager"), outcome_id=outcome.id, event="declined", reason="It was booked before."
    )  # fmt: skip
    (line,) = of_rep(session, people, item).lines
    assert (line.state, line.reason) == ("declined", "It was booked before.")
    with pytest.raises(Problem, match="decided-already"):
        decide_outcome(session, viewer=viewer(people, "admin"), outcome_id=outcome.id, event="approved")


def test_strangers_and_reps_decide_about_nobody(session, people):
    outcome = state(session, people["rep"], make_item(session, people["rep"]))
    for name in ("stranger", "rep"):
        with pytest.raises(Problem, match="not-found"):
            decide_outcome(session, viewer=viewer(people, name), outcome_id=outcome.id, event="approved")
        assert count_waiting(session, viewer=viewer(people, name)) == 0
    with pytest.raises(Problem, match="not-found"):
        open_queue(session, viewer=viewer(people, "rep"))


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_nobody_decides_about_their_own(session, people, role):
    item = make_item(session, people[role])
    outcome = state(session, people[role], item)
    named(session, people[role], item)
    assert entry_of(session, people, item, by=role) is None
    with pytest.raises(Problem, match="own-outcome"):
        decide_outcome(session, viewer=viewer(people, role), outcome_id=outcome.id, event="approved")
    record_id = entry_of(session, people, item, by="admin" if role == "manager" else "manager")
    assert role == "admin" or record_id is not None


def test_in_team_only_mode_administrators_decide(session, people):
    get_organisation(session).team_only = True
    outcome = state(session, people["rep"], make_item(session, people["rep"]))
    with pytest.raises(Problem, match="not-found"):
        open_queue(session, viewer=viewer(people, "manager"))
    with pytest.raises(Problem, match="not-found"):
        decide_outcome(session, viewer=viewer(people, "manager"), outcome_id=outcome.id, event="approved")
    decide_outcome(session, viewer=viewer(people, "admin"), outcome_id=outcome.id, event="approved")


def test_the_manager_of_the_team_of_that_day_decides(session, people):
    """The rep has moved since; what happens from now on is for the new manager."""
    south = make_team(session, name="South")
    people["south"] = make_user(session, role="manager", team=south)
    item = make_item(session, people["rep"])
    before = state(session, people["rep"], item, occurred_on=now().date() - timedelta(days=5))
    assign(
        session, user_id=people["rep"].id, team_id=south.id, role="rep", starts_on=now().date() - timedelta(days=2)
    )  # fmt: skip
    after = state(session, people["rep"], item)
    for name, theirs, others in (("manager", before, after), ("south", after, before)):
        assert [one.outcome_id for one in open_queue(session, viewer=viewer(people, name)).entries] == [theirs.id]
        with pytest.raises(Problem, match="not-found"):
            decide_outcome(session, viewer=viewer(people, name), outcome_id=others.id, event="approved")


def test_the_people_on_the_page_see_who_opened_it(session, people):
    state(session, people["rep"], make_item(session, people["rep"]))
    open_queue(session, viewer=viewer(people, "manager"))
    assert [view.page for view in list_profile_views(session, user_id=people["rep"].id)] == ["approvals"]


def test_a_record_that_names_the_item_is_proposed_and_approved(session, people):
    item = make_item(session, people["rep"])
    named(session, people["rep"], item)
    assert of_rep(session, people, item).proposed == 1
    entry = entry_of(session, people, item)
    assert (entry.kind, entry.grade, entry.source, entry.outcome_id) == ("meeting", "crm", "crm", None)
    decide_record(
        session, viewer=viewer(people, "manager"), record_id=entry.record_id, item_id=item.id, event="approved"
    )  # fmt: skip
    outcomes = of_rep(session, people, item)
    assert (outcomes.counted, outcomes.proposed, outcomes.lines[0].origin) == ((("meeting", 1),), 0, "crm")
    with pytest.raises(Problem, match="decided-already"):
        decide_record(
            session, viewer=viewer(people, "admin"), record_id=entry.record_id, item_id=item.id, event="approved"
        )  # fmt: skip
    assert verify(session) == []


def test_a_declined_proposal_does_not_come_back_and_leaves_the_record_free(session, people):
    item = make_item(session, people["rep"])
    named(session, people["rep"], item)
    entry = entry_of(session, people, item)
    decide_record(
        session, viewer=viewer(people, "manager"), record_id=entry.record_id, item_id=item.id, event="declined", reason="No."
    )  # fmt: skip
    named(session, people["rep"], item, occurred_at=now() - timedelta(days=2))
    assert entry_of(session, people, item) is None
    assert of_rep(session, people, item).lines[0].reason == "No."
    assert state(session, people["rep"], item, record_id=entry.record_id) is not None


def test_only_a_counted_item_of_the_same_person_from_before_is_proposed(session, people):
    item = make_item(session, people["rep"])
    colleague = make_user(session, team=people["team"])
    for number, (user, values) in enumerate(
        (
            (colleague, {}),
            (people["rep"], {"kind": "call"}),
            (people["rep"], {"count": 3}),
            (people["rep"], {"occurred_at": now() - timedelta(days=20)}),
            (people["rep"], {"social_source": "https://www.linkedin.com/feed/update/urn:li:activity:7999999999999999999"}),
            (people["rep"], {"social_source": None}),
        )
    ):
        named(session, user, item, source_id=str(number), **values)
    named(session, people["rep"], make_item(session, people["rep"], state="held"), source_id="held")
    assert open_queue(session, viewer=viewer(people, "admin")).count == 0


def test_an_item_that_is_shared_later_is_found_too(session, people):
    url = "https://x.com/ann/status/1865432109876543210"
    row = Row("9", people["rep"].email, "deal", now() - timedelta(days=1), social_source=url)
    list(apply_records(session, "crm", [row], import_id="test"))
    assert count_waiting(session, viewer=viewer(people, "manager")) == 0
    item = make_item(session, people["rep"], url="https://twitter.com/ann/status/1865432109876543210?s=20")
    assert entry_of(session, people, item).kind == "deal"


def test_of_several_items_with_the_link_the_last_one_before_the_record_is_meant(session, people):
    url = "https://www.linkedin.com/in/ann"
    days = [make_item(session, people["rep"], url=url, at=now() - timedelta(days=back)) for back in (20, 10, 0)]
    named(session, people["rep"], days[0], social_source=url, occurred_at=now() - timedelta(days=5))
    (entry,) = open_queue(session, viewer=viewer(people, "manager")).entries
    assert entry.item_id == days[1].id
    with pytest.raises(Problem, match="changed"):
        decide_record(
            session, viewer=viewer(people, "manager"), record_id=entry.record_id, item_id=days[0].id, event="approved"
        )  # fmt: skip


def test_a_deleted_or_reassigned_record_stops_counting_and_starts_again(session, people):
    item, colleague = make_item(session, people["rep"]), make_user(session, team=people["team"])
    named(session, people["rep"], item)
    entry = entry_of(session, people, item)
    decide_record(
        session, viewer=viewer(people, "manager"), record_id=entry.record_id, item_id=item.id, event="approved"
    )  # fmt: skip
    list(apply_records(session, "crm", [Row("42", is_deleted=True)], import_id="test"))
    assert of_rep(session, people, item).lines[0].state == "gone"
    named(session, people["rep"], item)
    assert of_rep(session, people, item).lines[0].state == "counted"
    named(session, colleague, item)
    assert of_rep(session, people, item).lines[0].state == "gone"
    theirs = state(session, colleague, make_item(session, colleague), record_id=entry.record_id)
    named(session, people["rep"], item)
    assert of_rep(session, people, item).lines[0].state == "gone", "the record is the colleague's outcome"
    assert session.get(Outcome, theirs.id) is not None
    assert verify(session) == []


def test_a_waiting_outcome_whose_record_is_gone_cannot_be_approved(session, people):
    record = make_record(session, people["rep"], kind="meeting", source_id="gone")
    outcome = state(session, people["rep"], make_item(session, people["rep"]), record_id=record.id)
    list(apply_records(session, "crm", [Row("gone", is_deleted=True)], import_id="test"))
    assert count_waiting(session, viewer=viewer(people, "manager")) == 0
    with pytest.raises(Problem, match="record-gone"):
        decide_outcome(session, viewer=viewer(people, "manager"), outcome_id=outcome.id, event="approved")


def test_a_withdrawn_outcome_of_a_record_is_not_proposed_again(session, people):
    item = make_item(session, people["rep"])
    named(session, people["rep"], item)
    entry = entry_of(session, people, item)
    decide_record(
        session, viewer=viewer(people, "manager"), record_id=entry.record_id, item_id=item.id, event="approved"
    )  # fmt: skip
    (line,) = of_rep(session, people, item).lines
    withdraw_outcome(session, identity=viewer(people, "rep"), outcome_id=line.id)
    assert of_rep(session, people, item) is None
    assert count_waiting(session, viewer=viewer(people, "admin")) == 0


def test_people_who_left_wait_for_nobody(session, people):
    item = make_item(session, people["rep"])
    outcome = state(session, people["rep"], item)
    named(session, people["rep"], item)
    people["rep"].is_active = False
    session.flush()
    assert count_waiting(session, viewer=viewer(people, "admin")) == 0
    with pytest.raises(Problem, match="not-found"):
        decide_outcome(session, viewer=viewer(people, "admin"), outcome_id=outcome.id, event="approved")
