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
from tests.factories import make_user


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
