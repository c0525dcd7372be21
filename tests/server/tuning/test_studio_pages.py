"""The pages of words, rules, styles and presets, as an administrator uses them."""

from __future__ import annotations

import html
import io
import re
import uuid
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from nlp import Coach, Draft, load_scoring
from nlp.rules import guards
from server.activities import operations as activities
from server.activities.operations import PublishedItem
from server.audit.models import AuditEntry
from server.people.queries import get_organisation
from server.security import operations as security
from server.tuning import champion, draft, queries
from server.tuning.champion import ensure_champion
from server.tuning.models import DraftPackage, DraftRule
from tests.databases import SECRET_KEYS
from tests.factories import make_identity, make_user
from tests.texts import sentences

pytestmark = pytest.mark.sqlite_only

AVOID = "extends: existence\nmessage: \"Avoid '%s'.\"\ntokens:\n  - synergy\n"
GUARD = "Repute.UndisclosedPromotion"


@pytest.fixture
def admin(client, session):
    user = make_user(session, role="admin", name="Priya Raman")
    link = security.create_link(session, user_id=user.id)
    # Tests of this module may have activated something.
    ensure_champion(session)
    get_organisation(session).two_person = False
    packaged = champion.store_version(session, load_scoring(), parent=None, note="", author=None)
    champion.move_alias(session, "champion", packaged.hash, by=None)
    if draft.is_changed(session):
        draft.discard(session, editor=make_identity(user))
    session.commit()
    client.post(link, data={"csrf_token": csrf_token(client.get(link).text)})
    return client


