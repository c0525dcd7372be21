"""Queries on provisioned people and pushed groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from server.people.groups.models import GroupMember, ProviderGroup
from server.people.models import User
from server.security.models import ProvisionedUser

Person = tuple[User, ProvisionedUser | None]
#: Erased people have an address that ends like this.
ERASED = "%@invalid"


def _people() -> Select[User, ProvisionedUser]:
    """Everybody but the erased, and those whom the provider deleted and who are still inactive."""
    return (
        select(User, ProvisionedUser)
        .outerjoin(ProvisionedUser, ProvisionedUser.user_id == User.id)
        .where(User.email.not_like(ERASED), or_(User.is_active.is_(True), ProvisionedUser.deleted_at.is_(None)))
    )


def people_where(
    *, ids: Collection[int] | None, user_name: str | None, external_id: str | None, email: str | None
) -> list[ColumnElement[bool]]:
    """Conditions for ``people``. Of somebody whom the provider does not know yet, the e-mail address is the userName."""
    conditions: list[ColumnElement[bool]] = []
    if ids is not None:
        conditions.append(User.id.in_(ids))
    if user_name is not None:
        conditions.append(func.coalesce(ProvisionedUser.user_name_key, User.email) == user_name.lower())
    if external_id is not None:
        conditions.append(ProvisionedUser.external_id == external_id)
    if email is not None:
        conditions.append(User.email == email.lower())
    return conditions


def people(session: Session, *conditions: ColumnElement[bool], offset: int = 0, limit: int | None = None) -> Sequence[Person]:
    rows = session.execute(_people().where(*conditions).order_by(User.id).offset(offset).limit(limit))
    return [(row[0], row[1]) for row in rows]


def count_people(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(_people().subquery())).one()


def person_known_as(session: Session, *, user_name: str, email: str) -> Person | None:
    """Whoever has this userName, or else this e-mail address; also if the provider deleted them."""
    everybody = select(User, ProvisionedUser).outerjoin(ProvisionedUser, ProvisionedUser.user_id == User.id)
    for condition in (ProvisionedUser.user_name_key == user_name.lower(), User.email == email.lower()):
        row = session.execute(everybody.where(condition, User.email.not_like(ERASED))).one_or_none()
        if row is not None:
            return row[0], row[1]
    return None


def groups_by_person(session: Session, *, user_ids: Collection[int]) -> dict[int, list[ProviderGroup]]:
    found: dict[int, list[ProviderGroup]] = defaultdict(list)
    rows = session.execute(
        select(GroupMember.user_id, ProviderGroup)
        .join(ProviderGroup, ProviderGroup.id == GroupMember.group_id)
        .where(GroupMember.user_id.in_(user_ids), ProviderGroup.source == "scim")
        .order_by(ProviderGroup.id)
    )
    for user_id, group in rows:
        found[user_id].append(group)
    return found


def groups(
    session: Session, *conditions: ColumnElement[bool], offset: int = 0, limit: int | None = None
) -> Sequence[ProviderGroup]:
    return session.scalars(
        select(ProviderGroup)
        .where(ProviderGroup.source == "scim", *conditions)
        .order_by(ProviderGroup.id)
        .offset(offset)
        .limit(limit)
    ).all()


def count_groups(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(ProviderGroup).where(ProviderGroup.source == "scim")).one()


def members_by_group(session: Session, *, group_ids: Collection[int]) -> dict[int, list[int]]:
    """Without people whom the provider cannot see."""
    visible = _people().with_only_columns(User.id).subquery()
    found: dict[int, list[int]] = defaultdict(list)
    rows = session.execute(
        select(GroupMember.group_id, GroupMember.user_id)
        .join(visible, visible.c.id == GroupMember.user_id)
        .where(GroupMember.group_id.in_(group_ids))
        .order_by(GroupMember.user_id)
    )
    for group_id, user_id in rows:
        found[group_id].append(user_id)
    return found


def visible_ids(session: Session, *, user_ids: Collection[int]) -> frozenset[int]:
    return frozenset(session.scalars(_people().with_only_columns(User.id).where(User.id.in_(user_ids))))
