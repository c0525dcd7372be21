"""From a person at the identity provider to a session here: finding, linking or adding their account, and its role."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core import metrics
from server.core.identity import Identity
from server.core.oidc_settings import OidcSettings
from server.core.problems import Problem
from server.people import operations as people
from server.people.groups import operations as groups
from server.people.models import User
from server.people.queries import user_by_email
from server.security import operations, queries
from server.security.models import ExternalIdentity
from server.security.oidc.id_tokens import LEEWAY_SECONDS
from server.security.oidc.provider import ProviderAccount
from server.security.oidc.refusals import Refused
from server.security.operations import NewSession, Transaction

MAX_TRIES = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """``refusal``: a code of ``REFUSALS``, and then no session. ``is_last_admin``: the provider's groups give another role, but
    somebody must stay administrator."""

    started: NewSession | None = None
    refusal: str | None = None
    user_id: int | None = None
    is_last_admin: bool = False


def sign_in(transaction: Transaction, *, oidc: OidcSettings, account: ProviderAccount) -> Outcome:
    """Starts a session for the person, in a transaction of its own. Groups decide whether they may and, if the settings or the
    table of groups say so, their role and team. Somebody who may no longer sign in loses all sessions and pairings."""
    outcome = _try_until_no_conflict(transaction, oidc, account)
    metrics.SIGN_INS.labels(outcome="bad" if outcome.refusal else "good").inc()
    return outcome


def confirm(session: Session, *, identity: Identity, account: ProviderAccount, since: int) -> None:
    """Records that the person who is signed in here has just signed in again at the provider. ``since``: when they were asked
    to, in seconds since 1970. ``Refused`` if that was earlier or somebody else."""
    user = queries.user_of_external_identity(session, issuer=account.issuer, subject=account.subject)
    if user is None or user.id != identity.user_id:
        raise Refused("other-person")
    if account.authenticated_at is None or not account.authenticated_at >= since - LEEWAY_SECONDS:
        raise Refused("not-again")
    operations.record_confirmation(session, identity=identity, method="oidc")


def _try_until_no_conflict(transaction: Transaction, oidc: OidcSettings, account: ProviderAccount) -> Outcome:
    """A concurrent first sign-in of the same person may add or link the account first."""
    for _ in range(MAX_TRIES):
        try:
            with transaction(writes=True) as session:
                return _sign_in(session, oidc, account)
        except IntegrityError:
            continue
        except Refused as refused:
            if refused.code != "other-account":
                return Outcome(refusal=refused.code)
    return Outcome(refusal="other-account")


def _sign_in(session: Session, oidc: OidcSettings, account: ProviderAccount) -> Outcome:
    user = queries.user_of_external_identity(session, issuer=account.issuer, subject=account.subject)
    is_linked = user is not None
    user = user or _find_by_email(session, account)
    if user is not None and not user.is_active:
        return Outcome(refusal="deactivated", user_id=user.id)
    if user is not None and not oidc.may_sign_in(account.groups):
        if is_linked:
            operations.end_all_access(session, user_id=user.id, reason="group-removed")
        return Outcome(refusal="not-allowed", user_id=user.id)
    if user is None:
        user = _add(session, oidc, account)
    if not is_linked:
        _link(session, account, user)
    groups.record_sign_in(session, user_id=user.id, groups=account.groups, oidc=oidc)
    # With groups of administrators or managers in the settings, whoever is in none of them is a rep.
    default_role = "rep" if oidc.decides_roles else None
    is_last_admin = user.id in groups.apply(session, user_ids=[user.id], oidc=oidc, default_role=default_role)
    audit.record(session, action="session.started", object_type="user", object_id=user.id, reason_code="oidc")
    # As with a one-time link: whoever has a password or a second factor here must still confirm with it what needs that.
    is_confirmed = operations.confirmation_method(session, user_id=user.id) == "email"
    started = operations.start_session(session, user_id=user.id, is_confirmed=is_confirmed)
    return Outcome(started, user_id=user.id, is_last_admin=is_last_admin)


def _find_by_email(session: Session, account: ProviderAccount) -> User | None:
    """Only for the first sign-in: afterwards the address may belong to somebody else."""
    if not account.email:
        raise Refused("email-missing")
    user = user_by_email(session, email=account.email)
    if user is not None and queries.has_external_identity(session, issuer=account.issuer, user_id=user.id):
        raise Refused("other-account")
    return user


def _add(session: Session, oidc: OidcSettings, account: ProviderAccount) -> User:
    if not oidc.may_be_created(account.groups):
        raise Refused("not-allowed" if oidc.allowed_groups else "no-account")
    try:
        return people.add_user(
            session,
            email=account.email,
            name=account.name[: people.MAX_NAME_LENGTH],
            role=oidc.role_for(account.groups),
        )
    except Problem as problem:
        raise Refused("other-account" if problem.code == "taken" else "email-missing") from None


def _link(session: Session, account: ProviderAccount, user: User) -> None:
    session.add(ExternalIdentity(issuer=account.issuer, subject=account.subject, user_id=user.id))
    session.flush()
    audit.record(session, action="user.linked", object_type="user", object_id=user.id, reason_code="oidc")
