"""The pages of the credit policy: what everybody reads, and how administrators change it."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from server.activities.models import Activity
from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.credit import operations as ledger
from server.credit import publishing
from server.credit.formula import Policy, Quality, packaged_policy
from server.credit.publishing import earliest_start
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.people.models import User
from server.people.queries import get_calendar, get_organisation
from server.policies import preview_jobs
from server.policies.models import PolicyChange, PolicyPreview
from server.privacy import operations as privacy
from server.privacy.export import export_document
from server.security.models import RateHit
from tests.factories import make_only_admin, make_team, make_user, new_cookie

pytestmark = pytest.mark.sqlite_only

NEW = "/credit/policy/changes/new"


@pytest.fixture(scope="module")
def people(engine):
    """Two administrators, and six reps of two teams with posts in the last complete week."""
    with unit_of_work(engine) as session:
        admins = [make_user(session, role="admin", name=name) for name in ("Priya Raman", "Olu Adeyemi")]
        teams = [make_team(session, name="North"), make_team(session, name="South")]
        reps = [make_user(session, team=teams[index % 2], name=f"Rep {index}") for index in range(6)]
        calendar = get_calendar(session)
        at = calendar.start_of(calendar.this_monday() - WEEK) + timedelta(days=2)
        for index, rep in enumerate(reps):
            for _ in range(index + 1):
                credit_post(session, rep, at)
    return {"admins": admins, "reps": reps}


def credit_post(session, rep, at, words=30):
    activity = Activity(
        user_id=rep.id, kind="linkedin-post", source="web", external_id=uuid.uuid4().hex, occurred_at=at, words=words
    )
    session.add(activity)
    session.flush()
    ledger.award(
        session, activity_id=activity.id, user_id=rep.id, kind=activity.kind, quality=Quality("bands", band="good"),
        scoring_version=None, occurred_at=at, key=activity.external_id, actor_id=rep.id, words=words,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(engine):
    """Two people are required, individuals are shown, and there is no draft."""
    with unit_of_work(engine) as session:
        organisation = get_organisation(session)
        organisation.two_person, organisation.team_only, organisation.credit_mode = True, False, "bands"
        session.execute(delete(PolicyPreview))
        session.execute(delete(PolicyChange).where(PolicyChange.state != "announced"))
        session.execute(delete(RateHit))


@pytest.fixture
def browser(app, engine, people):
    """Signed in as an administrator."""
    return signed_in(app, engine, people["admins"][0])


def signed_in(app, engine, user):
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, user))
    return client


def token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def form_values(page):
    """What a browser would send: all fields of the policy's form as they are."""
    form = page[page.index('<form class="rp-stack-6"') :]
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            values[name[1]] = value[1]
    values["effective_from"] = re.search(r'<option value="([\d-]+)" selected', form)[1]
    values["note"] = re.search(r"<textarea[^>]*>([^<]*)</textarea>", form)[1]
    return values


def save(browser, **changes):
    values = form_values(browser.get(NEW).text)
    return browser.post(NEW, data=values | {"note": "Posts count for less"} | changes)


def test_a_single_administrator_reads_why_a_change_goes_no_further(browser, engine, people):
    draft = save(browser, week_cap="50").location
    assert "You are the only administrator" not in browser.get(draft).text
    make_only_admin(engine, people["admins"][0].id)
    assert "You are the only administrator" in browser.get(draft).text
    with unit_of_work(engine) as session:
        session.get_one(User, people["admins"][1].id).is_active = True


def test_a_single_administrator_may_confirm_what_somebody_else_proposed(app, engine, people, browser):
    change = save(browser, week_cap="50").location
    browser.post(f"{change}/propose", data={"csrf_token": token(browser.get(change).text)})
    left = signed_in(app, engine, people["admins"][1])
    make_only_admin(engine, people["admins"][1].id)
    page = left.get(change).text
    assert "Confirm and announce" in page
    assert "nobody can confirm" not in page
    with unit_of_work(engine) as session:
        session.get_one(User, people["admins"][0].id).is_active = True


