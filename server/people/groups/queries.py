"""Queries on groups of the identity provider, their members, and the rules about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.people.groups.models import GroupGrant, GroupMember, GroupRule, ProviderGroup
from server.people.models import User


def rules(session: Session) -> Sequence[GroupRule]:
    """Oldest first."""
    return session.scalars(select(GroupRule).order_by(GroupRule.id)).all()


def gives_team(session: Session, *, team_id: int) -> bool:
    """Whether a rule leads into the team."""
    return session.scalar(select(GroupRule.id).where(GroupRule.team_id == team_id).limit(1)) is not None


def group_keys_of(session: Session, *, user_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """By user id, the names and ids of the groups that they are known to be in; no entry for somebody in none."""
    keys: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(
        select(GroupMember.user_id, ProviderGroup.name, ProviderGroup.external_id)
        .join(ProviderGroup, ProviderGroup.id == GroupMember.group_id)
        .where(GroupMember.user_id.in_(user_ids))
    )
    for user_id, name, external_id in rows:
        keys[user_id] |= {name, external_id or name}
    return {user_id: frozenset(found) for user_id, found in keys.items()}


def known_people(session: Session) -> Sequence[int]:
    """Ids of active people who are in a group or have something from one."""
    in_groups = select(GroupMember.user_id).union(select(GroupGrant.user_id)).subquery()
    return session.scalars(
        select(User.id).join(in_groups, in_groups.c.user_id == User.id).where(User.is_active.is_(True)).order_by(User.id)
    ).all()


def grants(session: Session, *, user_ids: Collection[int]) -> dict[int, GroupGrant]:
    return {row.user_id: row for row in session.scalars(select(GroupGrant).where(GroupGrant.user_id.in_(user_ids)))}


def seen_groups(session: Session) -> Sequence[tuple[ProviderGroup, int]]:
    """All groups by name, each with how many active people are known to be in it."""
    members = (
        select(GroupMember.group_id, func.count().label("number"))
        .join(User, User.id == GroupMember.user_id)
        .where(User.is_active.is_(True))
        .group_by(GroupMember.group_id)
        .subquery()
    )
    rows = session.execute(
        select(ProviderGroup, func.coalesce(members.c.number, 0))
        .outerjoin(members, members.c.group_id == ProviderGroup.id)
        .order_by(func.lower(ProviderGroup.name), ProviderGroup.id)
    )
    return [(row[0], row[1]) for row in rows]


def groups_of(session: Session, *, user_id: int) -> Sequence[ProviderGroup]:
    return session.scalars(
        select(ProviderGroup)
        .join(GroupMember, GroupMember.group_id == ProviderGroup.id)
        .where(GroupMember.user_id == user_id)
        .order_by(ProviderGroup.name, ProviderGroup.id)
    ).all()


def members_of(session: Session, *, group_id: int) -> Sequence[int]:
    """User ids, also of inactive people."""
    return session.scalars(
        select(GroupMember.user_id).where(GroupMember.group_id == group_id).order_by(GroupMember.user_id)
    ).all()


def groups_from_sign_ins(session: Session) -> dict[str, ProviderGroup]:
    """By name."""
    return {row.name: row for row in session.scalars(select(ProviderGroup).where(ProviderGroup.source == "sign-in"))}