def csrf_token(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def post(admin, path, /, page="/tuning/words", **data):
    token = csrf_token(admin.get(page).text)
    return admin.post(path, data={"csrf_token": token, **data}, follow_redirects=True)


def read(session, query):
    """The transaction ends before the next request, which may write."""
    result = query(session)
    session.rollback()
    return result


def said(response) -> str:
    return " ".join(html.unescape(response.text).split())


def test_a_word_is_added_changed_and_deleted_row_by_row(admin, session):
    assert "No words yet" in said(admin.get("/tuning/words"))
    page = post(
        admin, "/tuning/words", text="clients", kind="preferred", use="customers", note="They stay.", surfaces=["x-post"]
    )
    assert "Added “clients” to the draft." in said(page)
    word_id = read(session, lambda session: queries.all_words(session)[0].id)
    editor = admin.get(f"/tuning/words?edit={word_id}").text
    assert re.search(r'id="edit-use" name="use" type="text" value="customers"', editor)
    assert re.search(r'id="edit-x-post" name="surfaces" value="x-post" checked', editor)
    page = post(admin, f"/tuning/words/{word_id}", text="clients", kind="preferred", use="buyers")
    assert "Saved “clients” in the draft." in said(page)
    assert "buyers" in page.text
    assert "No words yet" in said(post(admin, f"/tuning/words/{word_id}/delete"))


def test_a_wrong_word_is_explained_and_nothing_typed_is_lost(admin):
    page = post(
        admin, "/tuning/words", text="clients", kind="preferred", use="", note="They stay with us.", surfaces=["x-reply"]
    )
    assert page.status_code == 422
    assert "This is missing: say what to write instead." in said(page)
    assert 'id="new-text" name="text" type="text" value="clients"' in page.text
    assert 'value="They stay with us."' in page.text
    assert re.search(r'id="new-x-reply" name="surfaces" value="x-reply" checked', page.text)
    assert re.search(r'id="new-use"[^>]*aria-invalid="true"[^>]*aria-describedby="new-use-hint new-use-error"', page.text)


def test_a_file_is_shown_before_it_is_imported(admin, session):
    upload = {"file": (io.BytesIO(b"word,kind,use\nclients,preferred,customers\ncheap,banned,\n"), "words.csv")}
    page = post(admin, "/tuning/words/import", page="/tuning/words/import", **upload)
    assert "2 added, 0 changed, 0 unchanged." in said(page)
    assert read(session, queries.count_words) == 0
    text = html.unescape(re.search(r"<textarea name=\"text\" hidden>\n(.*?)</textarea>", page.text, re.DOTALL)[1])
    page = post(admin, "/tuning/words/import", page="/tuning/words/import", step="import", text=text)
    assert "Imported: 2 added" in said(page)
    assert "clients" in admin.get("/tuning/words/export").text


def test_a_wrong_row_is_named(admin):
    upload = {"file": (io.BytesIO(b"word,kind\ncheap,loved\n"), "words.csv")}
    page = post(admin, "/tuning/words/import", page="/tuning/words/import", **upload)
    assert page.status_code == 422
    row = (
        r'<td class="rp-number">2</td><td>kind</td><td>must be one of Banned, Preferred, Protected, Brand term, Trade word</td>'
    )
    assert re.search(row, page.text)


def test_a_text_is_tried_under_the_draft_and_leaves_no_trace(admin, session, caplog):
    post(admin, "/tuning/words", text="clients", kind="preferred", use="customers")
    text = "Our clients counted the zebra-striped pallets on the dock twice before they called us on Monday."
    page = post(admin, "/tuning/try", surface="x-post", text=text)
    assert "Your company prefers 'customers' to 'clients'." in said(page)
    assert "Instead: customers" in said(page)
    stored = read(session, lambda session: " ".join(str(row.changes) for row in session.scalars(select(AuditEntry))))
    assert "zebra" not in stored + caplog.text
    refused = post(admin, "/tuning/try", surface="myspace", text=text)
    assert refused.status_code == 422
    assert text in said(refused), "nothing typed is lost"


def test_protected_talk_is_not_commented_on(admin):
    text = "I was diagnosed with cancer in March. My salary stopped in May, and my diagnosis came with a bill."
    assert "The coach does not comment on it" in said(post(admin, "/tuning/try", surface="linkedin-post", text=text))


def test_shared_items_are_counted_only_if_five_people_shared_them(admin, session):
    post(admin, "/tuning/words", text="crane", kind="banned")
    people = [make_user(session) for _ in range(5)]

    def share(user):
        text = f"The crane stood still for two days. {sentences()}"
        item = PublishedItem("linkedin-post", text, None, None, datetime.now(UTC))
        activities.record_share(
            session, item, Coach().assess(Draft("linkedin-post", text)), user=user, organisation=get_organisation(session),
            source="web", key=uuid.uuid4().hex, secret_keys=SECRET_KEYS,
        )  # fmt: skip
        session.commit()

    for user in people[:4]:
        share(user)
    assert "Fewer than five people shared these" in said(post(admin, "/tuning/try/shared"))
    share(people[4])
    page = said(post(admin, "/tuning/try/shared"))
    assert "<strong>5 of 5</strong> would have a tip of your own words or styles. Under the active version, 0 have one." in page
    assert "The crane" not in page


def test_an_import_names_each_rule_that_cannot_be_used(admin):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Quay/styles/Quay/Avoid.yml", AVOID)
        archive.writestr("Quay/styles/Quay/dates/Day.yml", AVOID.replace("synergy", "someday"))
        archive.writestr("Quay/styles/Quay/Density.yml", "extends: script\nmessage: x\nscript: Density.tengo\n")
        archive.writestr("Quay/styles/Quay/Section.yml", f"{AVOID}scope: doc(h2 + p)\n")
        archive.writestr("Quay/.vale.ini", "StylesPath = styles\n[*]\nBasedOnStyles = Quay\nQuay.Avoid[tokens] = a\n")
    page = said(post(admin, "/tuning/styles", page="/tuning/styles", file=(io.BytesIO(file.getvalue()), "Quay.zip")))
    assert "Imported Quay into the draft: 2 rules can be used." in page
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    shown = {row[0]: (row[1], " ".join(row[3:])) for row in rows if row[0].startswith("Quay/")}
    assert shown == {
        "Quay/.vale.ini": ("4", "Quay.Avoid[tokens]: only a rule file can set tokens"),
        "Quay/styles/Quay/Density.yml": (
            "1",
            "extends: script rules are not supported; write the rule as another kind, such as existence",
        ),
        "Quay/styles/Quay/Section.yml": (
            "5",
            "scope: selections with doc(...) are not supported; name a scope such as heading or list",
        ),
    }
    rule = admin.get("/tuning/rules/Quay.dates.Day")
    assert rule.status_code == 200
    assert "Quay.dates.Day" in rule.text


def test_the_story_of_an_administrator(admin, session):
    """Imports a style, adds ten words, mutes a noisy rule, and activates it; each step is in the audit log."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Harbour/styles/Harbour/Avoid.yml", AVOID)
        archive.writestr("Harbour/styles/Harbour/Script.yml", "extends: script\nmessage: x\n")
    newest = read(session, lambda session: session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)) or 0)
    page = post(admin, "/tuning/styles", page="/tuning/styles", file=(io.BytesIO(file.getvalue()), "Harbour.zip"))
    assert "Imported Harbour into the draft: 1 rule can be used." in said(page)
    assert "script rules are not supported" in said(page)
    for number in range(10):
        post(admin, "/tuning/words", text=f"HarbourCrane{number}", kind="brand")
    page = post(admin, "/tuning/rules/Repute.Exclamation", page="/tuning/rules/Repute.Exclamation", on=["linkedin-post"])
    assert "Saved Repute.Exclamation in the draft." in said(page)
    effect = post(admin, "/tuning/draft/version", draft_note="Our words and style")
    for line in ("Words: 10 added", "Style package Harbour: added", "Harbour.Avoid: new"):
        assert line in said(effect)
    post(admin, effect.request.path.replace("effect", "propose"), page=effect.request.path)
    assert not read(session, draft.is_changed)
    later = select(AuditEntry.action).where(AuditEntry.id > newest).order_by(AuditEntry.id)
    actions = read(session, lambda session: session.scalars(later).all())
    assert [action for action in actions if not action.startswith("session")] == [
        "style.imported", *["word.added"] * 10, "rule.changed", "scoring.changed", "scoring.proposed", "scoring.in-force",
    ]  # fmt: skip
    log = said(admin.get("/audit"))
    for label in (
        "Imported a style package into the draft",
        "Added a word to the draft of the word list",
        "Changed a rule in the draft",
    ):
        assert label in log


def test_a_guard_asks_for_its_name_and_a_reason(admin, session):
    path = f"/tuning/rules/{GUARD}"
    page = post(admin, path, page=path, on=[], reason="Our lawyers read every post.")
    assert page.status_code == 422
    assert f"This must be {GUARD}, typed in full." in said(page)
    assert "Our lawyers read every post." in said(page)
    assert not read(session, draft.is_changed)


def test_a_silencing_change_has_to_be_confirmed_as_such(admin, session):
    silent = [rule["id"] for rule in load_scoring().rules if rule["on"] and rule["id"] not in guards()]
    session.add_all(DraftRule(rule_id=rule, setting={"on": False}) for rule in silent)
    session.commit()
    effect = post(admin, "/tuning/draft/version", draft_note="Silence")
    assert "Most of what the coach says would fall silent." in said(effect)
    assert re.search(r"Of \d+ tips on the reference drafts, \d+ would go\.", said(effect))
    assert 'name="accepts_silence" value="1" required' in effect.text
    proposal = effect.request.path.replace("effect", "propose")
    assert post(admin, proposal, page=effect.request.path).status_code == 409


def test_the_editor_shows_where_a_rule_is_wrong(admin, session):
    session.add(DraftPackage(name="Harbour", files={"Harbour/Avoid.yml": AVOID}))
    session.commit()
    path = "/tuning/styles/Harbour/edit"
    wrong = AVOID + "  - '(['\n"
    page = post(admin, path, page=f"{path}?path=Harbour/Avoid.yml", path="Harbour/Avoid.yml", text=wrong)
    assert page.status_code == 422
    assert "Line 3, column 1: tokens: is not a valid regular expression" in said(page)
    assert 'data-line="3" data-column="1"' in page.text
    assert "- '(['" in html.unescape(page.text), "nothing typed is lost"
    page = post(admin, path, page=path, path="Harbour/Circle.yml", text=AVOID.replace("synergy", "circle back"))
    assert "Saved Harbour/Circle.yml in the draft." in said(page)
    assert "Harbour.Circle" in page.text


def test_a_file_that_is_no_style_is_refused_with_what_to_do(admin):
    page = post(admin, "/tuning/styles", page="/tuning/styles", file=(io.BytesIO(b"PK\x03\x04 and no more"), "Acme.zip"))
    assert page.status_code == 422
    assert "The file is damaged or incomplete. Download it again" in said(page)


def test_a_preset_is_put_into_the_draft(admin):
    page = post(admin, "/tuning/presets/regulated", page="/tuning/presets")
    assert "In the draft: 7 rules changed, 12 words added." in said(page)
    assert "risk-free" in admin.get("/tuning/words").text
    page = post(admin, "/tuning/draft/discard")
    assert "The draft is the same as the active version again." in said(page)