def test_everybody_reads_the_policy_and_only_administrators_change_it(app, engine, people, browser):
    rep = signed_in(app, engine, people["reps"][0])
    page = text_of(rep.get("/credit/policy"))
    assert f"Credit policy {packaged_policy().name}" in page
    assert "Prepare a change" not in page
    assert "Prepare a change" in text_of(browser.get("/credit/policy"))
    change = save(browser, **{"base-linkedin-post": "5"}).location
    for path in (NEW, change, f"{change}/edit"):
        assert rep.get(path).status_code == 404
    csrf = token(rep.get("/credit/policy").text)
    for action in ("propose", "confirm", "discard", "reopen", "preview", "edit"):
        assert rep.post(f"{change}/{action}", data={"csrf_token": csrf}).status_code == 404
    assert rep.post(f"/credit/policy/{packaged_policy().hash()}/withdraw", data={"csrf_token": csrf}).status_code == 404
    assert rep.get("/credit/policy/" + "0" * 64).status_code == 404


def test_wrong_fields_are_named_and_nothing_typed_is_lost(browser):
    answer = save(browser, **{"base-x-post": "99999", "repetition": "1, 2", "note": "Kept <b>", "band-good": "1.75"})
    assert answer.status_code == 422
    assert 'href="#policy-base-x-post">X post, base</a>: This must be a whole number from 1 to 1000.' in answer.text
    assert 'id="policy-repetition-error"' in answer.text
    values = form_values(answer.text)
    assert (values["base-x-post"], values["repetition"], values["band-good"]) == ("99999", "1, 2", "1.75")
    assert values["note"] == "Kept &lt;b&gt;"


def test_unchanged_policy_is_not_saved(browser):
    answer = save(browser)
    assert answer.status_code == 422
    assert "Change a number or a kind first" in text_of(answer)


def test_start_in_the_past_is_refused_with_the_earliest_monday(browser, engine):
    with unit_of_work(engine) as session:
        earliest = earliest_start(get_calendar(session))
    answer = save(browser, week_cap="50", effective_from=(earliest - WEEK).isoformat())
    assert answer.status_code == 422
    assert f"This must be {earliest} or a later Monday" in text_of(answer)
    assert form_values(answer.text)["effective_from"] == (earliest - WEEK).isoformat()


def test_preview_shows_the_points_before_and_after_and_who_loses(browser, people, session):
    response = browser.get(save(browser, **{"base-linkedin-post": "5"}).location)
    page = text_of(response)
    # Each post: 10 or 5 x 1.5, then 0.9, 0.8, 0.6, 0.4, 0.2, rounded down; at most 40 a week.
    before = [min(40, points) for points in (15, 28, 40, 49, 55, 58)]
    after = [7, 13, 19, 23, 26, 27]
    assert f"Points in all {sum(after)} −{sum(before) - sum(after)}" in page
    assert "Lose 6 of 6 people" in page
    for index in range(6):
        assert f"Rep {index}" in page
        assert f"{before[index]} {after[index]} −{before[index] - after[index]}" in page
    assert "Post: base 10 to 5" in page
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).one() == "credit-policy.previewed"


def test_preview_in_team_only_mode_names_nobody(browser, engine, people):
    change = save(browser, **{"base-linkedin-post": "5"}).location
    with unit_of_work(engine) as session:
        get_organisation(session).team_only = True
    page = text_of(browser.get(change))
    assert "Points in all" in page
    assert "Rep " not in page
    assert "Who loses most" not in page
    # Two teams of three people.
    assert re.search(r"North \d+ – – – – –", page)


def test_large_preview_is_calculated_by_jobs_and_says_the_same(browser, engine, monkeypatch):
    change = save(browser, **{"base-linkedin-post": "5"}).location
    at_once = text_of(browser.get(change))
    monkeypatch.setattr(preview_jobs, "MAX_ENTRIES_AT_ONCE", 3)
    monkeypatch.setattr(preview_jobs, "ACCOUNTS_PER_STEP", 4)
    page = browser.get(change)
    assert "There are many items" in text_of(page)
    browser.post(f"{change}/preview", data={"csrf_token": token(page.text), "weeks": "4"})
    assert "0 of 6 people done" in text_of(browser.get(change))
    run_jobs(engine, 1)
    assert "4 of 6 people done" in text_of(browser.get(change))
    run_jobs(engine, 1)
    done = text_of(browser.get(change))
    after_figures = at_once[at_once.index("Points in all") :]
    assert after_figures in done


def run_jobs(engine, count):
    for _ in range(count):
        with unit_of_work(engine) as session:
            job = session.scalars(select(Job).where(Job.kind == preview_jobs.STEP_JOB, Job.state == "queued")).one()
            HANDLERS[job.kind](session, job.args)
            job.state, job.finished_at = "done", now()


