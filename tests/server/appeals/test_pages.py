"""The pages: contesting, answering, deciding, and what is kept after a refusal."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.appeals import operations
from server.appeals.decisions import decide
from server.appeals.models import Appeal, AppealClosing
from server.audit.models import AuditEntry, ProfileView
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.credit.models import LedgerEntry
from server.credit.queries import balance
from server.mail.models import MailMessage
from tests.databases import settings_for
from tests.factories import make_identity, new_cookie
from tests.forms import send
from tests.server.appeals.appeal_helpers import new_item, set_organisation

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def as_person(app, engine):
    """A browser in which a person is signed in."""

    def sign_in(person, application=app):
        browser = application.test_client()
        browser.set_cookie("repute", new_cookie(engine, person))
        return browser

    return sign_in


def contest(browser, item, **fields):
    path = f"/me/items/{item.id}/ask"
    return send(browser, path, path, **{"kind": "credit", "question": "Please read it again."} | fields)


def only_appeal(engine, item):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(Appeal).where(Appeal.activity_id == item.id)).one()


def points(engine, person):
    with unit_of_work(engine, writes=False) as session:
        return balance(session, user_id=person.id)


def said(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def test_a_rep_contests_and_reads_the_answer(app, engine, company, as_person):
    item = new_item(engine, company.rep)
    rep, manager = as_person(company.rep), as_person(company.manager)
    assert f"/me/items/{item.id}/ask" in rep.get("/me").text
    assert contest(rep, item).location == "/me/appeals"
    appeal = only_appeal(engine, item)
    assert "Waiting for an answer" in said(rep.get("/me/appeals"))
    assert "Contested, answer by" in said(rep.get("/me"))
    assert re.search(r"Appeals 1 waiting", said(manager.get("/team")))
    path = f"/appeals/{appeal.id}"
    page = manager.get(path)
    assert "Please read it again." in page.text
    assert "A planner counted the stops." in page.text
    answered = send(
        manager,
        path,
        path,
        outcome="new-entry",
        basis="formula",
        kind="linkedin-post",
        quality="strong",
        reason="You are right.",
    )
    assert answered.location == "/appeals"
    assert points(engine, company.rep) == 20
    for page in ("/me/appeals", "/me/credit"):
        assert "You are right." in rep.get(page).text
        assert "by a manager" in said(rep.get(page))
    assert "was answered on" in said(rep.get("/me"))
    assert "Appeals 1 waiting" not in said(manager.get("/team"))
    assert "20" in said(manager.get(path))


def test_the_view_is_recorded_and_the_rep_sees_it(engine, company, as_person):
    item = new_item(engine, company.rep)
    as_person(company.admin).get(f"/appeals/items/{item.id}")
    with unit_of_work(engine, writes=False) as session:
        view = session.scalars(select(ProfileView).where(ProfileView.subject_id == company.rep.id)).one()
        assert (view.viewer_id, view.page) == (company.admin.id, "shared-item")
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).one() == "item.opened"
    assert "One of your shared items" in as_person(company.rep).get("/me/data").text


def test_other_peoples_items_and_appeals_are_not_found(engine, company, as_person):
    item = new_item(engine, company.rep)
    contest(as_person(company.rep), item)
    appeal = only_appeal(engine, item)
    for stranger in (company.other_manager, company.other_rep, company.rep):
        browser = as_person(stranger)
        assert browser.get(f"/appeals/{appeal.id}").status_code == 404
        assert browser.get(f"/appeals/items/{item.id}").status_code == 404
        assert send(browser, f"/appeals/{appeal.id}", "/settings", outcome="stands", reason="No.").status_code == 404
        decision = send(browser, f"/appeals/items/{item.id}", "/settings", outcome="refuse", reason="No.", seen="0")
        assert decision.status_code == 404
    other = as_person(company.other_rep)
    assert other.get(f"/me/items/{item.id}/ask").status_code == 404
    assert send(other, f"/me/appeals/{appeal.id}/withdraw", "/settings").status_code == 404
    assert other.get("/appeals").status_code == 404
    assert points(engine, company.rep) == 10


def test_a_refused_answer_keeps_what_was_typed_and_changes_nothing(engine, company, as_person):
    item = new_item(engine, company.rep)
    contest(as_person(company.rep), item)
    manager, path = as_person(company.manager), f"/appeals/{only_appeal(engine, item).id}"
    refused = send(
        manager, path, path, outcome="new-entry", basis="points", kind="linkedin-post", points="41", reason="Much more."
    )
    assert refused.status_code == 422
    assert "from 0 to 40, which is what the limits of that week leave" in said(refused)
    assert "Much more." in refused.text
    assert 'value="41"' in refused.text
    assert re.search(r'id="outcome-new-entry"[^>]+checked', refused.text)
    same = send(manager, path, path, outcome="new-entry", basis="formula", kind="linkedin-post", quality="fair", reason="Same.")
    assert "would leave the kind and the points as they are" in said(same)
    for missing in ({"outcome": "stands"}, {"reason": "No outcome."}):
        assert send(manager, path, path, **missing).status_code == 422
    with unit_of_work(engine, writes=False) as session:
        assert len(session.scalars(select(LedgerEntry).where(LedgerEntry.activity_id == item.id)).all()) == 1
        appeal = session.scalars(select(Appeal).where(Appeal.activity_id == item.id)).one()
        assert session.get(AppealClosing, appeal.id) is None


def test_the_second_of_two_answers_is_told_and_keeps_its_text(engine, company, as_person):
    item = new_item(engine, company.rep)
    contest(as_person(company.rep), item)
    path = f"/appeals/{only_appeal(engine, item).id}"
    manager, admin = as_person(company.manager), as_person(company.admin)
    assert send(manager, path, path, outcome="reversed", reason="It is a copy.").status_code == 303
    lost = send(admin, path, "/settings", outcome="stands", reason="My long reason.")
    assert lost.status_code == 409
    assert "Somebody else has answered this appeal" in said(lost)
    assert "My long reason." in lost.text
    assert points(engine, company.rep) == 0


def test_a_manager_releases_what_is_on_hold(engine, company, as_person):
    item = new_item(engine, company.rep, state="held")
    manager, path = as_person(company.manager), f"/appeals/items/{item.id}"
    assert path in manager.get("/appeals").text
    released = send(
        manager,
        path,
        path,
        outcome="count",
        basis="formula",
        kind="linkedin-post",
        quality="fair",
        reason="It is named.",
        seen="0",
    )
    assert released.location == path
    assert points(engine, company.rep) == 10
    assert "Nothing on hold" in manager.get("/appeals").text
    assert "It is named." in as_person(company.rep).get("/me/credit").text


def test_a_manager_refuses_what_is_on_hold_and_the_rep_contests_that(engine, company, as_person):
    item = new_item(engine, company.rep, state="held")
    path = f"/appeals/items/{item.id}"
    manager, rep = as_person(company.manager), as_person(company.rep)
    send(manager, path, path, outcome="refuse", reason="Not about work.", seen="0")
    assert "Does not count" in said(rep.get("/me"))
    assert "Not about work." in rep.get("/me/credit").text
    assert contest(rep, item).status_code == 303
    assert as_person(company.manager).get(f"/appeals/{only_appeal(engine, item).id}").status_code == 404


def test_a_decision_on_an_old_page_is_refused(engine, company, as_person):
    item = new_item(engine, company.rep)
    with unit_of_work(engine) as session:
        decide(session, decider=make_identity(company.admin), activity_id=item.id, change="refuse", reason="A copy.", seen=0)
    path = f"/appeals/items/{item.id}"
    old = send(as_person(company.manager), path, path, outcome="refuse", reason="Also no.", seen="0")
    assert old.status_code == 409
    assert "Somebody decided about this item meanwhile" in said(old)
    assert "Also no." in old.text


def test_managers_see_no_item_in_team_only_mode(engine, company, as_person):
    held, contested = new_item(engine, company.rep, state="held"), new_item(engine, company.rep)
    contest(as_person(company.rep), contested)
    with unit_of_work(engine) as session:
        set_organisation(session, team_only=True)
    manager, admin = as_person(company.manager), as_person(company.admin)
    assert {browser.get(f"/appeals/items/{held.id}").status_code for browser in (manager, admin)} == {404}
    assert "you see an item only if its author asks about it" in said(admin.get("/appeals"))
    # Nothing there could ever concern a manager.
    assert manager.get("/appeals").status_code == 404
    assert 'href="/appeals"' not in manager.get("/help").text
    path = f"/appeals/{only_appeal(engine, contested).id}"
    assert as_person(company.manager).get(path).status_code == 404
    assert as_person(company.admin).get(path).status_code == 200
    assert "An administrator answers" in said(as_person(company.rep).get(f"/me/items/{held.id}/ask"))


def test_a_score_is_shown_only_to_whoever_explains_it(engine, company, as_person):
    item = new_item(engine, company.rep)
    rep, manager = as_person(company.rep), as_person(company.manager)
    contest(rep, item)
    assert "Score 55" not in manager.get(f"/appeals/{only_appeal(engine, item).id}").text
    contest(rep, item, kind="explanation", question="Why?")
    with unit_of_work(engine, writes=False) as session:
        asked = session.scalars(select(Appeal.id).where(Appeal.activity_id == item.id, Appeal.kind == "explanation")).one()
    assert "Score 55" in manager.get(f"/appeals/{asked}").text
    assert send(manager, f"/appeals/{asked}", f"/appeals/{asked}", reason="It opens slowly.").location == "/appeals"
    assert "It opens slowly." in rep.get("/me/appeals").text


@pytest.mark.parametrize("mode", ["checks", "blind"])
def test_no_band_is_shown_where_bands_are_not_used(engine, company, as_person, mode):
    with unit_of_work(engine) as session:
        set_organisation(session, credit_mode=mode)
    item = new_item(engine, company.rep, state="held")
    page = as_person(company.manager).get(f"/appeals/items/{item.id}").text
    assert "rp-band" not in page
    assert ("Checks found problems" in page) == (mode == "checks")
    path, quality = f"/appeals/items/{item.id}", {"checks": {"quality": "remarks"}, "blind": {}}[mode]
    send(
        as_person(company.manager),
        path,
        path,
        outcome="count",
        basis="formula",
        kind="linkedin-post",
        reason="Fine.",
        seen="0",
        **quality,
    )
    assert points(engine, company.rep) == {"checks": 5, "blind": 10}[mode]


def test_an_overseer_of_any_role_has_the_queue(engine, company, as_person):
    with unit_of_work(engine) as session:
        set_organisation(session, overseer_id=company.other_rep.id)
    item = new_item(engine, company.rep)
    contest(as_person(company.rep), item)
    overseer, path = as_person(company.other_rep), f"/appeals/{only_appeal(engine, item).id}"
    assert "Appeals 1 waiting" in said(overseer.get("/me"))
    assert path in overseer.get("/appeals").text
    assert as_person(company.admin).get(path).status_code == 404
    assert send(overseer, path, path, outcome="stands", reason="It stands.").status_code == 303
    assert "by the overseer" in said(as_person(company.rep).get("/me/appeals"))


def test_an_overdue_appeal_says_so(engine, company, as_person):
    item = new_item(engine, company.rep)
    with unit_of_work(engine) as session:
        appeal = operations.open_appeal(
            session, user_id=company.rep.id, activity_id=item.id, kind="credit", question="Please look."
        )
        session.expunge(appeal)
        set_organisation(session, answer_days=1)
    assert "Overdue" not in as_person(company.manager).get("/appeals").text
    late = new_item(engine, company.rep)
    with unit_of_work(engine) as session:
        session.add(Appeal(
            user_id=company.rep.id, activity_id=late.id, kind="credit", number=1, decisions_before=0,
            opened_at=now() - timedelta(days=20), due_on=(now() - timedelta(days=2)).date(),
        ))  # fmt: skip
    page = as_person(company.manager).get("/appeals").text
    assert page.count("Overdue") == 1
    assert page.index("Overdue") > page.index(f"/appeals/{only_appeal(engine, late).id}")


def test_people_are_told_by_mail_if_it_is_configured(make_app, engine, database_url, tmp_path_factory, company, as_person):
    mail_app = make_app(settings_for(
        database_url, data=tmp_path_factory.mktemp("data"), smtp_url="smtp://127.0.0.1:1", mail_from="repute@example.com",
        base_url="http://localhost",
    ))  # fmt: skip
    item = new_item(engine, company.rep)
    contest(as_person(company.rep, mail_app), item)
    path = f"/appeals/{only_appeal(engine, item).id}"
    send(as_person(company.manager, mail_app), path, path, outcome="stands", reason="It stands.")
    with unit_of_work(engine, writes=False) as session:
        messages = session.scalars(select(MailMessage).order_by(MailMessage.id)).all()
        assert [(one.kind, one.user_id) for one in messages] == [
            ("appeal-opened", company.manager.id), ("appeal-opened", company.admin.id), ("appeal-answered", company.rep.id)
        ]  # fmt: skip


def test_items_that_are_withdrawn_cannot_be_asked_about(engine, company, as_person):
    item = new_item(engine, company.rep)
    rep = as_person(company.rep)
    send(rep, f"/me/items/{item.id}/withdraw", "/me")
    assert rep.get(f"/me/items/{item.id}/ask").status_code == 404
    assert f"/me/items/{item.id}/ask" not in rep.get("/me").text


def test_the_queue_links_only_to_answers_that_their_author_may_still_open(engine, company, as_person):
    item = new_item(engine, company.rep)
    contest(as_person(company.rep), item)
    path = f"/appeals/{only_appeal(engine, item).id}"
    admin = as_person(company.admin)
    assert send(admin, path, path, outcome="stands", reason="It is right.").status_code == 303
    assert f'href="{path}"' in admin.get("/appeals").text
    with unit_of_work(engine) as session:
        set_organisation(session, overseer_id=company.manager.id)
    assert admin.get(path).status_code == 404
    assert path not in admin.get("/appeals").text
