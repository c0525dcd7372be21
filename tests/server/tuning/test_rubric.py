"""The rubric in the draft."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from nlp.model import BANDS
from server.audit.labels import setting_label
from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.tuning import draft, operations, rubric, versions
from server.tuning.champion import ensure_champion, get_champion, get_scoring, move_alias
from server.tuning.models import DraftRule
from server.tuning.rated_texts import rated_drafts
from server.tuning.rubric import list_settings, read_form
from server.tuning.rubric_keys import as_keys, from_keys
from server.tuning.words import WordValues, add_word
from tests.factories import make_identity, make_user

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def admin(session):
    """Rolled back after the test."""
    ensure_champion(session)
    yield make_identity(make_user(session, role="admin"))
    session.rollback()


def current(session):
    return list_settings(session, draft.draft_scoring(session))


def save(session, admin, **values: str) -> int:
    settings = current(session)
    form = {key.replace("__", ".").replace("_", "-"): value for key, value in values.items()}
    return rubric.change_rubric(session, editor=admin, rubric=settings, wanted=read_form(settings, form))


def values(session) -> dict[str, float]:
    return {setting.key: setting.value for setting in current(session)}


def refused(session, form) -> dict[str, str]:
    with pytest.raises(Problem) as problem:
        read_form(current(session), form)
    assert problem.value.status == 422
    return {error["field"]: error["message"] for error in problem.value.errors}


def test_one_version_has_everything_of_the_draft(session, admin):
    settings = current(session)
    form = {
        "weight.hook": "33", "weight.proof": "1", "emphasis.x-reply.voice": "250", "band.drafts.fair": "44",
        "band.profiles.strong": "91", "points.Repute.Buzzwords": "7.5",
    }  # fmt: skip
    assert rubric.change_rubric(session, editor=admin, rubric=settings, wanted=read_form(settings, form)) == len(form)
    add_word(session, editor=admin, values=WordValues("banned", "crane"))
    stored = operations.create_version_of_draft(session, author=admin, note="Everything")
    version, champion = get_scoring(session, version_hash=stored.hash), get_champion(session)
    assert (version.weights["hook"], version.weights["proof"]) == (33, 1)
    assert version.emphasis["x-reply"]["voice"] == 250
    assert version.rubric("x-post").bands == (44, *champion.rubric("x-post").bands[1:])
    assert version.rubric("x-profile").bands == (*champion.rubric("x-profile").bands[:2], 91)
    assert {rule["id"]: rule["points"] for rule in version.rules}["Repute.Buzzwords"] == 7.5
    assert [word["text"] for word in version.own["words"]] == ["crane"]
    lines = versions.get_version(session, version_hash=stored.hash).changes
    assert f"Drafts: Fair from {champion.rubric('x-post').bands[0]} to 44" in lines
    assert f"Profiles: Strong from {champion.rubric('x-profile').bands[2]} to 91" in lines
    assert "X reply, Voice: 115 to 250 percent of its weight" in lines
    assert "Words: 1 added" in lines
    assert not any("Rubric for drafts" in line for line in lines)


def test_a_second_click_changes_nothing(session, admin):
    assert save(session, admin, weight__hook="40") == 1
    assert save(session, admin, weight__hook="40") == 0
    audited = session.scalars(select(AuditEntry).where(AuditEntry.action == "rubric.changed")).all()
    assert [entry.changes for entry in audited] == [{"weight.hook": ["8", "40"]}]
    assert setting_label("weight.hook", {}) == "Weight of Hook"
    assert setting_label("band.drafts.needs-work", {}) == "Drafts: lowest score of Needs work"
    assert setting_label("points.Repute.Buzzwords", {}) == "Points of Repute.Buzzwords"


def test_setting_it_back_leaves_no_trace_in_the_draft(session, admin):
    save(session, admin, weight__hook="40", points__Repute__Buzzwords="9")
    assert draft.is_changed(session)
    now = {setting.key: f"{setting.now:g}" for setting in current(session)}
    settings = current(session)
    rubric.change_rubric(session, editor=admin, rubric=settings, wanted=read_form(settings, now))
    assert not draft.is_changed(session)
    assert not session.scalars(select(DraftRule)).all()


def test_points_leave_where_a_rule_is_on_as_it_is(session, admin):
    session.add(DraftRule(rule_id="Repute.Buzzwords", setting={"on": False, "surfaces_off": []}))
    session.flush()
    save(session, admin, points__Repute__Buzzwords="9")
    assert session.get_one(DraftRule, "Repute.Buzzwords").setting == {"on": False, "surfaces_off": [], "points": 9.0}
    now = {setting.key: f"{setting.now:g}" for setting in current(session)}
    settings = current(session)
    rubric.change_rubric(session, editor=admin, rubric=settings, wanted=read_form(settings, now))
    assert session.get_one(DraftRule, "Repute.Buzzwords").setting == {"on": False, "surfaces_off": []}


def test_discarding_the_draft_discards_the_rubric(session, admin):
    save(session, admin, weight__hook="40")
    draft.discard(session, editor=admin)
    assert not draft.is_changed(session)


def test_what_was_activated_in_the_meantime_stays(session, admin):
    save(session, admin, weight__hook="40")
    version = operations.create_version(session, author=admin, weights={"voice": 77}, note="More voice")
    move_alias(session, "champion", version.hash, by=admin)
    assert values(session)["weight.voice"] == 77
    assert values(session)["weight.hook"] == 40


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("weight.hook", "101", "must be from 0 to 100"),
        ("weight.hook", "-1", "must be from 0 to 100"),
        ("weight.hook", "4.5", "must be a whole number from 0 to 100"),
        ("weight.hook", "", "must be a whole number from 0 to 100"),
        ("emphasis.x-post.hook", "301", "must be from 0 to 300"),
        ("band.drafts.fair", "40", "must be from 41 to 98"),
        ("band.drafts.strong", "101", "must be from 43 to 100"),
        ("band.profiles.fair", "0", "must be from 1 to 98"),
        ("points.Repute.Buzzwords", "20.1", "must be from 0 to 20"),
        ("points.Repute.Buzzwords", "0.25", "must be from 0 to 20 in steps of 0.1"),
        ("points.Repute.Buzzwords", "nan", "must be from 0 to 20"),
        ("points.Repute.Buzzwords", "many", "must be a number from 0 to 20"),
    ],
)
def test_a_wrong_number_is_named_with_its_limits(session, admin, key, text, message):
    assert refused(session, {key: text}) == {key: message}


def test_every_wrong_number_is_named(session, admin):
    assert refused(session, {"weight.hook": "x", "band.drafts.good": "0"}).keys() == {"weight.hook", "band.drafts.good"}


def test_bands_in_the_wrong_order_are_named(session, admin):
    form = {"band.drafts.fair": "70", "band.drafts.good": "70", "band.drafts.strong": "71"}
    assert refused(session, form) == {"band.drafts.good": "must be above 70, where Fair begins"}


def test_a_group_or_a_surface_without_weights_is_named(session, admin):
    profiles = {setting.key: "0" for setting in current(session).weights["profiles"]}
    assert "weight.headline" in refused(session, profiles)
    drafts = {setting.key: "0" for setting in current(session).weights["drafts"]} | {"weight.form": "9"}
    assert "emphasis.x-post.hook" in refused(session, drafts | {"emphasis.x-post.form": "0"})


def test_reps_read_how_often_readers_agree_with_the_bands_of_the_draft(session, admin):
    champion = get_champion(session)
    save(session, admin, band__drafts__strong="75", weight__hook="30")
    scoring = draft.draft_scoring(session)
    rubrics = {surface: scoring.rubric(surface) for surface in ("linkedin-post", "linkedin-comment", "x-post", "x-reply")}
    texts = rated_drafts()
    bands = texts.table.bands(texts.table.scores(rubrics, scoring.is_on), rubrics)
    for number, name in enumerate(BANDS):
        own = texts.reader_bands[bands == number]
        expected = round(100 * float((own == number).mean())) if len(own) >= 5 else 0
        assert scoring.rubric("x-post").band_precision[name] == expected
    assert scoring.rubric("x-post").band_precision != champion.rubric("x-post").band_precision
    assert scoring.rubric("x-profile").band_precision == champion.rubric("x-profile").band_precision


keys = st.one_of(
    st.sampled_from(["hook", "proof", "about"]).map(lambda name: f"weight.{name}"),
    st.tuples(st.sampled_from(["x-post", "x-profile"]), st.sampled_from(["hook", "about"])).map(
        lambda path: f"emphasis.{path[0]}.{path[1]}"
    ),
    st.tuples(st.sampled_from(["drafts", "profiles"]), st.sampled_from(BANDS[1:])).map(
        lambda path: f"band.{path[0]}.{path[1]}"
    ),
)


@given(st.dictionaries(keys, st.integers(0, 300)))
def test_keys_survive_the_way_there_and_back(numbers):
    assert as_keys(from_keys(numbers)) == numbers
