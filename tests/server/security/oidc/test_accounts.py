"""Who gets in, as whom and with which role."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import delete, func, select, update

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.oidc_settings import OidcSettings
from server.people.groups import operations as groups
from server.people.groups.models import GroupRule
from server.people.groups.queries import groups_of, seen_groups
from server.people.groups.rules import Rule
from server.people.models import User
from server.people.queries import get_calendar, team_on
from server.security import operations
from server.security.models import ExternalIdentity, TokenFamily, WebSession
from server.security.oidc import accounts
from server.security.oidc.provider import ProviderAccount
from tests.factories import enrol, make_team, new_token, new_user, set_password

ISSUER = "https://login.example.com"
_numbers = itertools.count(1)


def make_settings(**values):
    names = ("admin_groups", "manager_groups", "allowed_groups")
    groups = {name: frozenset(values.pop(name, ())) for name in names}
    return OidcSettings(ISSUER, "repute", "secret", "openid", "Harbour ID", "groups", **groups)


ROLES = make_settings(admin_groups=["admins"], manager_groups=["leads"], allowed_groups=["sales"])


def make_account(user=None, *, groups=(), **values):
    number = next(_numbers)
    email = user.email if user else f"newcomer{number}@example.com"
    return ProviderAccount(
        **({"issuer": ISSUER, "subject": f"subject {number}", "email": email, "name": "Noor Adeyemi"} | values),
        groups=frozenset(groups),
    )


def with_groups(account, *groups):
    return ProviderAccount(account.issuer, account.subject, account.email, account.name, frozenset(groups))


@pytest.fixture
def sign_in(engine):
    return lambda oidc, account: accounts.sign_in(partial(unit_of_work, engine), oidc=oidc, account=account)


@pytest.fixture
def get(engine):
    def get_user(user_id):
        with unit_of_work(engine, writes=False) as session:
            return session.get_one(User, user_id)

    return get_user


@pytest.fixture
def actions(engine):
    def list_actions(user_id):
        with unit_of_work(engine, writes=False) as session:
            rows = session.execute(
                select(AuditEntry.action, AuditEntry.reason_code)
                .where(AuditEntry.object_type == "user", AuditEntry.object_id == str(user_id))
                .order_by(AuditEntry.id)
            )
            return [tuple(row) for row in rows]

    return list_actions


@pytest.fixture
def rules(engine):
    """Saves the table of groups; its rows are removed after the test."""

    def save(*rows):
        with unit_of_work(engine) as session:
            groups.save_rules(session, rows, oidc=None)

    yield save
    with unit_of_work(engine) as session:
        session.execute(delete(GroupRule))


@pytest.fixture
def only_admin(engine):
    """The only administrator of the organisation."""
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.role == "admin").values(role="rep"))
    return new_user(engine, role="admin")


def test_account_is_linked_by_address_once_and_the_link_is_audited(engine, sign_in, actions):
    user = new_user(engine)
    account = make_account(user)
    for _ in range(2):
        assert sign_in(make_settings(), account).user_id == user.id
    assert actions(user.id) == [("user.linked", "oidc"), ("session.started", "oidc"), ("session.started", "oidc")]


def test_address_of_a_linked_account_does_not_admit_another_subject(engine, sign_in):
    """Such as the successor who was given the address of somebody who left."""
    user = new_user(engine)
    sign_in(make_settings(), make_account(user))
    assert sign_in(make_settings(), make_account(user)).refusal == "other-account"


def test_same_subject_of_another_issuer_is_another_account(engine, sign_in):
    user = new_user(engine)
    account = make_account(user)
    sign_in(make_settings(), account)
    assert sign_in(make_settings(), make_account(subject=account.subject, issuer="https://other.example.com")).started is None


def test_unknown_person_without_an_allowed_group_gets_no_account(engine, sign_in):
    before = count_users(engine)
    assert sign_in(make_settings(), make_account(groups=["sales"])).refusal == "no-account"
    assert sign_in(ROLES, make_account(groups=["finance"])).refusal == "not-allowed"
    assert sign_in(ROLES, make_account(groups=["sales"], email="")).refusal == "email-missing"
    assert sign_in(ROLES, make_account(groups=["sales"], email="no address")).refusal == "email-missing"
    assert count_users(engine) == before


def count_users(engine):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(User))


@pytest.mark.parametrize(
    ("groups", "role"),
    [(["sales"], "rep"), (["leads"], "manager"), (["admins"], "admin"), (["sales", "leads", "admins"], "admin")],
)
def test_unknown_person_in_an_allowed_group_gets_an_account_with_the_role_of_the_groups(sign_in, get, groups, role):
    account = make_account(groups=groups)
    outcome = sign_in(ROLES, account)
    user = get(outcome.user_id)
    assert (user.role, user.email, user.name, user.password_hash) == (role, account.email, "Noor Adeyemi", None)
    assert outcome.started.awaiting is None


def test_role_follows_the_groups_at_each_sign_in(engine, sign_in, get):
    new_user(engine, role="admin")
    account = make_account()
    user_id = sign_in(ROLES, with_groups(account, "sales")).user_id
    for names, role in ((("leads",), "manager"), (("admins",), "admin"), (("leads",), "manager"), (("sales",), "rep")):
        sign_in(ROLES, with_groups(account, *names))
        assert get(user_id).role == role
    with unit_of_work(engine, writes=False) as session:
        changes = session.scalars(
            select(AuditEntry.changes)
            .where(AuditEntry.action == "user.role-changed", AuditEntry.object_id == str(user_id))
            .order_by(AuditEntry.id)
        ).all()
    assert [change["role"] for change in changes] == [
        ["rep", "manager"], ["manager", "admin"], ["admin", "manager"], ["manager", "rep"],
    ]  # fmt: skip


def test_without_groups_for_roles_the_role_stays(engine, sign_in, get):
    admin = new_user(engine, role="admin")
    assert sign_in(make_settings(allowed_groups=["sales"]), make_account(admin, groups=["sales"])).started
    assert get(admin.id).role == "admin"


def test_last_admin_keeps_the_role_and_that_is_recorded(only_admin, engine, sign_in, get, actions):
    outcome = sign_in(ROLES, make_account(only_admin, groups=["sales"]))
    assert outcome.started is not None
    assert outcome.is_last_admin
    assert get(only_admin.id).role == "admin"
    assert ("user.role-kept", "last-admin") in actions(only_admin.id)


def test_person_who_may_no_longer_sign_in_loses_sessions_and_pairings(engine, sign_in, actions):
    user = new_user(engine)
    account = make_account(user, groups=["sales"])
    sign_in(ROLES, account)
    new_token(engine, user)
    assert sign_in(ROLES, with_groups(account, "finance")).refusal == "not-allowed"
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(WebSession.ended_at).where(WebSession.user_id == user.id)).one() is not None
        assert (
            session.scalars(select(TokenFamily.revoked_because).where(TokenFamily.user_id == user.id)).one() == "group-removed"
        )
    assert actions(user.id)[-1] == ("access.ended", "group-removed")


def test_stranger_to_the_provider_cannot_end_the_sessions_of_an_account_that_is_not_linked(engine, sign_in):
    user = new_user(engine)
    with unit_of_work(engine) as session:
        operations.start_session(session, user_id=user.id)
    assert sign_in(ROLES, make_account(user, groups=["finance"])).refusal == "not-allowed"
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(WebSession.ended_at).where(WebSession.user_id == user.id)).one() is None


@pytest.mark.parametrize("is_linked", [True, False])
def test_deactivated_person_is_refused(engine, sign_in, is_linked):
    user = new_user(engine)
    account = make_account(user, groups=["sales"])
    if is_linked:
        sign_in(ROLES, account)
    with unit_of_work(engine) as session:
        operations.deactivate(session, user_id=user.id)
    assert sign_in(ROLES, account).refusal == "deactivated"


def test_table_of_groups_gives_role_and_team_at_sign_in_and_takes_them_away(engine, sign_in, get, rules):
    with unit_of_work(engine) as session:
        team_id = make_team(session).id
    rules(Rule("leads", "manager", team_id))
    account = make_account(new_user(engine))
    user_id = sign_in(make_settings(), with_groups(account, "leads", "choir")).user_id
    assert (get(user_id).role, team_today(engine, user_id)) == ("manager", team_id)
    sign_in(make_settings(), with_groups(account, "choir"))
    assert (get(user_id).role, team_today(engine, user_id)) == ("rep", None)


def test_row_of_the_table_and_group_of_the_settings_both_count_and_the_higher_wins(engine, sign_in, get, rules):
    rules(Rule("sales", "admin", None))
    user_id = sign_in(ROLES, make_account(groups=["leads", "sales"])).user_id
    assert get(user_id).role == "admin"


def test_role_given_by_hand_stays_if_only_the_table_has_roles_and_no_row_matches(engine, sign_in, get, rules):
    rules(Rule("leads", "admin", None))
    user = new_user(engine, role="manager")
    sign_in(make_settings(), make_account(user, groups=["choir"]))
    assert get(user.id).role == "manager"


def test_only_groups_that_a_row_names_are_kept_with_the_person(engine, sign_in, rules):
    """Which other groups somebody is in, such as a works council, is nobody's business here."""
    rules(Rule("leads", "manager", None))
    user_id = sign_in(make_settings(), make_account(new_user(engine), groups=["leads", "works council"])).user_id
    with unit_of_work(engine, writes=False) as session:
        assert [group.name for group in groups_of(session, user_id=user_id)] == ["leads"]
        assert "works council" in {group.name for group, _ in seen_groups(session)}
    rules()
    with unit_of_work(engine, writes=False) as session:
        assert groups_of(session, user_id=user_id) == []