def test_preview_of_an_edited_draft_is_calculated_again(browser, engine, monkeypatch):
    change = save(browser, **{"base-linkedin-post": "5"}).location
    monkeypatch.setattr(preview_jobs, "MAX_ENTRIES_AT_ONCE", 3)
    csrf = token(browser.get(change).text)
    browser.post(f"{change}/preview", data={"csrf_token": csrf})
    values = form_values(browser.get(f"{change}/edit").text)
    assert values["base-linkedin-post"] == "5"
    browser.post(f"{change}/edit", data=values | {"base-linkedin-post": "6"})
    assert "There are many items" in text_of(browser.get(change))
    run_jobs(engine, 1)  # finds nothing to do
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(PolicyPreview)).all() == []


def test_stored_preview_is_in_the_export_and_goes_with_erasure_and_time(browser, engine, people, monkeypatch):
    change = save(browser, **{"base-linkedin-post": "5"}).location
    monkeypatch.setattr(preview_jobs, "MAX_ENTRIES_AT_ONCE", 3)
    csrf = token(browser.get(change).text)
    browser.post(f"{change}/preview", data={"csrf_token": csrf})
    run_jobs(engine, 1)
    with unit_of_work(engine) as session:
        (mine,) = export_document(session, user_id=people["reps"][0].id)["policy_previews"]
        assert (mine["effect"]["before"], mine["effect"]["after"]) == (15, 7)
        session.begin_nested()
        preview_jobs.purge(session, at=now() + preview_jobs.LIFETIME + timedelta(minutes=1))
        assert session.scalars(select(PolicyPreview)).all() == []
        session.rollback()
    with unit_of_work(engine) as session:
        privacy.erase(session, user_id=people["reps"][0].id)
        assert session.scalars(select(PolicyPreview)).all() == []
        session.rollback()


def test_two_administrators_announce_a_policy_and_everybody_is_told(app, engine, people, browser):
    change = save(browser, **{"words-linkedin-post": "12", "note": "Longer posts only"}).location
    browser.post(f"{change}/propose", data={"csrf_token": token(browser.get(change).text)})
    mine = text_of(browser.get(change))
    assert "a second administrator must confirm it" in mine
    assert "Confirm and announce" not in mine
    other = signed_in(app, engine, people["admins"][1])
    assert "Waits for your confirmation" in text_of(other.get("/credit/policy"))
    answer = other.post(f"{change}/confirm", data={"csrf_token": token(other.get(change).text)})
    announced = answer.location
    rep = signed_in(app, engine, people["reps"][1])
    for path in ("/me", "/me/credit", "/credit/policy"):
        assert announced in rep.get(path).text
    policy = text_of(rep.get(announced))
    assert "Post: minimum words none to 12" in policy
    assert "Proposed by Priya Raman , confirmed by Olu Adeyemi" in policy.replace("Raman,", "Raman ,")
    assert "A text with fewer words than its kind needs" in policy
    # The next change begins with the announced policy, not with the present one.
    assert form_values(browser.get(NEW).text)["words-linkedin-post"] == "12"
    withdrawn = browser.post(f"{announced}/withdraw", data={"csrf_token": token(browser.get(announced).text)})
    assert withdrawn.status_code == 303
    assert announced not in rep.get("/me").text
    assert "never applied" in text_of(rep.get(announced))


def test_text_below_the_minimum_earns_nothing_from_the_week_in_which_the_policy_starts(engine, people, session):
    """Uses the words that were counted when the item was shared."""
    start = earliest_start(get_calendar(session))
    at = datetime.combine(start, time(12), now().tzinfo)
    policy = packaged_policy().document() | {
        "version": 50, "effective_from": start.isoformat(), "minimum_words": {"linkedin-post": 12},
    }  # fmt: skip
    admin = people["admins"][0].id
    publishing.announce(session, Policy.model_validate(policy), proposed_by=admin, decided_by=admin)
    rep = make_user(session)
    for words in (11, 12):
        credit_post(session, rep, at, words=words)
    entries = ledger.queries.entries_of(session, user_id=rep.id)
    assert [(entry.amount, entry.arithmetic["words"]) for entry in reversed(entries)] == [(0, 11), (15, 12)]
