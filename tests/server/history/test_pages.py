"""The pages of a rep's own archive, from choosing a file to counting an item; and that nobody else sees any of it."""

from __future__ import annotations

import errno
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.activities.models import Activity
from server.archives.model import Limits
from server.core.database.session import unit_of_work
from server.core.requests import UploadRequest
from server.credit.models import LedgerEntry
from server.history import pages, sharing
from server.history.models import ArchiveEntry, HistoryItem
from server.privacy import operations as privacy
from server.privacy.export import export_document
from tests.factories import new_cookie, new_user
from tests.forms import extract_csrf_token, send
from tests.server.archives.archive_files import SHARES_HEADER, make_zip, script, share_row, tweet
from tests.server.history.history_helpers import POST, import_items, make_item, run_jobs

CANARY = "zyxqarchivecanary"


def sign_in(app, engine, user):
    browser = app.test_client()
    browser.set_cookie("repute", new_cookie(engine, user))
    return browser


@pytest.fixture
def rep(engine):
    return new_user(engine)


@pytest.fixture
def browser(app, engine, rep):
    return sign_in(app, engine, rep)


def upload(browser, content, name="archive.zip"):
    token = extract_csrf_token(browser.get("/me/archive").text)
    return browser.post("/me/archive", data={"csrf_token": token, "file": (io.BytesIO(content), name)})


def linkedin_zip(text=POST, *, days=2):
    date = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")
    old = share_row("An older post, which says how we began. It has enough words to be scored, I think.", number=7)
    return make_zip({"a/Shares.csv": SHARES_HEADER + share_row(text, date=date) + old, "messages.csv": CANARY}).getvalue()


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def test_from_the_file_to_a_counted_item(app, engine, rep, browser):
    assert "See how your earlier posts score" in browser.get("/me/archive").text
    assert upload(browser, linkedin_zip()).status_code == 303
    found = words(browser.get("/me/archive"))
    assert "LinkedIn posts" in found
    assert "A planner in Kiel counted the stops" in found
    assert "Read: Shares.csv. 1 other file in the archive was not opened." in found
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(HistoryItem).filter_by(user_id=rep.id)) == 0
    assert send(browser, "/me/archive/confirm", "/me/archive", texts="recent").status_code == 303
    assert "0 of 2 items done" in words(browser.get("/me/archive"))
    run_jobs(engine)
    page = browser.get("/me/archive")
    assert "Score by month" in page.text
    assert "New enough to count" in page.text
    with unit_of_work(engine, writes=False) as session:
        recent = session.scalars(select(HistoryItem).where(HistoryItem.user_id == rep.id, HistoryItem.text.is_not(None))).one()
    path = f"/me/archive/items/{recent.id}/share"
    for _ in range(2):  # the second is the same share
        assert send(browser, path, "/me/archive").status_code == 303
    with unit_of_work(engine, writes=False) as session:
        share = session.scalars(select(Activity).filter_by(user_id=rep.id)).one()
        assert (share.state, share.text, share.kind) == ("counted", POST, "linkedin-post")
        assert share.occurred_at == recent.published_at
        assert session.scalars(select(LedgerEntry).filter_by(account_id=rep.id)).one().amount > 0
    assert f'<a href="/me/items/{share.id}">Counted' in browser.get("/me/archive").text


def test_discarded_means_nothing_is_kept(engine, rep, browser):
    upload(browser, linkedin_zip(CANARY))
    with unit_of_work(engine, writes=False) as session:
        assert CANARY in [row["text"] for row in export_document(session, user_id=rep.id)["archive"]["waiting"]]
    assert send(browser, "/me/archive/discard", "/me/archive").status_code == 303
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(ArchiveEntry).where(ArchiveEntry.text.contains(CANARY))) == 0
    assert "What would be read" not in browser.get("/me/archive").text


def test_words_of_an_archive_are_in_no_log_and_no_file(browser, settings, engine, capfd, caplog):
    for content, name in (
        (f"{CANARY} = [{CANARY}", "tweets.js"),
        (f"{CANARY}\r\n{CANARY}", "Shares.csv"),
        (CANARY, f"{CANARY}.zip"),
    ):
        response = upload(browser, content.encode(), name)
        assert response.status_code == 422
        assert CANARY not in response.text
    upload(browser, linkedin_zip(f"{CANARY} {POST}"))
    send(browser, "/me/archive/confirm", "/me/archive", texts="none")
    run_jobs(engine)
    printed = capfd.readouterr()
    assert '"event": "job-done"' in printed.out
    assert CANARY not in printed.out + printed.err + caplog.text
    assert not any(CANARY.encode() in path.read_bytes() for path in settings.data.rglob("*") if path.is_file())
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(ArchiveEntry)) == 0