def test_group_left_over_scim_does_not_count_because_of_an_earlier_sign_in(engine, sign_in, get, rules):
    """The claim of Microsoft Entra ID contains the group's id, which provisioning sends too."""
    rules(Rule("id-7", "manager", None))
    user_id = sign_in(make_settings(), make_account(new_user(engine), groups=["id-7"])).user_id
    assert get(user_id).role == "manager"
    with unit_of_work(engine) as session:
        groups.forget_sign_in_groups(session, user_ids=[user_id], keys={"id-7"})
        groups.apply(session, user_ids=[user_id], oidc=None)
    assert get(user_id).role == "rep"


def team_today(engine, user_id):
    with unit_of_work(engine, writes=False) as session:
        return team_on(session, user_id=user_id, day=get_calendar(session).today())


def test_second_factor_is_left_to_the_provider_but_still_confirms(engine, sign_in):
    user = new_user(engine, role="manager")
    set_password(engine, user, "four hedgehogs cross at dawn")
    enrol(engine, user)
    started = sign_in(make_settings(), make_account(user)).started
    assert started.awaiting is None
    with unit_of_work(engine, writes=False) as session:
        identity, _seen_at = operations.identify_session(session, secret=started.secret)
        assert operations.confirmation_method(session, user_id=user.id) == "code"
    assert not operations.is_recently_confirmed(identity)


def test_concurrent_first_sign_ins_make_one_account(engine, sign_in):
    account = make_account(groups=["sales"])
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _: sign_in(ROLES, account), range(6)))
    assert len({outcome.user_id for outcome in outcomes}) == 1
    assert all(outcome.started for outcome in outcomes)
    with unit_of_work(engine) as session:
        rows = session.execute(delete(ExternalIdentity).where(ExternalIdentity.subject == account.subject))
        assert rows.rowcount == 1
