"""One-to-ones: who may keep and read them, what is carried over, what is offered again, and what nobody may lose."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry, ProfileView
from server.core.problems import Problem
from server.core.weeks import UTC_CALENDAR, WEEK
from server.one_to_ones import operations, reading
from server.one_to_ones.models import AgreedAction, OneToOne, UsedPoint
from server.one_to_ones.schemas import Entry, NewAction
from server.people.memberships import assign
from server.people.organisation import change_note_readers, change_retention
from server.people.queries import get_organisation
from server.privacy import operations as privacy
from server.privacy.export import export_document
from tests.factories import make_identity, make_record, make_team, make_user

TODAY = UTC_CALENDAR.today()
THIS_WEEK = UTC_CALENDAR.this_monday() - WEEK
EMPTY = Entry("", "", (), frozenset(), {}, 0)
SECRET = "Canary notes nobody else reads"


@pytest.fixture(autouse=True)
def rolled_back(session):
    yield
    session.rollback()


@pytest.fixture
def team(session):
    get_organisation(session).team_only = False
    get_organisation(session).note_readers = "both"
    top = make_team(session, name="Company")
    north, south = make_team(session, name="North", parent=top), make_team(session, name="South", parent=top)
    return {
        "north": north,
        "south": south,
        "head": make_user(session, role="manager", team=top, name="Hanna Head"),
        "manager": make_user(session, role="manager", team=north, name="Mo Manager"),
        "deputy": make_user(session, role="manager", team=north, name="Dee Deputy"),
        "other": make_user(session, role="manager", team=south, name="Sam South"),
        "admin": make_user(session, role="admin", team=north),
        "rep": make_user(session, team=north, name="Bea Rep"),
        "first": make_user(session, team=north, name="Ann Rep"),
        "last": make_user(session, team=north, name="Cem Rep"),
    }


def save(session, manager, rep, *, held_on=TODAY, week=THIS_WEEK, **values):
    entry = replace(EMPTY, **values)
    operations.save(session, viewer=make_identity(manager), user_id=rep.id, held_on=held_on, week=week, entry=entry)


def opened(session, manager, rep, *, held_on=None, week=THIS_WEEK, team_id=None):
    return reading.open_page(
        session, viewer=make_identity(manager), user_id=rep.id, held_on=held_on, week=week, team_id=team_id
    )


def own(session, person):
    return reading.own_page(session, viewer=make_identity(person))


def action(text, owner="person", due_on=None):
    return NewAction(text, owner, due_on)


def test_last_times_actions_stand_at_the_top_until_they_are_done(session, team):
    earlier = TODAY - timedelta(days=14)
    save(session, team["manager"], team["rep"], held_on=earlier, actions=(action("Call Berg"), action("Send list", "manager")))
    save(session, team["manager"], team["rep"], held_on=TODAY - timedelta(days=7), actions=(action("Read the deck"),))
    lines = opened(session, team["manager"], team["rep"]).earlier_actions
    assert {line.text for line in lines} == {"Call Berg", "Send list", "Read the deck"}
    done = next(line.id for line in lines if line.text == "Call Berg")
    save(session, team["manager"], team["rep"], changed={done: True})
    page = opened(session, team["manager"], team["rep"], held_on=TODAY)
    assert [line.done_on for line in page.earlier_actions if line.text == "Call Berg"] == [TODAY]
    later = opened(session, team["manager"], team["rep"], held_on=TODAY + timedelta(days=1))
    assert "Call Berg" not in {line.text for line in later.earlier_actions}
    assert "Send list" in {line.text for line in later.earlier_actions}


@pytest.mark.parametrize("who", ["other", "admin", "rep", "first"])
def test_nobody_but_a_present_manager_opens_or_saves(session, team, who):
    for attempt in (opened, save):
        with pytest.raises(Problem) as refused:
            attempt(session, team[who], team["rep"])
        assert refused.value.status == 404


def test_managers_of_the_same_team_keep_no_notes_about_each_other(session, team):
    with pytest.raises(Problem):
        opened(session, team["manager"], team["deputy"])
    assert opened(session, team["head"], team["manager"]).name == "Mo Manager"


def test_another_manager_sees_shared_open_actions_and_no_notes(session, team):
    save(session, team["manager"], team["rep"], notes=SECRET, praise=SECRET, actions=(action("Call Berg"),))
    page = opened(session, team["head"], team["rep"])
    assert [(line.text, line.manager) for line in page.earlier_actions] == [("Call Berg", "Mo Manager")]
    assert SECRET not in str(page)


@pytest.mark.parametrize(("readers", "handed_over"), [("both", ["Call Berg"]), ("manager", [])])
def test_a_new_manager_takes_over_what_the_person_could_read(session, team, readers, handed_over):
    change_note_readers(session, readers=readers)
    save(session, team["manager"], team["rep"], held_on=TODAY - timedelta(days=1), notes=SECRET, actions=(action("Call Berg"),))
    assign(session, user_id=team["rep"].id, team_id=team["south"].id, role="rep", starts_on=TODAY)
    page = opened(session, team["other"], team["rep"])
    assert [line.text for line in page.earlier_actions] == handed_over
    assert SECRET not in str(page)
    with pytest.raises(Problem):
        opened(session, team["manager"], team["rep"])


def test_the_person_reads_everything_that_is_shared_and_only_praise_of_the_rest(session, team):
    save(session, team["manager"], team["rep"], notes=SECRET, praise="Well done", actions=(action("Call Berg"),))
    assert (own(session, team["rep"])[0].notes, own(session, team["rep"])[0].actions[0].text) == (SECRET, "Call Berg")
    change_note_readers(session, readers="manager")
    save(session, team["head"], team["rep"], notes="Hidden", praise="Strong week", actions=(action("Hidden"),))
    save(session, team["head"], team["first"], notes="Hidden")
    shared = {view.manager: view for view in own(session, team["rep"])}
    assert shared["Mo Manager"].notes == SECRET
    assert (shared["Hanna Head"].praise, shared["Hanna Head"].notes, shared["Hanna Head"].actions) == ("Strong week", "", ())
    assert own(session, team["first"]) == ()


def test_what_was_kept_alone_stays_so_after_the_setting_changed(session, team):
    change_note_readers(session, readers="manager")
    save(session, team["manager"], team["rep"], notes=SECRET)
    change_note_readers(session, readers="both")
    save(session, team["manager"], team["rep"], notes=SECRET + "!", version=1)
    assert own(session, team["rep"]) == ()


def test_the_person_marks_their_own_shared_actions_only(session, team):
    save(session, team["manager"], team["rep"], actions=(action("Mine"), action("Theirs", "manager")))
    mine, theirs = (line.id for line in own(session, team["rep"])[0].actions)
    operations.mark_own_action(session, viewer=make_identity(team["rep"]), action_id=mine, done=True)
    assert session.get(AgreedAction, mine).done_on == TODAY
    change_note_readers(session, readers="manager")
    save(session, team["head"], team["rep"], actions=(action("Kept alone"),))
    kept_alone = session.scalars(select(AgreedAction.id).where(AgreedAction.text == "Kept alone")).one()
    for person, action_id in ((team["rep"], theirs), (team["first"], mine), (team["rep"], kept_alone), (team["rep"], 10**9)):
        with pytest.raises(Problem):
            operations.mark_own_action(session, viewer=make_identity(person), action_id=action_id, done=True)


def test_a_page_opened_before_another_save_does_not_overwrite_it(session, team):
    save(session, team["manager"], team["rep"], notes="First window")
    with pytest.raises(Problem) as refused:
        save(session, team["manager"], team["rep"], notes="Second window")
    assert refused.value.status == 409
    assert opened(session, team["manager"], team["rep"]).current.notes == "First window"


def test_the_same_form_sent_twice_is_saved_once(session, team):
    for _ in range(2):
        save(session, team["manager"], team["rep"], notes="Once", actions=(action("Call Berg"),))
    assert [line.text for line in opened(session, team["manager"], team["rep"]).current.actions] == ["Call Berg"]


@pytest.mark.parametrize(
    ("values", "field", "limit"),
    [
        ({"notes": "x" * 5001}, "notes", "5,000"),
        ({"praise": "x" * 1001}, "praise", "1,000"),
        ({"actions": (action("x" * 301),)}, "action-0-text", "300"),
        ({"actions": (action("Call", due_on=TODAY - timedelta(days=1)),)}, "action-0-due", str(TODAY)),
        ({"held_on": TODAY + timedelta(days=1)}, "held_on", "to today"),
    ],
)
def test_errors_name_the_field_and_the_limit(session, team, values, field, limit):
    with pytest.raises(Problem) as refused:
        save(session, team["manager"], team["rep"], **values)
    assert refused.value.errors[0]["field"] == field
    assert limit in refused.value.errors[0]["message"]


def count_calls(session, person, numbers):
    """Per week, up to the last complete one."""
    for weeks_ago, number in enumerate(reversed(numbers)):
        moment = datetime.combine(THIS_WEEK - WEEK * weeks_ago + timedelta(days=1), datetime.min.time(), UTC)
        make_record(session, person, count=number, occurred_at=moment)


def suggested(session, team, week=THIS_WEEK):
    return {f"{one.reason}:{one.subject}" for one in opened(session, team["manager"], team["rep"], week=week).points}


def test_a_used_point_is_not_offered_again_until_its_weeks_are_new(session, team):
    count_calls(session, team["rep"], [40] * 12 + [20] * 4)
    assert "decline:call" in suggested(session, team)
    save(session, team["manager"], team["rep"], points=frozenset({("decline", "call"), ("growth", "nothing-suggested")}))
    assert [(one.reason, one.week) for one in session.scalars(select(UsedPoint))] == [("decline", THIS_WEEK)]
    assert "decline:call" not in suggested(session, team)
    page = opened(session, team["manager"], team["rep"])
    assert [title for _, _, title in page.used] == ["Fewer calls"]
    assert page.current.points == ("Fewer calls",)
    session.execute(UsedPoint.__table__.update().values(week=THIS_WEEK - 4 * WEEK))
    assert "decline:call" in suggested(session, team)


def test_a_used_point_is_offered_again_when_its_numbers_changed(session, team):
    count_calls(session, team["rep"], [40] * 12 + [20] * 4)
    save(session, team["manager"], team["rep"], points=frozenset({("decline", "call")}))
    session.execute(UsedPoint.__table__.update().values(value=110))
    assert "decline:call" in suggested(session, team)


def test_a_point_can_be_unmarked(session, team):
    count_calls(session, team["rep"], [40] * 12 + [20] * 4)
    save(session, team["manager"], team["rep"], points=frozenset({("decline", "call")}))
    save(session, team["manager"], team["rep"], version=1)
    assert "decline:call" in suggested(session, team)


def test_next_and_previous_person_are_the_reps_of_the_team_by_name(session, team):
    page = opened(session, team["manager"], team["rep"], team_id=team["north"].id)
    assert (page.previous.name, page.next.name, page.place, page.count) == ("Ann Rep", "Cem Rep", 2, 3)
    assert opened(session, team["manager"], team["first"]).previous is None
    assert opened(session, team["manager"], team["last"]).next is None


def test_team_only_mode_has_no_page_about_a_person(session, team):
    save(session, team["manager"], team["rep"], praise="Well done")
    get_organisation(session).team_only = True
    with pytest.raises(Problem):
        opened(session, team["manager"], team["rep"])
    assert own(session, team["rep"])[0].praise == "Well done"


def test_opening_is_shown_to_the_person_and_the_audit_log_has_no_texts(session, team):
    save(session, team["manager"], team["rep"], notes=SECRET, praise=SECRET, actions=(action(SECRET),))
    opened(session, team["manager"], team["rep"])
    view = session.scalars(select(ProfileView).where(ProfileView.subject_id == team["rep"].id)).one()
    assert (view.page, view.viewer_id) == ("one-to-one", team["manager"].id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "one-to-one.saved")).one()
    assert (entry.actor_id, entry.object_id, entry.changes) == (team["manager"].id, str(team["rep"].id), None)
    assert not [row for row in session.scalars(select(AuditEntry)) if SECRET in str(row.changes)]


def test_exports_hold_what_their_person_may_read(session, team):
    save(session, team["manager"], team["rep"], notes=SECRET, actions=(action("Call Berg"),))
    change_note_readers(session, readers="manager")
    save(session, team["head"], team["rep"], notes="Kept alone", praise="Strong week")
    shared = export_document(session, user_id=team["rep"].id)["one_to_ones"]
    assert {row.get("notes") for row in shared} == {SECRET, None}
    assert "Strong week" in json.dumps(shared)
    assert "Kept alone" not in json.dumps(shared)
    written = export_document(session, user_id=team["head"].id)["one_to_ones_as_manager"]
    assert written[0]["notes"] == "Kept alone"


def test_erasing_the_person_deletes_everything_about_them(session, team):
    save(session, team["manager"], team["rep"], notes=SECRET, actions=(action("Call Berg"),))
    operations.forget_person(session, user_id=team["rep"].id)
    assert session.scalars(select(OneToOne)).all() == []
    assert session.scalars(select(AgreedAction)).all() == []


def test_erasing_a_manager_deletes_what_they_kept_alone(session, team):
    save(session, team["manager"], team["rep"], notes="Shared")
    change_note_readers(session, readers="manager")
    save(session, team["manager"], team["first"], notes=SECRET)
    save(session, team["manager"], team["last"], notes=SECRET, praise="Strong week")
    operations.forget_person(session, user_id=team["manager"].id)
    assert sorted((row.notes, row.praise) for row in session.scalars(select(OneToOne))) == [("", "Strong week"), ("Shared", "")]


def test_old_one_to_ones_are_deleted_after_their_period(session, team):
    periods = {
        "text_retention_months": 13, "view_retention_months": 12, "access_retention_days": 30, "export_days": 7,
        "note_retention_months": 1,
    }  # fmt: skip
    change_retention(session, periods=periods)
    save(session, team["manager"], team["rep"], held_on=TODAY - timedelta(days=40), actions=(action("Call Berg"),))
    save(session, team["manager"], team["rep"], held_on=TODAY - timedelta(days=5))
    privacy.purge(session, at=datetime.now(UTC))
    assert [row.held_on for row in session.scalars(select(OneToOne))] == [TODAY - timedelta(days=5)]
    assert session.scalars(select(AgreedAction)).all() == []


def test_changing_who_reads_is_recorded_and_asks_everybody_to_read_the_notice(session, team):
    before = get_organisation(session).notice_version
    change_note_readers(session, readers="manager")
    assert get_organisation(session).notice_version != before
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.changed"))
    assert ["both", "manager"] in [entry.changes.get("note_readers") for entry in entries]