def test_deciding_too_late_says_so(engine, rep, browser):
    form = browser.get("/me/archive").text
    response = browser.post("/me/archive/confirm", data={"csrf_token": extract_csrf_token(form), "texts": "all"})
    assert response.status_code == 409
    assert "Choose the file again" in response.text


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "archive.zip", "The file is empty"),
        (b"hello", "archive.zip", "This is not a ZIP file"),
        (b"hello", "notes.txt", "cannot read a file of this name"),
    ],
)
def test_refused_file_is_explained_at_the_field(browser, content, name, error):
    response = upload(browser, content, name)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert error in response.text


def test_no_file_and_a_form_that_is_not_ours(browser):
    assert "Choose a file first" in send(browser, "/me/archive", "/me/archive").text
    assert browser.post("/me/archive", data={"file": (io.BytesIO(b"x"), "tweets.js")}).status_code == 400


def post_file(browser, path, token, content):
    """As a browser encodes it; the test client would encode it through a temporary file of its own."""
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n',
        '--x\r\nContent-Disposition: form-data; name="file"; filename="tweets.js"\r\n\r\n',
    )
    body = "".join(parts).encode() + content + b"\r\n--x--\r\n"
    return browser.post(path, data=body, content_type="multipart/form-data; boundary=x")


def test_a_large_file_is_read_and_other_routes_keep_their_limit(browser, settings):
    token = extract_csrf_token(browser.get("/me/archive").text)
    large = script([tweet(f"{POST} {number}", number=number) for number in range(4_000)]).encode()
    assert len(large) > 1024 * 1024  # so it is read from disk
    assert post_file(browser, "/me/archive", token, large).status_code == 303
    assert "Score 4\u202f000 items" in browser.get("/me/archive").text
    assert list(settings.data.iterdir()) == []
    assert post_file(browser, "/me/archive/confirm", token, large).status_code == 413


def test_a_file_above_the_limit_is_refused_with_the_limit(app, browser, monkeypatch):
    view = app.view_functions["history.upload"]
    monkeypatch.setattr(view, "access_policy", replace(view.access_policy, upload_bytes=300_000))
    token = extract_csrf_token(browser.get("/me/archive").text)
    response = post_file(browser, "/me/archive", token, b"x" * 400_000)
    assert response.status_code == 413
    assert "At most 292 KB" in response.text


