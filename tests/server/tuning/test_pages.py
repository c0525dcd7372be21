"""The tuning pages."""

from __future__ import annotations

import re

import pytest

from nlp.quality.scoring import load_scoring
from server.coaching import operations as coaching
from server.core.clock import now
from server.jobs.models import Job
from server.people.queries import get_organisation
from server.security import operations as security
from server.tuning.champion import ensure_champion
from tests.factories import make_user, new_cookie, new_user


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


def bar_width(page: str, name: str) -> float:
    return float(re.search(rf'id="bar-{name}"[^>]* width="([\d.]+)"', page)[1])


def test_draft_weights_do_not_change_the_bars_of_profile_weights(admin):
    before = admin.get("/tuning").text
    change = {"csrf_token": csrf_token(before), "note": "Weigh the first line", "weight-hook": "90"}
    rules = {"on": re.findall(r'name="on" value="([^"]+)" checked', before)}
    effect = admin.post("/tuning/change", data=change | rules, follow_redirects=True)
    fair, good, strong = load_scoring().rubric("linkedin-post").bands
    assert f"Bands start at: Fair {fair}, Good {good}, Strong {strong}" in " ".join(effect.text.split())
    assert effect.text.count('<line class="rp-chart-goal"') == 2 * 3
    version = effect.request.path.rsplit("/", 1)[-1]
    admin.post(f"/tuning/propose/{version}", data={"csrf_token": csrf_token(effect.text)})
    after = admin.get("/tuning").text
    assert bar_width(after, "clarity") < bar_width(before, "clarity")
    assert [bar_width(after, name) for name in ("headline", "contact")] == [
        bar_width(before, name) for name in ("headline", "contact")
    ]
    assert '<p class="rp-hint">By Priya Raman</p>' in after
    assert "Specifics" in after
    assert "Specificity" not in after


def rules_on(page: str) -> list[str]:
    return re.findall(r'name="on" value="([^"]+)" checked', page)


def test_weights_of_zero_are_named_and_nothing_typed_is_lost(admin):
    page = admin.get("/tuning").text
    names = re.findall(r'name="(weight-[a-z]+)"', page)
    kept = rules_on(page)[1:]
    change = {"csrf_token": csrf_token(page), "note": "All the same", "on": kept} | dict.fromkeys(names, "0")
    answer = admin.post("/tuning/change", data=change)
    assert answer.status_code == 422
    assert "must be above 0" in answer.text[: answer.text.index('id="rules"')]
    assert all(re.search(rf'name="{name}" value="0"', answer.text) for name in names)
    assert rules_on(answer.text) == kept
    assert 'value="All the same"' in answer.text


def test_going_back_to_the_first_version_lists_what_goes_back(admin):
    first = re.search(r'href="/tuning/effect/([0-9a-f]+)"', admin.get("/tuning").text)[1]
    page = admin.get("/tuning").text
    hook = int(re.search(r'name="weight-hook" value="(\d+)"', page)[1])
    change = {"csrf_token": csrf_token(page), "note": "More hook", "weight-hook": str(hook + 1), "on": rules_on(page)}
    effect = admin.post("/tuning/change", data=change, follow_redirects=True)
    admin.post(effect.request.path.replace("effect", "propose"), data={"csrf_token": csrf_token(effect.text)})
    assert f"Hook: weight {hook + 1} to {hook}" in admin.get(f"/tuning/effect/{first}").text


def test_a_proposal_that_waits_is_announced_to_the_second_administrator(admin, session, engine):
    get_organisation(session).two_person = True
    session.commit()
    page = admin.get("/tuning").text
    clarity = int(re.search(r'name="weight-clarity" value="(\d+)"', page)[1])
    change = {"csrf_token": csrf_token(page), "note": "Clarity", "weight-clarity": str(clarity + 1), "on": rules_on(page)}
    effect = admin.post("/tuning/change", data=change, follow_redirects=True)
    admin.post(effect.request.path.replace("effect", "propose"), data={"csrf_token": csrf_token(effect.text)})
    assert "Your proposal waits for a second administrator." in admin.get("/tuning").text
    admin.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    page = admin.get("/tuning").text
    assert "A change waits for your confirmation." in page
    assert f'<a href="{effect.request.path}">See what it would do</a>' in page
    assert "Waiting for confirmation" in page


def test_turned_off_rules_are_counted_in_steps_of_five(admin, session):
    people = [make_user(session) for _ in range(9)]
    inactive = make_user(session)
    for index, user in enumerate([*people, inactive]):
        off = ["Repute.Hedging", "Repute.Elation"] if index < 4 or user is inactive else ["Repute.Hedging"]
        coaching.change_preference(session, user_id=user.id, rules_off=off)
    inactive.is_active = False
    session.commit()
    page = " ".join(admin.get("/tuning").text.split())
    assert '<code>Repute.Hedging</code></label><p class="rp-hint">Turned off by at least 5 people</p>' in page
    assert '<label for="on-Repute.Elation"><code>' not in page, "fewer than five people are not reported"


def test_ignored_tips_and_turned_off_rules_are_counted_separately(admin, session):
    people = [make_user(session) for _ in range(12)]
    for index, user in enumerate(people):
        coaching.ignore_tip(session, user_id=user.id, rule="Repute.Buzzwords")
        coaching.ignore_tip(session, user_id=user.id, rule="Repute.EmptyQuestion")
        if index < 6:
            coaching.change_preference(session, user_id=user.id, rules_off=["Repute.EmptyQuestion"])
    session.commit()
    page = " ".join(admin.get("/tuning").text.split())
    assert '<code>Repute.Buzzwords</code></label><p class="rp-hint">Ignored by at least 10 people</p>' in page
    assert (
        '<code>Repute.EmptyQuestion</code></label><p class="rp-hint">Turned off by at least 5 people, ignored by at least 5</p>'
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
