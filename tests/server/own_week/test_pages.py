"""The page of a person's own week: its numbers, its goals, and that nobody else learns any of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server.activities.models import Activity
from server.audit.models import AuditEntry
from server.core import clock
from server.core.database.session import unit_of_work
from server.history.models import HistoryItem
from server.own_week import operations, queries
from server.own_week.models import OwnGoal
from server.own_week.view import week_page
from server.people.models import Leave
from server.people.queries import get_organisation
from server.privacy import operations as privacy
from server.privacy.export import export_document
from server.tuning.champion import ensure_champion
from tests.factories import make_organisation, make_team, make_user, new_cookie
from tests.forms import send
from tests.server.own_week.week_helpers import WEEK, advised, make_share, on

PATH = "/me/week"
SECRET_ADVICE = "Tell the case of the quokka in the loading bay."


@pytest.fixture(autouse=True)
def today(engine, monkeypatch):
    """The Friday after ``WEEK``, in an organisation in UTC."""
    monkeypatch.setattr(clock, "now", lambda: on(1, day=4))
    with unit_of_work(engine) as session:
        organisation = make_organisation(session)
        organisation.team_only, organisation.time_zone, organisation.credit_mode = False, "UTC", "bands"


@pytest.fixture
def people(engine):
    with unit_of_work(engine) as session:
        team = make_team(session)
        return {
            role: make_user(session, role=role, team=team, name=f"Robin {role.title()}") for role in ("rep", "manager", "admin")
        }


@pytest.fixture
def rep(people):
    return people["rep"]


def sign_in(app, engine, user):
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, user))
    return browser


@pytest.fixture
def browser(app, engine, rep):
    return sign_in(app, engine, rep)


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def page_of(engine, user, week=WEEK):
    with unit_of_work(engine, writes=False) as session:
        return week_page(session, user_id=user.id, week=week)


def test_averages_of_each_week_are_those_of_the_scored_items(engine, rep):
    with unit_of_work(engine) as session:
        make_share(session, rep, at=on(0), score=60, dimensions={"hook": 40, "story": 71})
        make_share(session, rep, at=on(0, day=6), score=71, dimensions={"hook": 51})
        make_share(session, rep, at=on(-3), score=20, dimensions={"hook": 10})
        make_share(session, rep, at=on(-3), score=None)
        make_share(session, rep, at=on(-1), score=99, state="withdrawn", dimensions={"hook": 99})
        make_share(session, rep, at=on(-1), score=98, state="duplicate", dimensions={"hook": 98})
        make_share(session, rep, at=on(-2), score=30)  # of an earlier release
        make_share(session, rep, at=on(-12), score=1, dimensions={"hook": 1})
        make_share(session, make_user(session), at=on(0), score=2, dimensions={"hook": 2})
    page = page_of(engine, rep)
    lines = {line.name: line for line in page.lines}
    assert list(lines) == ["score", "hook", "story"]
    assert lines["score"].series == (*[None] * 8, 20, 30, None, 66)
    assert lines["hook"].series == (*[None] * 8, 10, None, None, 46)
    assert lines["hook"].average == 34
    assert (page.counts[-4:], page.without_points) == ((1, 1, 0, 2), 1)
    assert [item.score for item in page.shared] == [71, 60]


def test_items_of_the_archive_count_once(engine, rep):
    with unit_of_work(engine) as session:
        version = ensure_champion(session).version
        link = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001"
        make_share(session, rep, at=on(0), score=60, dimensions={"hook": 40}, external_id="archive:li:1")
        make_share(session, rep, at=on(0), score=61, dimensions={"hook": 41}, post_link=link)
        make_share(session, rep, at=on(0), score=62, dimensions={"hook": 42})
        for key, score, url, weeks in (
            ("li:1", 50, None, 0),
            ("li:2", 51, link, 0),
            ("li:3", 62, None, 0),
            ("li:4", 62, None, -1),
        ):
            session.add(
                HistoryItem(
                    user_id=rep.id, key=key, kind="linkedin-post", published_at=on(weeks), url=url, score=score, band="fair",
                    dimensions={"hook": score}, scoring_version=version,
                )
            )  # fmt: skip
    page = page_of(engine, rep)
    assert page.counts[-2:] == (1, 3)
    assert page.lines[0].series[-2:] == (62, 61)
    assert page.has_archived


def test_goals_are_set_changed_reached_and_removed(engine, rep, browser):
    with unit_of_work(engine) as session:
        for kind in ("linkedin-post", "x-post", "x-reply"):
            make_share(session, rep, at=on(1, day=1), kind=kind, score=50, dimensions={"story": 44})
        make_share(session, rep, at=on(-2), score=50, dimensions={"story": 60})
        make_share(session, rep, at=on(-3), score=50, dimensions={"story": 1})  # more than four weeks ago
    for measure, target in (("posts", "3"), ("comments", "1"), ("story", "50")):
        assert send(browser, f"{PATH}/goals", PATH, measure=measure, target=target).status_code == 303
    said = words(browser.get(PATH))
    assert "Posts a week 2 of 3 · 1 to go" in said
    assert "Comments and replies a week 1 of 1 Reached" in said
    assert "Story, on average 48 of 50, over 4 weeks" in said
    assert browser.get(f"{PATH}/goals").get_json() == {
        "goals": [
            {"label": "Posts a week", "target": 3, "value": 2, "is_reached": False},
            {"label": "Comments and replies a week", "target": 1, "value": 1, "is_reached": True},
            {"label": "Story, on average", "target": 50, "value": 48, "is_reached": False},
        ]
    }
    assert send(browser, f"{PATH}/goals", PATH, measure="posts", target="2").status_code == 303
    assert "Posts a week 2 of 2 Reached" in words(browser.get(PATH))
    for _ in range(2):
        assert send(browser, f"{PATH}/goals/remove", PATH, measure="posts").status_code == 303
    with unit_of_work(engine, writes=False) as session:
        assert [goal.measure for goal in queries.goals_of(session, user_id=rep.id)] == ["comments", "story"]


@pytest.mark.parametrize(
    ("measure", "target", "error"),
    [
        ("posts", "0", "This must be a whole number from 1 to 50."),
        ("posts", "51", "This must be a whole number from 1 to 50."),
        ("hook", "101", "This must be a whole number from 1 to 100."),
        ("comments", "two", "This must be a whole number from 1 to 50."),
        ("comments", "²", "This must be a whole number from 1 to 50."),
        ("likes", "3", "This must be one of the list."),
    ],
)
def test_refused_goal_names_the_limit_and_keeps_what_was_typed(engine, rep, browser, measure, target, error):
    response = send(browser, f"{PATH}/goals", PATH, measure=measure, target=target)
    assert response.status_code == 422
    assert error in words(response)
    assert f'value="{target}"' in response.text
    if measure != "likes":
        assert f'<option value="{measure}" selected>' in response.text
    with unit_of_work(engine, writes=False) as session:
        assert queries.goals_of(session, user_id=rep.id) == []


def test_refused_change_of_a_goal_is_told_at_that_goal(engine, rep, browser):
    send(browser, f"{PATH}/goals", PATH, measure="posts", target="4")
    response = send(browser, f"{PATH}/goals", PATH, measure="posts", target="400")
    assert re.search(r'id="goal-posts"[^>]*value="400"[^>]*aria-describedby="goal-posts-error"', response.text)
    assert 'id="goal-posts-error"' in response.text
    assert 'id="target-error"' not in response.text
    with unit_of_work(engine, writes=False) as session:
        assert queries.goal_for_update(session, user_id=rep.id, measure="posts").target == 4


def test_weeks_are_in_the_address(browser):
    page = browser.get(f"{PATH}?week={WEEK}").text
    assert f'href="{PATH}?week={WEEK - timedelta(weeks=1)}"' in page
    assert f'href="{PATH}?week={WEEK + timedelta(weeks=1)}"' in page
    assert f'datetime="{WEEK}"' in browser.get(f"{PATH}?week=2026-11-20").text  # the Friday
    current = WEEK + timedelta(weeks=1)
    for asked in ("", "?week=2031-01-01"):
        page = browser.get(PATH + asked).text
        assert f'datetime="{current}"' in page
        assert f"?week={current + timedelta(weeks=1)}" not in page
    assert browser.get(f"{PATH}?week=nonsense").status_code == 200


def test_suggestion_leads_to_the_item_and_goes_with_its_text(engine, rep, browser):
    with unit_of_work(engine) as session:
        for worth in (7, 9, 4):
            advice = [advised("case", worth, SECRET_ADVICE, "What did it do there?")]
            row = make_share(session, rep, at=on(0), score=40, dimensions={"story": 30, "hook": 60}, advice=advice)
            best = row.id if worth == 9 else locals().get("best")
    page = browser.get(f"{PATH}?week={WEEK}")
    assert f"{SECRET_ADVICE} What did it do there?" in words(page)
    assert f'href="/me/items/{best}">Post from 18 Nov 2026' in page.text
    assert "about 9 points, and gave advice like it on 3 of your last 3 items. “Story” is your lowest dimension" in words(page)
    for row in page_of(engine, rep).shared:
        send(browser, f"/me/items/{row.id}/withdraw", "/me")
    assert SECRET_ADVICE not in browser.get(f"{PATH}?week={WEEK}").text
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(Activity).where(Activity.user_id == rep.id, Activity.advice.is_not(None))).all() == []


def test_empty_week_says_nothing_without_a_basis(browser):
    said = words(browser.get(PATH))
    assert "Nothing shared yet this week A quiet week is fine." in said
    assert "There is too little to compare yet. How often you share is not compared, because it takes eight weeks" in said
    assert "One thing to try" not in said
    assert "Nothing scored in these 12 weeks" in said


def test_why_weeks_are_not_compared(engine, rep, browser):
    with unit_of_work(engine) as session:
        make_share(session, rep, at=on(-20))
        session.add(Leave(user_id=rep.id, starts_on=on(-3).date(), ends_on=on(0, day=6).date(), kind="holiday"))
    assert "because you were away in too many of these weeks" in words(browser.get(PATH))


def test_nobody_else_sees_dimensions_advice_and_goals(app, engine, people, rep):
    """Manager and administrator open every page there is about the rep; the audit log says nothing of goals."""
    with unit_of_work(engine) as session:
        shared = make_share(
            session, rep, at=on(0), score=67, dimensions={"story": 63, "hook": 69}, advice=[advised("case", 7, SECRET_ADVICE)]
        ).id
        operations.set_goal(session, user_id=rep.id, measure="story", target="77")
        entries = len(session.scalars(select(AuditEntry.id)).all())
        operations.set_goal(session, user_id=rep.id, measure="story", target="78")
        operations.remove_goal(session, user_id=rep.id, measure="hook")
        assert len(session.scalars(select(AuditEntry.id)).all()) == entries
    for role in ("manager", "admin"):
        viewer = sign_in(app, engine, people[role])
        for path in (
            "/team", f"/team?week={WEEK}", f"/team/rep/{rep.id}", f"/team/rep/{rep.id}?week={WEEK}", "/appeals",
            f"/team/rep/{rep.id}/outcomes", f"/appeals/items/{shared}", f"/people/{rep.id}", "/audit", "/approvals", PATH,
            f"/team/rep/{rep.id}/records?metric=credit&week={WEEK}", f"/team/rep/{rep.id}/one-to-one", f"{PATH}?week={WEEK}",
        ):  # fmt: skip
            page = viewer.get(path).text
            assert SECRET_ADVICE not in page
            assert "Story, on average" not in re.sub(r"<option[^>]*>[^<]*</option>", "", page), path
            assert not re.search(r"\b(67|63|69|78)\b", words_only(page)), path
    assert "Story, on average" in words(sign_in(app, engine, rep).get(PATH))


def words_only(page):
    return re.sub(r"<(script|style|svg|option)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)


def test_export_contains_and_erasure_deletes_all_of_it(engine, rep):
    with unit_of_work(engine) as session:
        make_share(
            session, rep, at=on(0), dimensions={"story": 23}, advice=[advised("case", 7, SECRET_ADVICE)], text_hash="a" * 64
        )
        # Of this one, the text was deleted before.
        make_share(session, rep, at=on(0), dimensions={"story": 24}, text=None)
        operations.set_goal(session, user_id=rep.id, measure="posts", target="3")
    with unit_of_work(engine, writes=False) as session:
        document = export_document(session, user_id=rep.id)
    (goal,) = document["own_goals"]
    assert (goal["measure"], goal["target"], datetime.fromisoformat(goal["set_at"]).tzinfo) == ("posts", 3, UTC)
    assert [row["dimensions"] for row in document["activities"]] == [{"story": 23}, {"story": 24}]
    assert document["activities"][0]["advice"][0]["message"] == SECRET_ADVICE
    with unit_of_work(engine) as session:
        privacy.erase(session, user_id=rep.id)
    with unit_of_work(engine, writes=False) as session:
        rows = session.scalars(select(Activity).where(Activity.user_id == rep.id)).all()
        assert [(row.dimensions, row.advice) for row in rows] == [(None, None), (None, None)]
        assert session.scalars(select(OwnGoal).where(OwnGoal.user_id == rep.id)).all() == []


def test_texts_past_their_retention_take_the_advice_with_them(engine, rep):
    with unit_of_work(engine) as session:
        get_organisation(session).text_retention_months = 3
        old = make_share(session, rep, at=on(-20), dimensions={"story": 23}, advice=[advised("case", 7)], text_hash="b" * 64).id
        privacy.purge(session, at=on(0))
        get_organisation(session).text_retention_months = 13
    with unit_of_work(engine, writes=False) as session:
        row = session.get_one(Activity, old)
        assert (row.text, row.advice, row.dimensions) == (None, None, {"story": 23})
