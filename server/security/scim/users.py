"""People over SCIM: created, changed, deactivated and rehired through the people package, so that teams, credit and history
stay true. Nobody is deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.characters import is_storable
from server.core.clock import now
from server.core.oidc_settings import OidcSettings
from server.core.problems import Problem, field_problem, not_found
from server.core.weeks import DAY
from server.people import memberships
from server.people import operations as people
from server.people.groups import operations as groups
from server.people.groups.models import GroupMember, ProviderGroup
from server.people.models import User
from server.people.operations import MAX_NAME_LENGTH, NOT_KEPT
from server.people.queries import get_calendar, lock_user, memberships_of
from server.security import operations as security
from server.security.models import ProvisionedUser
from server.security.scim import queries, resources
from server.security.scim.resources import User as UserResource

MAX_USER_NAME_LENGTH = 254


def get(session: Session, *, user_id: int, base_url: str) -> UserResource:
    """404 also for somebody whom the provider deleted."""
    return to_resources(session, [_find(session, user_id)], base_url=base_url)[0]


def _find(session: Session, user_id: int) -> queries.Person:
    conditions = queries.people_where(ids=[user_id], user_name=None, external_id=None, email=None)
    found = queries.people(session, *conditions)
    if not found:
        raise not_found()
    return found[0]


def to_resources(session: Session, persons: Sequence[queries.Person], *, base_url: str) -> list[UserResource]:
    pushed = queries.groups_by_person(session, user_ids=[user.id for user, _ in persons])
    return [_to_resource(user, row, pushed.get(user.id, []), base_url) for user, row in persons]


def _to_resource(user: User, row: ProvisionedUser | None, pushed: Sequence[ProviderGroup], base_url: str) -> UserResource:
    return UserResource.model_validate(
        {
            "id": str(user.id),
            "externalId": row.external_id if row else None,
            "meta": {
                "resourceType": "User",
                "created": user.created_at,
                "lastModified": max(user.created_at, row.changed_at) if row else user.created_at,
                "location": f"{base_url}/Users/{user.id}",
            },
            "userName": row.user_name if row else user.email,
            "name": {"givenName": row.given_name, "familyName": row.family_name}
            if row and (row.given_name or row.family_name)
            else None,
            "displayName": user.name,
            "active": user.is_active,
            "emails": [{"value": user.email, "type": "work"}],
            "groups": [
                {"value": id_, "$ref": f"{base_url}/Groups/{id_}", "display": group.name}
                for group in pushed
                for id_ in [resources.group_id(group.id)]
            ]
            or None,
        },
        scim_policy=resources.POLICY,
    )


def create(session: Session, wanted: UserResource, *, oidc: OidcSettings | None) -> int:
    """Adds a person, rehires one who left, or takes over one whom an administrator added; returns their id. 409 for somebody
    whom the provider knows already."""
    with _no_duplicates():
        return _create(session, wanted, oidc)


def _create(session: Session, wanted: UserResource, oidc: OidcSettings | None) -> int:
    email, user_name = _email(wanted), _user_name(wanted)
    known = queries.person_known_as(session, user_name=user_name, email=email)
    if known is None:
        user_id = people.add_user(session, email=email, name=wanted.display_name or "", role="rep").id
    else:
        user, row = known
        if user.is_active and row is not None:
            raise _taken()
        user_id = user.id
    _save(session, user_id, wanted)
    groups.apply(session, user_ids=[user_id], oidc=oidc)
    return user_id


def change(session: Session, *, user_id: int, wanted: UserResource, oidc: OidcSettings | None) -> None:
    """Makes the person what ``wanted`` says. 404 as in ``get``."""
    _find(session, user_id)
    was_active = session.get_one(User, user_id).is_active
    with _no_duplicates():
        _save(session, user_id, wanted)
    if wanted.active and not was_active:
        groups.apply(session, user_ids=[user_id], oidc=oidc)


@contextmanager
def _no_duplicates() -> Iterator[None]:
    """409 if somebody else gets the same userName or address at the same moment."""
    try:
        yield
    except IntegrityError:
        raise _taken() from None


def _taken() -> Problem:
    return field_problem("userName", "is already in use", status=409, code="taken")


def remove(session: Session, *, user_id: int) -> None:
    """Deactivates the person and hides them from the provider until they are active again. 404 as in ``get``."""
    user, _ = _find(session, user_id)
    if user.is_active:
        security.deactivate(session, user_id=user_id)
    session.execute(delete(GroupMember).where(GroupMember.user_id == user_id))
    row = _provisioned(session, user)
    row.deleted_at = row.changed_at = now()
    session.flush()


def _save(session: Session, user_id: int, wanted: UserResource) -> None:
    user = lock_user(session, user_id=user_id)
    if user is None:
        raise not_found()
    if wanted.active and not user.is_active:
        _rehire(session, user)
    people.change_user(
        session,
        user_id=user_id,
        email=_email(wanted),
        name=wanted.display_name or "",
        started_on=user.started_on,
        may_be_inactive=True,
    )
    _save_provisioned(session, user, wanted)
    if user.is_active and not wanted.active:
        security.deactivate(session, user_id=user_id)


def _rehire(session: Session, user: User) -> None:
    """Somebody who left today keeps role and team, as if they had not: a provider may take people away by mistake. Anybody else
    comes back as a rep without a team, until their groups or an administrator say more."""
    today = get_calendar(session).today()
    last = max(memberships_of(session, user_id=user.id), key=lambda one: one.starts_on, default=None)
    left_today = last is not None and last.ends_on is not None and last.ends_on >= today
    memberships.rehire(
        session,
        user_id=user.id,
        team_id=last.team_id if last is not None and left_today else None,
        role=user.role if left_today else "rep",
        starts_on=last.ends_on + DAY if last is not None and last.ends_on is not None and left_today else today,
    )


def _save_provisioned(session: Session, user: User, wanted: UserResource) -> None:
    name = wanted.name
    values = {
        "user_name": _user_name(wanted),
        "external_id": _short("externalId", wanted.external_id, MAX_USER_NAME_LENGTH),
        "given_name": _short("name.givenName", name.given_name if name else None, MAX_NAME_LENGTH),
        "family_name": _short("name.familyName", name.family_name if name else None, MAX_NAME_LENGTH),
    }
    row = _provisioned(session, user)
    changed = {field for field, value in values.items() if getattr(row, field) != value}
    for field, value in values.items():
        setattr(row, field, value)
    row.user_name_key = (values["user_name"] or "").lower()
    row.deleted_at, row.changed_at = None, now()
    session.flush()
    if changed:
        changes: Mapping[str, tuple[str, str]] = dict.fromkeys(sorted(changed), (NOT_KEPT, NOT_KEPT))
        audit.record(session, action="user.changed", object_type="user", object_id=user.id, changes=changes)


def _provisioned(session: Session, user: User) -> ProvisionedUser:
    """The person's row, which the first request about them creates."""
    row = session.get(ProvisionedUser, user.id)
    if row is None:
        row = ProvisionedUser(user_id=user.id, user_name=user.email, user_name_key=user.email)
        session.add(row)
        session.flush()
        audit.record(session, action="user.linked", object_type="user", object_id=user.id, reason_code="scim")
    return row


def _email(wanted: UserResource) -> str:
    """The address for work, or else the newest that a patch added."""
    emails = [email for email in wanted.emails or [] if email.value]
    if not emails:
        raise field_problem("emails", "must have an address, unless the userName is one")
    try:
        return people.check_email(emails[-1].value or "")
    except Problem as problem:
        raise field_problem("emails", problem.errors[0]["message"]) from None


def _user_name(wanted: UserResource) -> str:
    user_name = (wanted.user_name or "").strip()
    if not 1 <= len(user_name) <= MAX_USER_NAME_LENGTH or not is_storable(user_name):
        raise field_problem("userName", f"must have 1 to {MAX_USER_NAME_LENGTH} characters")
    return user_name


def _short(field: str, value: str | None, limit: int) -> str | None:
    value = (value or "").strip()
    if len(value) > limit or not is_storable(value):
        raise field_problem(field, f"must have at most {limit} characters")
    return value or None
