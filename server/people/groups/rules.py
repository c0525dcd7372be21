"""What groups give to a person: the rows of the settings page, and the groups of administrators and managers in the server's
settings, which count as rows that cannot be changed there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from server.core.oidc_settings import OidcSettings
from server.people.groups.models import GroupGrant
from server.people.models import ROLES, User


@dataclass(frozen=True, slots=True)
class Rule:
    """``group``: a name or an id, exactly as the provider writes it. ``is_fixed``: it comes from the server's settings."""

    group: str
    role: str | None
    team_id: int | None
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody's groups give: the highest role, and the team of the first row that has one."""

    role: str | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """``role`` and ``team_id``: what the person has then. ``takes_admin``: it would end their role as an administrator."""

    role: str
    team_id: int | None
    takes_admin: bool


def fixed_rules(oidc: OidcSettings | None) -> list[Rule]:
    if oidc is None:
        return []
    return [Rule(group, "admin", None, is_fixed=True) for group in sorted(oidc.admin_groups)] + [
        Rule(group, "manager", None, is_fixed=True) for group in sorted(oidc.manager_groups - oidc.admin_groups)
    ]


def decide(rules: Iterable[Rule], keys: AbstractSet[str]) -> Grant:
    """``keys``: names and ids of the person's groups."""
    matching = [rule for rule in rules if rule.group in keys]
    roles = [rule.role for rule in matching if rule.role is not None]
    return Grant(
        role=max(roles, key=ROLES.index, default=None),
        team_id=next((rule.team_id for rule in matching if rule.team_id is not None), None),
    )


def plan(user: User, team_id: int | None, before: GroupGrant | None, grant: Grant, *, default_role: str | None = None) -> Plan:
    """What ``grant`` changes for somebody who is in ``team_id`` and was given ``before``. What groups gave goes with them; what
    an administrator gave stays. ``default_role``: for somebody in none of the groups, whoever gave them their role."""
    had_role = before is not None and before.role is not None and before.role == user.role
    role = grant.role or ("rep" if had_role else default_role) or user.role
    had_team = before is not None and before.team_id is not None and before.team_id == team_id
    new_team = grant.team_id if grant.team_id is not None else None if had_team else team_id
    return Plan(role, new_team, takes_admin=user.role == "admin" and role != "admin")


def promotions_first(plans: Sequence[tuple[User, Plan]]) -> list[tuple[User, Plan]]:
    """An order in which somebody becomes administrator before another stops being it."""
    return sorted(plans, key=lambda item: (item[1].takes_admin, item[1].role != "admin", item[0].id))
