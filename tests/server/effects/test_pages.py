"""The page of the rubric, as an administrator uses it."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import delete, select

from nlp import load_scoring
from server.activities.measuring import STEP_JOB
from server.activities.models import ItemInputs
from server.core.database.session import unit_of_work
from server.jobs.models import Job
from server.people.queries import get_organisation
from server.security import operations as security
from server.tuning import champion, draft
from server.tuning.champion import ensure_champion
from server.tuning.rules import set_rule
from tests.factories import make_identity, make_user
from tests.forms import extract_csrf_token
from tests.queued_jobs import run_jobs
from tests.server.effects.rubric_helpers import share_as

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def admin(client, session):
    user = make_user(session, role="admin", name="Priya Raman")
    link = security.create_link(session, user_id=user.id)
    ensure_champion(session)
    organisation = get_organisation(session)
    organisation.two_person, organisation.credit_mode = False, "bands"
    packaged = champion.store_version(session, load_scoring(), parent=None, note="", author=None)
    champion.move_alias(session, "champion", packaged.hash, by=None)
    if draft.is_changed(session):
        draft.discard(session, editor=make_identity(user))
    session.commit()
    client.post(link, data={"csrf_token": extract_csrf_token(client.get(link).text)})
    return client


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="number" id="[^"]+" name="([^"]+)" value="([^"]*)"', page))


def post(admin, path, **data):
    page = admin.get("/tuning/rubric").text
    form = {"csrf_token": extract_csrf_token(page), **fields(page), **data.pop("values", {}), **data}
    return admin.post(path, data=form, follow_redirects=True)


def said(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def test_every_number_has_a_label_and_its_limits(admin):
    page = admin.get("/tuning/rubric").text
    found = fields(page)
    scoring = load_scoring()
    assert found["weight.hook"] == str(scoring.weights["hook"])
    assert found["band.profiles.fair"] == str(scoring.rubric("x-profile").bands[0])
    assert len([name for name in found if name.startswith("points.")]) == len(scoring.rules)
    assert all(f'<label for="{name}">' in page for name in found)
    assert "0 of" in said(admin.get("/tuning/rubric"))


def test_the_effect_is_shown_and_nothing_is_saved(admin, session):
    page = post(admin, "/tuning/rubric/effect", values={"weight.hook": "95", "weight.audience": "0"})
    moved = re.search(r"(\d+) of (\d+) rated drafts would change band", said(page))
    assert int(moved[1]) > 0
    assert fields(page.text)["weight.hook"] == "95", "nothing typed is lost"
    assert not draft.is_changed(session)


def test_the_part_alone_is_what_the_script_asks_for(admin):
    page = post(admin, "/tuning/rubric/effect", values={"weight.hook": "95"}, part="effect")
    assert page.text.lstrip().startswith("<div>")
    assert "rated drafts would change band" in said(page)
    assert "<form" not in page.text
    wrong = post(admin, "/tuning/rubric/effect", values={"weight.hook": "950"}, part="effect")
    assert wrong.status_code == 422
    assert "Hook must be from 0 to 100." in said(wrong)


def test_a_wrong_number_is_named_at_its_field_and_nothing_typed_is_lost(admin):
    for path in ("/tuning/rubric", "/tuning/rubric/effect"):
        page = post(admin, path, values={"band.drafts.good": "3", "weight.voice": "77"})
        assert page.status_code == 422
        assert "Good must be from 42 to 99." in said(page)
        assert re.search(r'name="band\.drafts\.good" value="3"[^>]*aria-invalid="true"', page.text)
        assert fields(page.text)["weight.voice"] == "77"


def test_the_draft_becomes_a_version_with_the_same_numbers(admin, session):
    page = post(admin, "/tuning/rubric", values={"weight.hook": "95", "band.drafts.strong": "80"})
    assert "Saved 2 changes in the draft." in said(page)
    assert "Nothing changed." in said(post(admin, "/tuning/rubric"))
    told = re.search(r"(\d+) of (\d+) rated drafts would change band", said(admin.get("/tuning/rubric")))[0]
    form = {"csrf_token": extract_csrf_token(page.text), "draft_note": "More weight on the first line"}
    effect = admin.post("/tuning/draft/version", data=form, follow_redirects=True)
    assert told in said(effect)
    assert "Hook: weight 8 to 95" in said(effect)
    assert "Drafts: Strong from 68 to 80" in said(effect)
    proposed = {"csrf_token": extract_csrf_token(effect.text)}
    admin.post(effect.request.path.replace("effect", "propose"), data=proposed)
    assert not draft.is_changed(session)
    assert re.search(r"0 of \d+ rated drafts would change band", said(admin.get("/tuning/rubric")))


def test_rules_that_the_draft_turns_off_count_at_once(admin, session):
    costly = [rule["id"] for rule in load_scoring().rules if rule["points"] and not rule["guards"]]
    for rule in costly:
        set_rule(session, rule, {"on": False})
    session.commit()
    page = said(admin.get("/tuning/rubric"))
    moved = re.search(r"(\d+) of (\d+) rated drafts would change band", page)
    assert int(moved[1]) > 0
    assert "are left out" not in page
    form = {"csrf_token": extract_csrf_token(admin.get("/tuning/rubric").text), "draft_note": "Without most tips"}
    effect = said(admin.post("/tuning/draft/version", data=form, follow_redirects=True))
    assert moved[0] in effect
    assert "are left out" not in effect


def test_words_of_the_draft_are_named_as_left_out(admin):
    form = {"csrf_token": extract_csrf_token(admin.get("/tuning/words").text), "text": "crane", "kind": "banned"}
    assert "are left out" not in said(admin.get("/tuning/rubric"))
    admin.post("/tuning/words", data=form)
    assert "are left out" in said(admin.get("/tuning/rubric"))


def test_a_larger_gap_between_kinds_of_english_is_warned_of(admin):
    assert "less fair" not in said(admin.get("/tuning/rubric"))
    found = [
        said(post(admin, "/tuning/rubric/effect", values={f"weight.{name}": "100"}, part="effect"))
        for name in ("hook", "clarity", "story", "voice", "form")
    ]
    assert any("This is less fair to some writers." in text and "Learner English" in text for text in found)


def test_shared_items_are_measured_and_then_counted(admin, session, engine):
    share_as(session, people=6, items=3, between=(44, 66))
    session.commit()
    assert "still to be measured" in said(admin.get("/tuning/rubric"))
    post(admin, "/tuning/rubric/effect", part="effect")
    run_jobs(engine, kind=STEP_JOB)
    page = said(admin.get("/tuning/rubric"))
    assert "still to be measured" not in page
    assert "Fewer than five would move up, and fewer than five down." in page
    easy = {"band.drafts.fair": "41", "band.drafts.good": "42", "band.drafts.strong": "43"}
    page = said(post(admin, "/tuning/rubric/effect", values=easy, part="effect"))
    assert re.search(r"At least \d+ would move up", page)
    assert re.search(r"About \d+ points more than \d+ ?, for at least 5 people", page)
    with unit_of_work(engine) as other:
        other.execute(delete(ItemInputs))
        other.execute(delete(Job))


@pytest.mark.parametrize(
    ("mode", "words"), [("checks", "depends on whether the checks passed"), ("blind", "quality does not affect it")]
)
def test_it_is_said_where_credit_does_not_follow_bands(admin, session, mode, words):
    get_organisation(session).credit_mode = mode
    session.commit()
    assert words in said(admin.get("/tuning/rubric"))


def test_only_administrators_ask_for_measuring(admin, session, client, engine):
    with unit_of_work(engine, writes=False) as other:
        before = len(other.scalars(select(Job.id)).all())
    client.delete_cookie("repute")
    assert client.post("/tuning/rubric/effect", data={}).status_code != 200
    with unit_of_work(engine, writes=False) as other:
        assert len(other.scalars(select(Job.id)).all()) == before
