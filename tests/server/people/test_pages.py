"""The pages about people: what an administrator can do, and what a manager can see."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.weeks import UTC_CALENDAR, WEEK
from server.people import queries
from server.people.directory import team_paths
from server.people.models import Target, Team, User
from server.security.models import WebSession
from tests.factories import make_team, make_user, new_cookie
from tests.forms import extract_csrf_token, send

pytestmark = pytest.mark.sqlite_only

TODAY = UTC_CALENDAR.today()


def upload(client, text, **fields):
    token = extract_csrf_token(client.get("/people/import").text)
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "people.csv"), **fields}
    return client.post("/people/import", data=data, content_type="multipart/form-data")


def confirm_import(client, text, **fields):
    return send(client, "/people/import", "/people/import", step="import", text=text, **fields)


def unique_address(tree, name):
    return f"{name}-{tree['company'].id}@example.com"


def test_list_can_be_searched_and_filtered(admin, tree):
    page = admin.get(f"/people?team={tree['north'].id}").text
    assert "Rita Rep" in page
    assert "Otto Other" not in page
    assert "Rita Rep" not in admin.get("/people?q=otto").text


def test_manager_sees_their_own_people_and_no_forms(manager, tree):
    page = manager.get("/people").text
    assert "Rita Rep" in page
    assert "Otto Other" not in page
    assert "/people/new" not in page
    person = manager.get(f"/people/{tree['rep'].id}")
    assert person.status_code == 200
    assert "<form" not in person.text.split("<main")[1].split("</main")[0]
    assert manager.get(f"/people/{tree['other'].id}").status_code == 404
    for path in ("/people/new", "/people/teams", "/people/targets", "/people/calendar", "/people/import", "/people/export"):
        assert manager.get(path).status_code == 404


def test_company_starts_without_sql(admin, read, tree):
    send(admin, "/people/teams", "/people/teams", name="Fresh start", parent=str(tree["company"].id))
    team = read(lambda session: session.scalars(select(Team).where(Team.parent_id == tree["company"].id)).all()[-1])
    email = unique_address(tree, "first")
    answer = send(
        admin, "/people/new", "/people/new",
        name="First Rep", email=email, role="rep", team=str(team.id), started_on="2026-03-02",
    )  # fmt: skip
    user = read(lambda session: queries.user_by_email(session, email=email))
    assert (answer.status_code, answer.location) == (303, f"/people/{user.id}")
    (membership,) = read(lambda session: queries.memberships_of(session, user_id=user.id))
    assert (membership.team_id, membership.starts_on.isoformat(), membership.ends_on) == (team.id, "2026-03-02", None)
    monday = (UTC_CALENDAR.this_monday() + WEEK).isoformat()
    send(
        admin, "/people/targets", "/people/targets",
        scope=f"team-{team.id}", metric="call", per_week="40", valid_from=monday, ramp="25, 50",
    )  # fmt: skip
    target = read(lambda session: session.scalars(select(Target).where(Target.team_id == team.id)).one())
    assert (target.per_week, target.valid_from.isoformat(), target.ramp) == (40, monday, [25, 50])
    link = send(admin, f"/people/{user.id}/link", f"/people/{user.id}").text.split('id="new-link">')[1].split("<")[0]
    assert admin.get(link[link.index("/link/") :]).status_code == 200


def test_move_is_dated_and_audited_with_before_and_after(admin, read, tree):
    send(
        admin, f"/people/{tree['rep'].id}/move", f"/people/{tree['rep'].id}",
        team=str(tree["south"].id), starts_on="2026-06-01",
    )  # fmt: skip
    history = read(lambda session: queries.memberships_of(session, user_id=tree["rep"].id))
    assert [(one.team_id, one.starts_on.isoformat()) for one in history] == [
        (tree["north"].id, "2000-01-01"), (tree["south"].id, "2026-06-01"),
    ]  # fmt: skip
    newest = select(AuditEntry).where(AuditEntry.action == "membership.changed").order_by(AuditEntry.id.desc())
    entry = read(lambda session: session.scalars(newest).first())
    assert entry.changes == {"team from 2026-06-01": [tree["north"].id, tree["south"].id]}
    assert (entry.actor_id, entry.object_id) == (tree["admin"].id, str(tree["rep"].id))


def test_manager_keeps_the_history_of_their_time_only(admin, engine, tree):
    send(
        admin, f"/people/{tree['rep'].id}/move", f"/people/{tree['rep'].id}",
        team=str(tree["south"].id), starts_on="2026-06-01",
    )  # fmt: skip
    admin.set_cookie("repute", new_cookie(engine, tree["manager"]))
    page = admin.get(f"/people/{tree['rep'].id}").text
    assert "to 31 May 2026" in page
    assert tree["south"].name not in page
    assert "Rita Rep" not in admin.get("/people").text


def test_manager_sees_no_leave_in_team_only_mode(admin, engine, tree):
    path = f"/people/{tree['rep'].id}"
    send(admin, f"{path}/leave", path, starts_on="2026-07-06", ends_on="2026-07-17", kind="holiday")
    admin.set_cookie("repute", new_cookie(engine, tree["manager"]))
    assert "6 Jul 2026" in admin.get(path).text
    with unit_of_work(engine) as session:
        queries.get_organisation(session).team_only = True
    assert "6 Jul 2026" not in admin.get(path).text
    with unit_of_work(engine) as session:
        queries.get_organisation(session).team_only = False


@pytest.mark.parametrize(
    ("form", "fields", "message"),
    [
        ("change", {"name": "", "email": "x@example.com", "started_on": ""}, "This must have 1 to 200 characters."),
        ("change", {"name": "Kept As Typed", "email": "nobody", "started_on": ""}, "This is not an e-mail address."),
        ("move", {"team": "", "starts_on": "1999-01-01"}, "This must be between the year 2000 and a year from now."),
        ("move", {"team": "999999", "starts_on": "2026-01-01"}, "This does not exist."),
        ("leave", {"starts_on": "2026-02-02", "ends_on": "2026-02-01", "kind": "holiday"}, "This must not be before"),
        ("leave", {"starts_on": "soon", "ends_on": "", "kind": "holiday"}, "This must be a date such as"),
    ],
)
def test_error_names_the_field_and_keeps_what_was_typed(admin, tree, form, fields, message):
    path = f"/people/{tree['rep'].id}"
    answer = send(admin, f"{path}/{form}", path, **fields)
    assert answer.status_code == 422
    assert message in answer.text
    assert all(f'value="{value}"' in answer.text for name, value in fields.items() if name != "team" and value)


def test_person_can_leave_and_come_back(admin, read, tree):
    path = f"/people/{tree['rep'].id}"
    send(admin, f"{path}/deactivate", path)
    assert not read(lambda session: session.get_one(User, tree["rep"].id)).is_active
    assert read(lambda session: queries.memberships_of(session, user_id=tree["rep"].id))[-1].ends_on == TODAY
    here, all_people = f"/people?team={tree['company'].id}", "/people?inactive=1"
    assert "Rita Rep" not in admin.get(here).text
    assert f'"/people/{tree["rep"].id}"' in admin.get(all_people).text
    too_early = send(admin, f"{path}/rehire", path, team=str(tree["south"].id), role="rep", starts_on=str(TODAY))
    assert (too_early.status_code, "after the day on which" in too_early.text) == (422, True)
    tomorrow = TODAY + timedelta(days=1)
    send(admin, f"{path}/rehire", path, team=str(tree["south"].id), role="manager", starts_on=str(tomorrow))
    user = read(lambda session: session.get_one(User, tree["rep"].id))
    assert (user.is_active, user.role) == (True, "manager")
    history = read(lambda session: queries.memberships_of(session, user_id=user.id))
    assert [(one.team_id, one.role, one.ends_on) for one in history] == [
        (tree["north"].id, "rep", TODAY), (tree["south"].id, "manager", None),
    ]  # fmt: skip


def test_leaver_keeps_the_last_day_and_is_offered_the_last_team(admin, read, tree):
    path, last_day = f"/people/{tree['rep'].id}", TODAY - timedelta(days=3)
    too_late = send(admin, f"{path}/deactivate", path, last_day=str(TODAY + timedelta(days=1)))
    assert (too_late.status_code, "must not be in the future" in too_late.text) == (422, True)
    assert read(lambda session: session.get_one(User, tree["rep"].id)).is_active
    send(admin, f"{path}/deactivate", path, last_day=str(last_day))
    assert read(lambda session: queries.memberships_of(session, user_id=tree["rep"].id))[-1].ends_on == last_day
    assert f'<option value="{tree["north"].id}" selected>' in admin.get(path).text


def test_next_target_starts_with_the_same_people_and_week(admin, tree):
    scope, monday = f"team-{tree['north'].id}", UTC_CALENDAR.this_monday() + 3 * WEEK
    target = {"scope": scope, "metric": "call", "per_week": "40", "valid_from": str(monday), "ramp": ""}
    answer = send(admin, "/people/targets", "/people/targets", **target)
    form = admin.get(answer.location).text
    assert f'<option value="{scope}" selected>' in form
    assert f'value="{monday}"' in form


def test_team_with_history_cannot_be_deleted_and_an_empty_one_can(admin, session, read, tree):
    empty = make_team(session)
    session.commit()
    refused = send(admin, f"/people/teams/{tree['north'].id}/delete", "/people/teams")
    assert (refused.status_code, "People were in this team" in refused.text) == (409, True)
    send(admin, f"/people/teams/{empty.id}/delete", "/people/teams")
    assert read(lambda session: session.get(Team, empty.id)) is None


def test_team_cannot_move_below_itself(admin, tree):
    refused = send(
        admin, f"/people/teams/{tree['company'].id}", "/people/teams",
        name="Company", parent=str(tree["north"].id), region="",
    )  # fmt: skip
    assert (refused.status_code, "the team itself or below it" in refused.text) == (422, True)


def test_leave_can_be_added_and_deleted(admin, read, tree):
    path = f"/people/{tree['rep'].id}"
    send(admin, f"{path}/leave", path, starts_on="2026-07-06", ends_on="2026-07-17", kind="holiday")
    (leave,) = read(lambda session: queries.leaves_of(session, user_id=tree["rep"].id))
    overlapping = send(admin, f"{path}/leave", path, starts_on="2026-07-17", ends_on="", kind="other")
    assert (overlapping.status_code, "overlaps with other leave" in overlapping.text) == (422, True)
    send(admin, f"{path}/leave/{leave.id}/delete", path)
    assert read(lambda session: queries.leaves_of(session, user_id=tree["rep"].id)) == []


class TestImport:
    def test_dry_run_changes_nothing_and_the_second_import_neither(self, admin, read, tree):
        email = unique_address(tree, "ann")
        text = f"email,name,role,team,started_on\n{email},Ann,rep,{tree['north'].name},2026-03-02\n"
        preview = upload(admin, text)
        assert (preview.status_code, "1 added, 0 changed, 0 unchanged" in preview.text) == (200, True)
        assert read(lambda session: queries.user_by_email(session, email=email)) is None
        confirm_import(admin, text)
        user = read(lambda session: queries.user_by_email(session, email=email))
        (membership,) = read(lambda session: queries.memberships_of(session, user_id=user.id))
        assert (membership.team_id, membership.starts_on) == (tree["north"].id, user.started_on)
        last_entry = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)
        before = read(lambda session: session.scalar(last_entry))
        confirm_import(admin, text)
        assert "0 added, 0 changed, 1 unchanged" in admin.get("/people").text
        assert read(lambda session: session.scalar(last_entry)) == before

    def test_one_wrong_row_stops_all_and_names_row_and_column(self, admin, read, tree):
        rows = [
            f"{unique_address(tree, 'good')},Good,rep,{tree['north'].name},",
            f"{unique_address(tree, 'bad')},Bad,boss,{tree['north'].name},",
            f"{unique_address(tree, 'lost')},Lost,rep,Nowhere,",
            f"{unique_address(tree, 'good')},Twice,rep,,",
            f"{unique_address(tree, 'late')},Late,rep,,02.03.2026",
        ]
        text = "email,name,role,team,started_on\n" + "\n".join(rows)
        answer = confirm_import(admin, text).text
        for row, column, message in (
            (3, "role", "must be one of rep, manager, admin"),
            (4, "team", "“Nowhere” does not exist: add it under Teams, or let the import add missing teams"),
            (5, "email", "is also in row 2"),
            (6, "started_on", "must be a date such as 2026-11-23"),
        ):
            assert f'<td class="rp-number">{row}</td><td>{column}</td><td>{message}</td>' in answer
        assert read(lambda session: queries.user_by_email(session, email=unique_address(tree, "good"))) is None

    def test_missing_teams_are_added_only_if_asked_and_after_they_were_shown(self, admin, read, tree):
        company = tree["company"].name
        teams = {"ann": f"{company} / West / Coast", "bea": f"{company}/west/Coast", "cid": f"{company} / West"}
        rows = [f"{unique_address(tree, name)},{name},rep,{team}" for name, team in teams.items()]
        text = "\n".join(["email,name,role,team", *rows])
        assert "3 rows to correct" in upload(admin, text).text
        preview = upload(admin, text, add_teams="1").text
        assert f"<li>{company} / West / Coast</li>" in preview
        paths = lambda session: set(team_paths(queries.all_teams(session)).values())  # noqa: E731
        assert f"{company} / West" not in read(paths)
        confirm_import(admin, text, add_teams="1")
        assert {f"{company} / West", f"{company} / West / Coast"} <= read(paths)
        ann = read(lambda session: queries.user_by_email(session, email=unique_address(tree, "ann")))
        team_id = read(lambda session: queries.team_on(session, user_id=ann.id, day=TODAY))
        assert read(lambda session: session.get_one(Team, team_id).name) == "Coast"

    def test_a_team_that_cannot_be_added_is_an_error_in_its_row(self, admin, tree):
        preview = upload(admin, f"email,name,role,team\n{unique_address(tree, 'deb')},Deb,rep,North / \n", add_teams="1").text
        assert '<td class="rp-number">2</td><td>team</td>' in preview

    def test_row_moves_somebody_from_its_day(self, admin, read, tree):
        row = f"{tree['rep'].email},Rita Rep,manager,{tree['company'].name} / {tree['south'].name},2026-05-04"
        confirm_import(admin, f"email,name,role,team,team_since\n{row}\n")
        newest = read(lambda session: queries.memberships_of(session, user_id=tree["rep"].id))[-1]
        assert (newest.team_id, newest.role, newest.starts_on.isoformat()) == (tree["south"].id, "manager", "2026-05-04")

    def test_export_can_be_imported_without_a_change(self, admin):
        text = admin.get("/people/export").text
        assert "0 added, 0 changed" in upload(admin, text).text

    def test_file_without_a_team_column_leaves_teams_as_they_are(self, admin, read, tree):
        confirm_import(admin, f"email,name,role\n{tree['rep'].email},Rita Changed,rep\n")
        team_id = read(lambda session: queries.team_on(session, user_id=tree["rep"].id, day=TODAY))
        assert team_id == tree["north"].id

    @pytest.mark.parametrize(
        ("text", "message"),
        [("", "is empty"), ("name,role\nA,rep\n", "lacks the column email"), ("email,name,role,salary\n", "and no others")],
    )
    def test_file_that_is_no_such_file_is_refused(self, admin, text, message):
        answer = upload(admin, text)
        assert (answer.status_code, message in answer.text) == (422, True)


def test_sheet_has_a_link_for_everybody_who_never_signed_in(admin, session, tree):
    newcomer = make_user(session, team=tree["south"], name="New Comer", acknowledged=False)
    session.commit()
    sheet = send(admin, "/people/links", "/people", team=str(tree["south"].id)).text
    assert sheet.count("/link/") == 1
    assert newcomer.name in sheet


def test_links_roles_and_imports_need_a_recent_confirmation(admin, engine, read, tree):
    with unit_of_work(engine) as session:
        session.execute(update(WebSession).values(confirmed_at=None))
    for path in ("/people/links", f"/people/{tree['rep'].id}/link", f"/people/{tree['rep'].id}/role", "/people/import"):
        answer = send(admin, path, "/people", role="admin")
        assert (answer.status_code, answer.location.startswith("/confirm")) == (303, True)
    assert read(lambda session: session.get_one(User, tree["rep"].id)).role == "rep"
