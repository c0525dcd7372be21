"""What is read from the provider's answer about a person."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.core.database.session import unit_of_work
from server.people.models import User
from server.security.models import ExternalIdentity

ALLOWED = {"oidc_allowed_groups": "sales, marketing", "oidc_manager_groups": "leads"}


@pytest.fixture
def role_of(engine):
    def get(subject):
        with unit_of_work(engine, writes=False) as session:
            query = select(User.role).join(ExternalIdentity, ExternalIdentity.user_id == User.id)
            return session.scalar(query.where(ExternalIdentity.subject == subject))

    return get


@pytest.fixture
def subject(request):
    return f"subject of {request.node.name}"


@pytest.fixture
def claims(subject):
    return {"sub": subject, "email": f"{abs(hash(subject))}@example.com", "name": "Noor Adeyemi"}


@pytest.mark.parametrize("groups", [["sales", "leads"], "leads"])
def test_groups_are_a_list_or_a_single_name(sso, provider, role_of, subject, claims, groups):
    provider.describe(**claims, groups=groups)
    assert sso(**ALLOWED).sign_in().status_code == 303
    assert role_of(subject) == "manager"


def test_groups_may_be_in_another_claim(sso, provider, role_of, subject, claims):
    provider.describe(**claims, roles=["leads"], groups=[])
    assert sso(**ALLOWED, oidc_groups_claim="roles").sign_in().status_code == 303
    assert role_of(subject) == "manager"


@pytest.mark.parametrize("groups", [None, 7, {"leads": True}, []])
def test_groups_in_another_form_admit_nobody(sso, provider, claims, groups):
    provider.describe(**claims, groups=groups)
    refused = sso(**ALLOWED).sign_in()
    assert refused.status_code == 403
    assert "You may not use Repute" in refused.text


def test_groups_that_were_too_many_to_send_are_not_taken_for_none(sso, provider, claims):
    provider.describe(**claims, _claim_names={"groups": "src1"})
    refused = sso(**ALLOWED).sign_in()
    assert refused.status_code == 403
    assert "more groups than your sign-in service sends" in refused.text


def test_address_and_groups_may_come_from_the_user_info(sso, provider, role_of, subject, claims):
    provider.describe(sub=subject, userinfo=claims | {"groups": ["leads"]})
    assert sso(**ALLOWED).sign_in().status_code == 303
    assert role_of(subject) == "manager"


def test_user_info_of_somebody_else_is_refused(sso, provider, role_of, subject, claims):
    provider.describe(sub=subject, userinfo=claims | {"sub": "somebody else", "groups": ["leads"]})
    assert sso(**ALLOWED).sign_in().status_code == 400
    assert role_of(subject) is None


@pytest.mark.parametrize(
    ("verified", "status"), [({}, 303), (True, 303), ("true", 303), (False, 403), ("false", 403), (None, 403), (1, 303)]
)
def test_address_that_the_provider_calls_unconfirmed_is_refused(sso, provider, claims, verified, status):
    claim = {} if verified == {} else {"email_verified": verified}
    provider.describe(**claims, **claim, groups=["sales"])
    assert sso(**ALLOWED).sign_in().status_code == status


@pytest.mark.parametrize(
    ("claim", "value"), [("name", "\0"), ("email", "\0@example.com"), ("name", "\ud800"), ("name", ["a"]), ("name", "n" * 1000)]
)
def test_texts_that_cannot_be_stored_are_no_error_of_the_server(sso, provider, claims, claim, value):
    provider.describe(**(claims | {claim: value}), groups=["sales"])
    assert sso(**ALLOWED).sign_in().status_code in {303, 400}
