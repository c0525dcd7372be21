"""What saving the table of groups would change, person by person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy.orm import Session

from server.core.oidc_settings import OidcSettings
from server.people import queries
from server.people.groups import queries as group_queries
from server.people.groups.rules import Plan, Rule, decide, fixed_rules, plan, promotions_first
from server.people.models import User


@dataclass(frozen=True, slots=True)
class Effect:
    """Of one person. ``is_last_admin``: they keep the role, because nobody else has it."""

    user_id: int
    name: str
    role_before: str
    role_after: str
    team_before: int | None
    team_after: int | None
    is_last_admin: bool = False


def preview(session: Session, rules: Sequence[Rule], *, oidc: OidcSettings | None) -> list[Effect]:
    """By name; only people for whom something changes."""
    user_ids = group_queries.known_people(session)
    keys = group_queries.group_keys_of(session, user_ids=user_ids)
    grants = group_queries.grants(session, user_ids=user_ids)
    today = queries.get_calendar(session).today()
    teams = {one.user_id: one.team_id for one in queries.memberships_between(session, today, today)}
    every_rule = [*rules, *fixed_rules(oidc)]
    plans: list[tuple[User, Plan]] = []
    for user in queries.users_by_id(session, user_ids=user_ids).values():
        grant = decide(every_rule, keys.get(user.id, frozenset()))
        plans.append((user, plan(user, teams.get(user.id), grants.get(user.id), grant)))
    effects = []
    admins = queries.count_active_admins(session)
    for user, planned in promotions_first(plans):
        admins += int(planned.role == "admin" and user.role != "admin")
        is_last = planned.takes_admin and admins == 1
        admins -= int(planned.takes_admin and not is_last)
        role = "admin" if is_last else planned.role
        before = teams.get(user.id)
        if role != user.role or planned.team_id != before or is_last:
            effects.append(Effect(user.id, user.name, user.role, role, before, planned.team_id, is_last))
    return sorted(effects, key=lambda effect: (effect.name.casefold(), effect.user_id))


def fingerprint(effects: Sequence[Effect]) -> str:
    """Differs if anything that the page showed is different by now."""
    return hashlib.sha256(json.dumps([astuple(effect) for effect in effects]).encode()).hexdigest()
