"""A personal token has drafts assessed in the person's name, and nothing else, until it ends or the person's access does."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from server.audit.models import AuditEntry
from server.core.access import get_access_policy
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.privacy import operations as privacy
from server.privacy.export import export_document
from server.security import operations, personal_tokens
from server.security.models import PersonalToken
from server.security.secrets import digest
from tests.factories import bearer, new_token, new_user, set_password
from tests.server.test_authorization import iter_routes

DRAFT = {"surface": "linkedin-post", "text": "We shipped the planner on Tuesday."}


@pytest.fixture
def person(engine):
    return new_user(engine, name="Edda Editor")


def add(engine, person, label="Obsidian", months=1):
    with unit_of_work(engine) as session:
        return personal_tokens.add(session, user_id=person.id, label=label, months=months)


def tokens_of(engine, person):
    with unit_of_work(engine, writes=False) as session:
        return personal_tokens.list_tokens(session, user_id=person.id)


def basic(user_name, password):
    return {"Authorization": f"Basic {b64encode(f'{user_name}:{password}'.encode()).decode()}"}


def assess(client, headers):
    return client.post("/api/v1/assess", json=DRAFT, headers=headers).status_code


def test_token_is_accepted_as_bearer_and_as_password_with_any_user_name(client, engine, person):
    token = add(engine, person)
    assert assess(client, bearer(token)) == 200
    for name in (person.email, "", "någon"):
        assert assess(client, basic(name, token)) == 200
    assert tokens_of(engine, person)[0].last_used_on == now().date()


def test_token_opens_the_routes_that_assess_and_no_others(app, engine, person):
    token = add(engine, person)
    opened = set()
    for path, method, _policy in iter_routes(app, "token", "authenticated"):
        for headers in (bearer(token), basic(person.email, token)):
            response = app.test_client().open(path, method=method, json={}, headers=headers)
            if response.status_code not in {401, 403}:
                opened.add(path)
    assert opened == {"/api/v1/assess", "/api/v1/compare", "/api/v1/profile/assess", "/v2/check"}
    personal = {rule.rule for rule in app.url_map.iter_rules() if get_access_policy(app.view_functions[rule.endpoint]).personal}
    assert personal == opened


@pytest.mark.parametrize("credentials", ["Basic", "Basic %%%", "Basic Zm9v", "Basic Og==", "Digest username=x"])
def test_other_credentials_are_refused(client, credentials):
    assert assess(client, {"Authorization": credentials}) == 401


def test_tokens_of_a_paired_browser_are_no_passwords(client, engine, person):
    assert assess(client, basic(person.email, new_token(engine, person))) == 401


@pytest.mark.parametrize("end", ["expired", "revoked", "signed-out", "password", "deactivated", "erased"])
def test_token_ends_at_once(client, engine, person, end):
    token = add(engine, person)
    assert assess(client, bearer(token)) == 200
    if end == "password":
        set_password(engine, person, "four hedgehogs cross at dawn")
    with unit_of_work(engine) as session:
        if end == "expired":
            of_person = PersonalToken.user_id == person.id
            session.execute(update(PersonalToken).where(of_person).values(expires_at=now() - timedelta(seconds=1)))
        elif end == "revoked":
            (row,) = personal_tokens.list_tokens(session, user_id=person.id)
            personal_tokens.revoke(session, user_id=person.id, token_id=row.id)
        elif end == "signed-out":
            operations.end_all_access(session, user_id=person.id, reason="signed-out")
        elif end == "deactivated":
            operations.deactivate(session, user_id=person.id)
        elif end == "erased":
            privacy.erase(session, user_id=person.id)
    assert assess(client, bearer(token)) == 401
    assert assess(client, basic(person.email, token)) == 401
    assert tokens_of(engine, person) == []


def test_person_has_at_most_ten_tokens(engine, person):
    for _ in range(personal_tokens.MAX_TOKENS):
        add(engine, person)
    with pytest.raises(Problem, match="too-many-tokens"):
        add(engine, person)
    with unit_of_work(engine) as session:
        personal_tokens.revoke(session, user_id=person.id, token_id=tokens_of(engine, person)[0].id)
    add(engine, person)


@pytest.mark.parametrize("values", [{"label": " "}, {"label": "a" * 101}, {"label": "a\0"}, {"months": 0}, {"months": 13}])
def test_impossible_values_are_refused(engine, person, values):
    with pytest.raises(Problem, match="invalid-field"):
        add(engine, person, **values)


@pytest.mark.parametrize(
    ("at", "months", "expected"),
    [((2026, 1, 31), 1, (2026, 2, 28)), ((2026, 11, 29), 3, (2027, 2, 28)), ((2026, 12, 15), 12, (2027, 12, 15))],
)
def test_months_are_calendar_months(engine, person, monkeypatch, at, months, expected):
    monkeypatch.setattr(personal_tokens, "now", lambda: datetime(*at, 12, tzinfo=UTC))
    token = add(engine, person, months=months)
    with unit_of_work(engine, writes=False) as session:
        row = session.scalars(select(PersonalToken).where(PersonalToken.secret_hash == digest(token))).one()
    assert row.expires_at == datetime(*expected, 12, tzinfo=UTC)


def test_nobody_revokes_tokens_of_others_as_their_own(engine, person):
    add(engine, person)
    with pytest.raises(Problem, match="not-found"), unit_of_work(engine) as session:
        personal_tokens.revoke(session, user_id=new_user(engine).id, token_id=tokens_of(engine, person)[0].id)


def test_changes_are_audited_and_only_digests_are_stored(engine, person):
    first, second = add(engine, person), add(engine, person, label="VS Code")
    with unit_of_work(engine) as session:
        rows = personal_tokens.list_tokens(session, user_id=person.id)
        personal_tokens.revoke(session, user_id=person.id, token_id=rows[0].id)
        assert personal_tokens.revoke_all(session, user_id=person.id, reason="admin") == 1
        ids = [str(row.id) for row in rows]
        entries = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_type == "personal-token", AuditEntry.object_id.in_(ids))
            .order_by(AuditEntry.id)
        ).all()
        stored = {row.secret_hash for row in rows}
    assert [(entry.action, entry.reason_code) for entry in entries] == [
        ("personal-token.added", None), ("personal-token.added", None),
        ("personal-token.revoked", None), ("personal-token.revoked", "admin"),
    ]  # fmt: skip
    assert stored == {digest(first), digest(second)}


def test_tokens_are_in_the_export_and_go_after_the_retention_period(engine, person):
    token = add(engine, person, label="Obsidian")
    with unit_of_work(engine, writes=False) as session:
        document = export_document(session, user_id=person.id)
    (exported,) = document["personal_tokens"]
    assert (exported["label"], exported["last_used"], exported["revoked"]) == ("Obsidian", None, None)
    assert token not in str(document)
    with unit_of_work(engine) as session:
        personal_tokens.revoke_all(session, user_id=person.id, reason="admin")
        privacy.purge(session, at=now() + timedelta(days=29))
        assert export_document(session, user_id=person.id)["personal_tokens"]
        privacy.purge(session, at=now() + timedelta(days=31))
        assert export_document(session, user_id=person.id)["personal_tokens"] == []
