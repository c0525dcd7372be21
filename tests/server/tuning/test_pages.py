"""The tuning pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from nlp.quality.scoring import load_scoring
from server.coaching import operations as coaching
from server.core.clock import now
from server.jobs.models import Job
from server.people.models import User
from server.people.queries import get_organisation
from server.security import operations as security
from server.tuning.champion import ensure_champion
from tests.factories import make_only_admin, make_user, new_cookie, new_user

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def admin(client, session):
    link = security.create_link(session, user_id=make_user(session, role="admin", name="Priya Raman").id)
    ensure_champion(session)
    get_organisation(session).two_person = False
    session.commit()
    client.post(link, data={"csrf_token": csrf_token(client.get(link).text)})
    return client


def csrf_token(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def new_version(admin, note: str, **settings: int):
    """The page of a version of the draft with other weights."""
    page = admin.get("/tuning/rubric").text
    weights = {f"weight.{name}": str(weight) for name, weight in settings.items()}
    page = admin.post("/tuning/rubric", data={"csrf_token": csrf_token(page), **weights}, follow_redirects=True).text
    return admin.post("/tuning/draft/version", data={"csrf_token": csrf_token(page), "draft_note": note}, follow_redirects=True)


def weight(admin, name: str) -> int:
    return int(re.search(rf'name="weight\.{name}" value="(\d+)"', admin.get("/tuning/rubric").text)[1])


def test_a_version_shows_where_bands_start_and_who_made_it(admin):
    effect = new_version(admin, "Weigh the first line", hook=90)
    fair, good, strong = load_scoring().rubric("linkedin-post").bands
    assert f"Bands start at: Fair {fair}, Good {good}, Strong {strong}" in " ".join(effect.text.split())
    assert effect.text.count('<line class="rp-chart-goal"') == 2 * 2 * 3, "of the reference drafts and of the rated ones"
    version = effect.request.path.rsplit("/", 1)[-1]
    assert "The draft differs from the active version" in admin.get("/tuning").text
    admin.post(f"/tuning/propose/{version}", data={"csrf_token": csrf_token(effect.text)})
    after = admin.get("/tuning").text
    assert "The draft differs from the active version" not in after
    assert '<p class="rp-hint">By Priya Raman</p>' in after
    assert weight(admin, "hook") == 90


def test_going_back_to_the_first_version_lists_what_goes_back(admin):
    first = re.search(r'href="/tuning/effect/([0-9a-f]+)"', admin.get("/tuning").text)[1]
    hook = weight(admin, "hook")
    effect = new_version(admin, "More hook", hook=hook + 1)
    admin.post(effect.request.path.replace("effect", "propose"), data={"csrf_token": csrf_token(effect.text)})
    assert f"Hook: weight {hook + 1} to {hook}" in admin.get(f"/tuning/effect/{first}").text


def test_a_proposal_that_waits_is_announced_to_the_second_administrator(admin, session, engine):
    get_organisation(session).two_person = True
    session.commit()
    effect = new_version(admin, "Clarity", clarity=weight(admin, "clarity") + 1)
    admin.post(effect.request.path.replace("effect", "propose"), data={"csrf_token": csrf_token(effect.text)})
    assert "Your proposal waits for a second administrator." in admin.get("/tuning").text
    admin.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    page = admin.get("/tuning").text
    assert "A change waits for your confirmation." in page
    assert f'<a href="{effect.request.path}">See what it would do</a>' in page
    assert "Waiting for confirmation" in page


def test_a_single_administrator_reads_why_a_proposal_goes_no_further(admin, session, engine):
    get_organisation(session).two_person = True
    own = session.scalars(select(User.id).where(User.role == "admin").order_by(User.id.desc()).limit(1)).one()
    session.commit()
    effect = new_version(admin, "Form", form=weight(admin, "form") + 1)
    new_user(engine, role="admin")
    assert "You are the only administrator" not in admin.get(effect.request.path).text
    make_only_admin(engine, own)
    assert "You are the only administrator" in admin.get(effect.request.path).text
    admin.post(effect.request.path.replace("effect", "propose"), data={"csrf_token": csrf_token(effect.text)})
    assert "You are the only administrator" in admin.get("/tuning").text


def test_turned_off_rules_are_counted_in_steps_of_five(admin, session):
    people = [make_user(session) for _ in range(9)]
    inactive = make_user(session)
    for index, user in enumerate([*people, inactive]):
        off = ["Repute.Hedging", "Repute.Elation"] if index < 4 or user is inactive else ["Repute.Hedging"]
        coaching.change_preference(session, user_id=user.id, rules_off=off)
    inactive.is_active = False
    session.commit()
    page = " ".join(admin.get("/tuning").text.split())
    assert '<code>Repute.Hedging</code></a><p class="rp-hint">Turned off by at least 5 people</p>' in page
    assert "<code>Repute.Elation</code>" not in page, "fewer than five people are not reported"


def test_ignored_tips_and_turned_off_rules_are_counted_separately(admin, session):
    people = [make_user(session) for _ in range(12)]
    for index, user in enumerate(people):
        coaching.ignore_tip(session, user_id=user.id, rule="Repute.Buzzwords")
        coaching.ignore_tip(session, user_id=user.id, rule="Repute.EmptyQuestion")
        if index < 6:
            # Once for each person, wherever it is off.
            off = [f"Repute.EmptyQuestion@{surface}" for surface in ("x-post", "x-reply")]
            coaching.change_preference(session, user_id=user.id, rules_off=off)
    session.commit()
    page = " ".join(admin.get("/tuning").text.split())
    assert '<code>Repute.Buzzwords</code></a><p class="rp-hint">Ignored by at least 10 people</p>' in page
    assert (
        '<code>Repute.EmptyQuestion</code></a><p class="rp-hint">Turned off by at least 5 people, ignored by at least 5</p>'
        in page
    )


def test_failed_jobs_are_announced(admin, session):
    assert "python -m server jobs" not in admin.get("/tuning").text
    job = Job(kind="privacy.purge", idempotency_key="announced", state="failed", attempts=5, finished_at=now())
    session.add(job)
    session.commit()
    page = admin.get("/tuning").text
    assert "1 background job failed" in page
    assert "python -m server jobs" in page
    session.delete(job)
    session.commit()