def test_a_full_disk_is_explained(browser, monkeypatch):
    def fail(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    token = extract_csrf_token(browser.get("/me/archive").text)
    monkeypatch.setattr(UploadRequest, "_get_file_stream", fail)
    response = post_file(browser, "/me/archive", token, b"x")
    assert response.status_code == 503
    assert "no room for this file" in response.text


def test_somebody_who_is_signed_out_sends_nothing(app, monkeypatch):
    """The body is read only after the caller was authorized: here it cannot be read at all."""
    monkeypatch.setattr(UploadRequest, "_load_form_data", lambda _request: pytest.fail("the body was read"))
    assert post_file(app.test_client(), "/me/archive", "x", b"x" * 400_000).status_code == 401


def test_uploads_are_limited_per_person(app, engine, one_window):
    browser = sign_in(app, engine, new_user(engine))
    token = extract_csrf_token(browser.get("/me/archive").text)
    statuses = [browser.post("/me/archive", data={"csrf_token": token}).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]


def test_other_people_get_404_and_see_nothing(app, engine, rep):
    import_items(engine, rep, [make_item(f"{CANARY} {POST}")], texts="all")
    run_jobs(engine)
    with unit_of_work(engine, writes=False) as session:
        item_id = session.scalars(select(HistoryItem.id).filter_by(user_id=rep.id)).one()
    for role in ("rep", "manager", "admin"):
        other = sign_in(app, engine, new_user(engine, role=role))
        assert send(other, f"/me/archive/items/{item_id}/share", "/me/archive").status_code == 404
        for path in ("/me/archive", f"/me/archive?q={CANARY}", f"/team/rep/{rep.id}", "/team", f"/people/{rep.id}", "/audit",
                     "/tuning", "/me", "/me/data"):  # fmt: skip
            assert f"{CANARY} A planner" not in other.get(path).text, (role, path)
    assert f"{CANARY} A planner" in sign_in(app, engine, rep).get("/me/archive").text


def test_search_pages_and_items_without_texts(app, engine, rep, browser, monkeypatch):
    monkeypatch.setattr(pages.view, "ITEMS_PER_PAGE", 3)
    import_items(engine, rep, [make_item(f"100% of post{n}_. {POST}", days=n) for n in range(4)], texts="all")
    run_jobs(engine)
    assert browser.get("/me/archive").text.count("rp-item-clamp") == 3
    assert browser.get("/me/archive?page=2").text.count("rp-item-clamp") == 1
    assert browser.get("/me/archive?q=POST2_").text.count("rp-item-clamp") == 1
    assert "No kept text contains these words" in browser.get("/me/archive?q=post__").text
    import_items(engine, rep, [make_item(days=1)])
    run_jobs(engine)
    assert "1 more item cannot be counted from here" in words(browser.get("/me/archive"))


def test_the_newest_items_are_offered(engine, rep, browser, monkeypatch):
    monkeypatch.setattr(sharing, "MAX_RECENT", 1)
    import_items(engine, rep, [make_item(f"Older. {POST}", days=2), make_item(f"Newer. {POST}", days=1)], texts="all")
    run_jobs(engine)
    page = words(browser.get("/me/archive"))
    assert "Count it : Newer." in page
    assert "Count it : Older." not in page
    assert "Only the newest 1 are listed" in page


def test_items_that_are_too_old_are_not_offered_and_not_accepted(engine, rep, browser):
    import_items(engine, rep, [make_item(days=29)], texts="all")
    run_jobs(engine)
    assert "New enough to count" not in browser.get("/me/archive").text
    with unit_of_work(engine, writes=False) as session:
        item_id = session.scalars(select(HistoryItem.id).filter_by(user_id=rep.id)).one()
    response = send(browser, f"/me/archive/items/{item_id}/share", "/me/archive")
    assert response.status_code == 422
    assert "28 days" in response.text


def test_two_comments_on_one_post_both_count(engine, rep, browser):
    """Their links are that of the post, so a link does not make the second a duplicate."""
    one = "Two clerks at the yard book each ramp by phone, and each call takes 6 minutes. How do you book yours at Easter?"
    other = "We asked four drivers before we changed the plan, and three of them knew the answer. Who knows it at your place?"
    comments = [replace(make_item(text, kind="linkedin-comment"), url="https://www.linkedin.com/x") for text in (one, other)]
    import_items(engine, rep, comments, texts="all")
    run_jobs(engine)
    with unit_of_work(engine, writes=False) as session:
        item_ids = session.scalars(select(HistoryItem.id).filter_by(user_id=rep.id)).all()
    for item_id in item_ids:
        send(browser, f"/me/archive/items/{item_id}/share", "/me/archive")
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(Activity.state).filter_by(user_id=rep.id)).all() == ["counted", "counted"]


def test_without_the_notice_nothing_can_be_counted(app, engine):
    newcomer = new_user(engine, acknowledged=False)
    import_items(engine, newcomer, [make_item()], texts="all")
    run_jobs(engine)
    page = sign_in(app, engine, newcomer).get("/me/archive").text
    assert "Read the notice first" in page
    assert "Count it" not in page


def test_export_has_everything_and_erasing_deletes_it(engine, rep):
    import_items(engine, rep, [make_item(f"{CANARY} {POST}")], texts="all")
    run_jobs(engine)
    with unit_of_work(engine, writes=False) as session:
        document = json.loads(json.dumps(export_document(session, user_id=rep.id)))
    assert (document["archive"]["texts_kept"], document["archive"]["waiting"]) == ("all", [])
    (item,) = document["history"]
    assert item["text"].startswith(CANARY)
    assert set(item["dimensions"]) >= {"hook", "clarity"}
    with unit_of_work(engine) as session:
        privacy.erase(session, user_id=rep.id)
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(HistoryItem).filter_by(user_id=rep.id)) == 0


def test_deleting_the_history_keeps_shared_items(engine, rep, browser):
    import_items(engine, rep, [make_item()], texts="all")
    run_jobs(engine)
    with unit_of_work(engine, writes=False) as session:
        item_id = session.scalars(select(HistoryItem.id).filter_by(user_id=rep.id)).one()
    send(browser, f"/me/archive/items/{item_id}/share", "/me/archive")
    assert send(browser, "/me/archive/delete", "/me/archive").status_code == 303
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(HistoryItem).filter_by(user_id=rep.id)) == 0
        assert session.scalar(select(func.count()).select_from(Activity).filter_by(user_id=rep.id)) == 1


def test_an_archive_of_x_by_its_script_alone(engine, rep, browser):
    assert upload(browser, script([tweet(POST)]).encode(), "tweets.js").status_code == 303
    assert "X posts" in words(browser.get("/me/archive"))
    assert Limits().items == 20_000  # as the page and its texts say
