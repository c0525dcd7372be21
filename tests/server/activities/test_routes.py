"""The API for shares: what counts, what does not, and that a repeated request never counts twice."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.activities.models import Activity, IdempotencyRecord, TextBand
from server.activities.operations import SHARED_AGAIN
from server.core.weeks import UTC_CALENDAR
from server.credit.models import LedgerEntry
from server.credit.verify import verify
from server.people.memberships import assign
from server.people.models import Organisation
from server.people.queries import get_organisation, team_on
from tests.factories import bearer, make_team, new_token, new_user
from tests.texts import sentences

STRONG = (
    "We lost a 90,000 euro deal in {} because I sent the contract on a Friday.\n\n"
    "The finance lead was off on Monday. By Tuesday her budget round had closed, and ours was the only offer that was not "
    "on the sheet {}.\n\nWhich date do you wish you had asked about?"
)


def new_text() -> str:
    """A text that no other test uses."""
    return STRONG.format(uuid.uuid4().hex, sentences())


def share_body(**changes: object) -> dict[str, object]:
    return {"surface": "linkedin-post", "text": new_text(), "occurred_at": datetime.now(UTC).isoformat()} | changes


@pytest.fixture
def rep(engine):
    return new_user(engine)


@pytest.fixture
def post(client, engine, rep):
    """A function that posts a body as ``rep``, with a new idempotency key unless one is given."""
    token = new_token(engine, rep)

    def send(body, key=None):
        return client.post("/api/v1/shares", json=body, headers=bearer(token, **{"Idempotency-Key": key or str(uuid.uuid4())}))

    send.token = token
    return send


def count_of(session, table, **values):
    """Leaves no transaction open, which on SQLite would block the next request."""
    session.rollback()
    count = session.scalar(select(func.count()).select_from(table).filter_by(**values))
    session.rollback()
    return count


def test_share_returns_its_credit_with_the_arithmetic(post):
    response = post(share_body()).json
    entry = response["entry"]
    assert response["state"] == "counted"
    assert entry["policy"] == "2026-3"
    arithmetic = entry["arithmetic"]
    assert arithmetic["base"] == 10
    assert arithmetic["nth"] == 1
    assert entry["points"] == arithmetic["points"] == arithmetic["base"] * arithmetic["band_percent"] // 100
    assert entry["sentence"].startswith("Post · ")
    assert entry["sentence"].endswith(f"= {entry['points']}")


def test_second_item_of_a_kind_in_a_week_earns_less(post):
    first, second = post(share_body()).json["entry"], post(share_body()).json["entry"]
    arithmetic = [entry["arithmetic"] for entry in (first, second)]
    assert [share["nth"] for share in arithmetic] == [1, 2]
    # The points are not compared, because the two texts may be in different bands.
    assert [share["repetition_percent"] for share in arithmetic] == [100, 90]


def test_repeated_idempotency_key_replays_the_first_response(post, session, rep):
    key, body = str(uuid.uuid4()), share_body()
    first, again = post(body, key), post(body, key)
    assert first.status_code == 201
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert "Idempotency-Hit" not in first.headers
    assert again.headers["Idempotency-Hit"] == "true"
    assert count_of(session, LedgerEntry, account_id=rep.id) == 1


def test_concurrent_requests_with_one_key_create_one_share(app, engine, session, rep):
    headers = bearer(new_token(engine, rep), **{"Idempotency-Key": str(uuid.uuid4())})
    body, barrier = share_body(), threading.Barrier(6)

    def send(_number):
        client = app.test_client()
        barrier.wait()
        return client.post("/api/v1/shares", json=body, headers=headers)

    with ThreadPoolExecutor(6) as pool:
        responses = list(pool.map(send, range(6)))
    assert [response.status_code for response in responses] == [201] * 6
    assert all(response.json == responses[0].json for response in responses)
    assert sum("Idempotency-Hit" not in response.headers for response in responses) == 1
    assert count_of(session, LedgerEntry, account_id=rep.id) == 1


def test_idempotency_ignores_the_order_of_fields(post):
    key, body = str(uuid.uuid4()), share_body()
    post(body, key)
    assert post(dict(reversed(body.items())), key).headers["Idempotency-Hit"] == "true"


def test_idempotency_key_with_another_body_is_refused(post, session, rep):
    key = str(uuid.uuid4())
    post(share_body(), key)
    refused = post(share_body(), key)
    assert (refused.status_code, refused.json["code"]) == (422, "key-reused")
    assert count_of(session, Activity, user_id=rep.id) == 1


def test_refused_share_does_not_use_up_its_key(post, session, rep):
    key = str(uuid.uuid4())
    assert post(share_body(text="   "), key).status_code == 422
    assert count_of(session, IdempotencyRecord, user_id=rep.id) == 0
    assert post(share_body(), key).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "x" * 30_001}, "text"),
        ({"text": "\U0001f600" * 15_001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": None}, "body"),
        ({"surface": "fax"}, "surface"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"occurred_at": "2026-11-01T10:00:00"}, "occurred_at"),
        ({"occurred_at": 1_700_000_000}, "occurred_at"),
        ({"occurred_at": (datetime.now(UTC) + timedelta(hours=25)).isoformat()}, "occurred_at"),
        ({"occurred_at": (datetime.now(UTC) - timedelta(days=29)).isoformat()}, "occurred_at"),
        ({"score": 100}, "(unknown field)"),
        ({"sections": {"headline": "x"}}, "body"),
    ],
)
def test_invalid_share_is_refused_with_its_field_and_not_stored(post, session, rep, changes, field):
    refused = post(share_body(**changes))
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert refused.json["errors"][0]["field"] == field
    assert count_of(session, Activity, user_id=rep.id) == count_of(session, IdempotencyRecord, user_id=rep.id) == 0


@pytest.mark.parametrize("key", [None, "short", "x" * 101, "has blank in it"])
def test_idempotency_key_is_required(client, post, key):
    headers = bearer(post.token) | ({"Idempotency-Key": key} if key else {})
    refused = client.post("/api/v1/shares", json=share_body(), headers=headers)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "Idempotency-Key"


def test_refusal_does_not_contain_the_text(post):
    refused = post(share_body(text="canary" * 6000))
    assert b"canary" not in refused.data


def test_share_requires_the_acknowledged_notice(client, engine, session):
    rep = new_user(engine, acknowledged=False)
    headers = bearer(new_token(engine, rep), **{"Idempotency-Key": str(uuid.uuid4())})
    refused = client.post("/api/v1/shares", json=share_body(), headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "notice-not-acknowledged")
    assert count_of(session, Activity, user_id=rep.id) == 0


def test_protected_talk_is_refused_and_not_stored(post, session, rep):
    refused = post(
        share_body(text="Our union is talking about the pay cut, and I think everybody here should join the strike.")
    )
    assert (refused.status_code, refused.json["code"]) == (422, "protected-talk")
    assert count_of(session, Activity, user_id=rep.id) == count_of(session, IdempotencyRecord, user_id=rep.id) == 0


def test_protected_sentence_is_left_out_of_what_is_stored(post, session, rep):
    text = new_text()
    shared = post(share_body(text=f"{text} My diagnosis came in May."))
    assert shared.status_code == 201
    stored = session.scalars(select(Activity.text).where(Activity.user_id == rep.id)).one()
    assert stored == text


def test_engagement_bait_is_on_hold_until_fixed(post):
    text = new_text()
    on_hold = post(share_body(text=f'{text}\n\nComment "YES" and like this post if you agree!')).json
    assert (on_hold["state"], on_hold["entry"]) == ("held", None)
    assert on_hold["reason"]
    assert post(share_body(text=text)).json["state"] == "counted"


def test_item_on_hold_is_closed_by_the_fixed_one_at_the_same_address(post, session, rep):
    text, url = new_text(), "https://www.linkedin.com/posts/example-on-hold"
    on_hold = post(share_body(text=f'{text}\n\nComment "YES" and like this post if you agree!', url=url)).json
    fixed = post(share_body(text=text, url=url)).json
    assert (on_hold["state"], fixed["state"]) == ("held", "counted")
    before, after = (session.get_one(Activity, item["id"], populate_existing=True) for item in (on_hold, fixed))
    assert (before.state, before.text, before.reason) == ("withdrawn", None, SHARED_AGAIN)
    assert (after.state, after.text) == ("counted", text)


def test_copy_of_own_item_earns_nothing(post):
    text = new_text()
    post(share_body(text=text))
    copy = post(share_body(text=text.upper().replace(".", "!"))).json
    assert (copy["state"], copy["entry"]) == ("duplicate", None)
    assert copy["reason"].startswith("This reads like your post of ")


def test_near_copy_of_a_colleagues_item_earns_nothing(client, engine, post):
    text = new_text()
    post(share_body(text=text))
    headers = bearer(new_token(engine, new_user(engine)), **{"Idempotency-Key": str(uuid.uuid4())})
    copy = client.post("/api/v1/shares", json=share_body(text=f"Good morning! {text}"), headers=headers).json
    assert copy["state"] == "duplicate"
    assert "a colleague" in copy["reason"]


def test_item_with_a_known_url_is_a_duplicate(post):
    url = f"https://www.linkedin.com/feed/update/{uuid.uuid4()}"
    assert post(share_body(url=url)).json["state"] == "counted"
    assert post(share_body(url=url)).json["state"] == "duplicate"


def test_profile_update_earns_credit(post):
    response = post(
        {
            "surface": "linkedin-profile",
            "sections": {"headline": f"I keep packaging lines running {uuid.uuid4().hex}", "skills": ["Seals", "Planning"]},
            "occurred_at": datetime.now(UTC).isoformat(),
        }
    ).json
    assert response["state"] == "counted"
    assert response["entry"]["arithmetic"]["base"] == 8


def test_withdrawal_reverses_once_and_deletes_the_text(client, post, session, rep):
    shared = post(share_body(url=f"https://www.linkedin.com/{uuid.uuid4()}")).json
    responses = [client.delete(f"/api/v1/shares/{shared['id']}", headers=bearer(post.token)) for _ in range(3)]
    assert [response.json for response in responses] == [responses[0].json] * 3
    assert responses[0].json["state"] == "withdrawn"
    assert responses[0].json["entry"]["points"] == -shared["entry"]["points"]
    item = session.get(Activity, shared["id"])
    assert (item.text, item.url, item.text_hash, item.shingles) == (None, None, None, None)
    assert count_of(session, TextBand, activity_id=item.id) == 0
    assert count_of(session, LedgerEntry, account_id=rep.id) == 2
    assert client.get("/api/v1/me/credit", headers=bearer(post.token)).json["balance"] == 0


def test_withdrawn_item_may_be_shared_again(client, post):
    body = share_body()
    shared = post(body).json
    client.delete(f"/api/v1/shares/{shared['id']}", headers=bearer(post.token))
    again = post(body).json
    assert again["state"] == "counted"
    assert again["entry"]["arithmetic"]["nth"] == 1


def test_share_of_another_rep_answers_404(client, engine, post, session):
    shared = post(share_body()).json
    other = bearer(new_token(engine, new_user(engine)))
    foreign, missing = (
        client.delete(f"/api/v1/shares/{shared['id']}", headers=other),
        client.delete("/api/v1/shares/999999999", headers=other),
    )
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json | {"instance": ""} == missing.json | {"instance": ""}
    session.rollback()
    assert session.get(Activity, shared["id"]).state == "counted"


def test_statement_lists_the_entries_newest_first(client, post):
    shared = [post(share_body()).json for _ in range(2)]
    response = client.get("/api/v1/me/credit", headers=bearer(post.token)).json
    assert [entry["share_id"] for entry in response["entries"]] == [shared[1]["id"], shared[0]["id"]]
    assert response["balance"] == response["week"]["points"] == sum(share["entry"]["points"] for share in shared)
    assert response["policy"]["week_cap"] == response["week"]["cap"]


@pytest.mark.parametrize(("mode", "arithmetic"), [("checks", "Checks"), ("blind", "1st of the week: 10 x 1 x 1 = 10")])
def test_checks_and_blind_modes_use_no_band(engine, post, session, mode, arithmetic):
    def set_mode(mode):
        session.scalars(select(Organisation)).one().credit_mode = mode
        session.commit()

    set_mode(mode)
    try:
        entry = post(share_body()).json["entry"]
    finally:
        set_mode("bands")
    assert entry["arithmetic"]["band"] is None
    assert arithmetic in entry["sentence"]
    assert session.get(LedgerEntry, entry["id"]).scoring_version is None


def test_entry_names_the_team_of_its_day(post, session, rep):
    first = post(share_body()).json
    before, team = team_on(session, user_id=rep.id, day=UTC_CALENDAR.today()), make_team(session)
    assign(session, user_id=rep.id, team_id=team.id, role="rep", starts_on=UTC_CALENDAR.today())
    session.commit()
    second = post(share_body()).json
    team_ids = [session.get(LedgerEntry, share["entry"]["id"]).team_id for share in (first, second)]
    assert team_ids == [before, team.id]


def test_ledger_is_valid_after_all_shares_of_this_file(session):
    assert verify(session) == []


def test_share_from_a_computer_whose_clock_is_ahead_counts_as_published_now(post):
    accepted = post(share_body(occurred_at=(datetime.now(UTC) + timedelta(hours=23)).isoformat()))
    assert accepted.status_code == 201
    assert accepted.json["state"] == "counted"
    assert datetime.fromisoformat(accepted.json["occurred_at"]) <= datetime.now(UTC)


def test_share_far_in_the_future_can_be_sent_again_later(post):
    refused = post(share_body(occurred_at=(datetime.now(UTC) + timedelta(hours=25)).isoformat()))
    assert (refused.status_code, refused.json["code"]) == (422, "in-the-future")
    assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize("mode", ["bands", "checks", "blind"])
@pytest.mark.parametrize("text", [".", "x", "[[[[", "ok", "🎉", "Das ist ein ganz normaler deutscher Satz über unsere Arbeit."])
def test_what_the_coach_cannot_judge_earns_nothing_in_any_mode(post, session, mode, text):
    organisation = get_organisation(session)
    before = organisation.credit_mode
    organisation.credit_mode = mode
    session.commit()
    try:
        shared = post(share_body(text=text)).json
    finally:
        organisation.credit_mode = before
        session.commit()
    # Another mode or test may have shared the same words already; then there is no entry at all.
    assert shared["entry"] is None or shared["entry"]["points"] == 0
    assert shared["score"] is None
