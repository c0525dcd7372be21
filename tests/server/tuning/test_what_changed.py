"""What changed in the scoring, in words for everybody."""

from __future__ import annotations

import pytest

from nlp.quality.scoring import load_scoring
from server.core.database.session import unit_of_work
from server.people.queries import get_organisation
from server.tuning import champion, operations
from server.tuning.what_changed import describe
from tests.factories import make_identity, new_cookie, new_user
from tests.nlp.quality.correction.labelled import random_matrix, weights_of

pytestmark = pytest.mark.sqlite_only


def lines(after, before=None):
    return list(describe(before or load_scoring(), after))


def test_weights_are_told_as_what_counts_for_more_and_less():
    told = lines(load_scoring().changed(weights={"hook": 60}))
    assert told[0] == "Hook counts for more than before."
    assert "Specifics" in told[1]
    assert told[1].endswith("count for less than before.")


def test_tips_are_told_by_what_they_say():
    off = load_scoring().changed(rules={"Repute.Hedging": {"on": False}})
    (told,) = lines(off)
    assert told.startswith("This tip is no longer given: “")
    assert "Repute" not in told
    assert "%s" not in told
    assert lines(load_scoring(), before=off)[0].startswith("This tip is new: “")
    dearer = load_scoring().changed(rules={"Repute.Hedging": {"points": 9.0}})
    assert lines(dearer)[0].startswith("This tip is more costly than before: “")


def test_many_tips_are_counted():
    rules = {rule["id"]: {"on": False} for rule in load_scoring().rules[:9] if rule["on"]}
    assert lines(load_scoring().changed(rules=rules)) == [f"{len(rules)} tips are no longer given."]


def test_a_correction_is_told_with_the_number_of_answers():
    corrected = load_scoring().with_correction(weights_of(random_matrix()))
    expected = "Readers in our company compared or rated drafts, and the scoring follows 40 of their answers."
    assert lines(corrected)[0] == expected
    assert lines(load_scoring(), before=corrected)[0] == (
        "The scoring no longer follows what readers in our company said about drafts."
    )


def test_the_same_version_has_nothing_to_tell():
    assert lines(load_scoring()) == []


@pytest.fixture
def activated(engine):
    admin = new_user(engine, role="admin")
    with unit_of_work(engine) as session:
        champion.ensure_champion(session)
        packaged = champion.store_version(session, load_scoring(), parent=None, note="", author=None)
        champion.move_alias(session, "champion", packaged.hash, by=None)
        get_organisation(session).two_person = False
        version = operations.create_version(
            session, author=make_identity(admin), weights={"hook": 55}, note="Weigh the first line more"
        )
        operations.propose(session, proposer=make_identity(admin), version_hash=version.hash)
        return version.hash


def test_a_rep_reads_what_changed_and_the_administrators_note(app, engine, activated):
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, new_user(engine)))
    page = " ".join(browser.get("/scoring/changes").text.split())
    assert "Weigh the first line more" in page
    assert "Hook counts for more than before." in page
    assert activated[:12] in page


def test_the_version_before_is_proposed_from_the_page_of_the_active_one(app, engine, activated):
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    page = browser.get(f"/tuning/effect/{activated}").text
    with unit_of_work(engine, writes=False) as session:
        from server.tuning.queries import champion_before

        before = champion_before(session, version_hash=activated)
    assert f'action="/tuning/propose/{before}"' in page
