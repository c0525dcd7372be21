"""Applying groups: people get the role and the team that their groups give, and lose them with the group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.oidc_settings import OidcSettings
from server.core.problems import Problem, field_problem
from server.people import memberships, operations, queries
from server.people.groups import queries as group_queries
from server.people.groups.models import MAX_GROUP_LENGTH, GroupGrant, GroupMember, GroupRule, ProviderGroup
from server.people.groups.rules import Grant, Plan, Rule, decide, fixed_rules, plan, promotions_first
from server.people.models import ROLES, Team, User

MAX_RULES = 200
#: Groups from sign-ins whose names are kept for the settings page. A person may be in hundreds that concern nobody here.
MAX_SEEN = 500


def all_rules(session: Session, *, oidc: OidcSettings | None) -> list[Rule]:
    """Those of the settings page first."""
    rows = [Rule(row.group, row.role, row.team_id) for row in group_queries.rules(session)]
    return rows + fixed_rules(oidc)


def apply(
    session: Session, *, user_ids: Collection[int], oidc: OidcSettings | None, default_role: str | None = None
) -> frozenset[int]:
    """Gives active people what their groups give now and takes away what they gave before. Returns the ids of those who keep
    the role of administrator because nobody else has it. ``default_role``: as in ``rules.plan``."""
    rules = all_rules(session, oidc=oidc)
    keys = group_queries.group_keys_of(session, user_ids=user_ids)
    grants = group_queries.grants(session, user_ids=user_ids)
    today = queries.get_calendar(session).today()
    plans: list[tuple[User, Plan]] = []
    decided: dict[int, Grant] = {}
    for user_id in sorted(user_ids):
        user = queries.lock_user(session, user_id=user_id)
        if user is None or not user.is_active:
            continue
        decided[user_id] = decide(rules, keys.get(user_id, frozenset()))
        team_id = queries.team_on(session, user_id=user_id, day=today)
        plans.append((user, plan(user, team_id, grants.get(user_id), decided[user_id], default_role=default_role)))
    kept = frozenset(user.id for user, planned in promotions_first(plans) if not _carry_out(session, user, planned))
    for user_id, grant in decided.items():
        # An administrator who had to be kept stops being one as soon as there is another.
        role = "admin" if user_id in kept and grants.get(user_id) else grant.role
        _remember(session, user_id, grants.get(user_id), Grant(role, grant.team_id))
    return kept


def _carry_out(session: Session, user: User, planned: Plan) -> bool:
    """False if the person keeps the role of administrator because nobody else has it."""
    today, is_kept = queries.get_calendar(session).today(), False
    if planned.role != user.role:
        try:
            operations.change_role(session, user_id=user.id, role=planned.role)
        except Problem as problem:
            if problem.code != "last-admin":
                raise
            audit.record(
                session, action="user.role-kept", object_type="user", object_id=user.id, reason_code=problem.code
            )  # fmt: skip
            is_kept = True
    if planned.team_id != queries.team_on(session, user_id=user.id, day=today):
        memberships.assign(session, user_id=user.id, team_id=planned.team_id, role=user.role, starts_on=today)
    return not is_kept


def _remember(session: Session, user_id: int, before: GroupGrant | None, grant: Grant) -> None:
    if grant == Grant():
        if before is not None:
            session.delete(before)
    elif before is None:
        session.add(GroupGrant(user_id=user_id, role=grant.role, team_id=grant.team_id))
    else:
        before.role, before.team_id = grant.role, grant.team_id
    session.flush()


def record_sign_in(session: Session, *, user_id: int, groups: AbstractSet[str], oidc: OidcSettings) -> None:
    """Records the groups of a sign-in: of all of them the name, and that the person is in those which a rule names."""
    named = {rule.group for rule in all_rules(session, oidc=oidc)}
    known = group_queries.groups_from_sign_ins(session)
    today = queries.get_calendar(session).today()
    for name in sorted(groups, key=lambda name: (name not in named, name)):
        if len(name) > MAX_GROUP_LENGTH or (name not in known and name not in named and len(known) >= MAX_SEEN):
            continue
        if name not in known:
            known[name] = ProviderGroup(source="sign-in", name=name, seen_on=today)
            session.add(known[name])
        known[name].seen_on = today
    session.flush()
    wanted = {known[name].id for name in groups & named if name in known}
    _set_groups_of(session, user_id, wanted, among={group.id for group in known.values()})


def _set_groups_of(session: Session, user_id: int, wanted: AbstractSet[int], *, among: AbstractSet[int]) -> None:
    """The person is in ``wanted``, and in no other group of ``among``."""
    current = {group.id for group in group_queries.groups_of(session, user_id=user_id)} & among
    session.execute(
        delete(GroupMember).where(GroupMember.user_id == user_id, GroupMember.group_id.in_(current - wanted))
    )  # fmt: skip
    session.add_all(GroupMember(group_id=group_id, user_id=user_id) for group_id in sorted(wanted - current))
    session.flush()


def forget_sign_in_groups(session: Session, *, user_ids: Collection[int], keys: AbstractSet[str]) -> None:
    """Over SCIM the provider removed people from a group: that they had it at their last sign-in does not count any more."""
    same = select(ProviderGroup.id).where(ProviderGroup.source == "sign-in", ProviderGroup.name.in_(keys))
    session.execute(delete(GroupMember).where(GroupMember.user_id.in_(user_ids), GroupMember.group_id.in_(same)))


# --- the table on the settings page -----------------------------------------------------------------------------------


def check_rules(session: Session, rules: Iterable[Rule]) -> list[Rule]:
    """The rules as they would be saved; 422 with the number of the row."""
    teams = set(session.scalars(select(Team.id)))
    checked: list[Rule] = []
    for number, rule in enumerate(rules, start=1):
        group = rule.group.strip()
        if not 1 <= len(group) <= MAX_GROUP_LENGTH or not group.isprintable():
            raise _row_problem(number, f"group must have 1 to {MAX_GROUP_LENGTH} characters")
        if rule.role is not None and rule.role not in ROLES:
            raise _row_problem(number, f"role must be one of {', '.join(ROLES)}")
        if rule.team_id is not None and rule.team_id not in teams:
            raise _row_problem(number, "team does not exist")
        if rule.role is None and rule.team_id is None:
            raise _row_problem(number, "gives neither a role nor a team: choose one, or clear the group to remove the row")
        if any(other.group == group for other in checked):
            raise _row_problem(number, "names a group that another row names: give it role and team in one row")
        checked.append(Rule(group, rule.role, rule.team_id))
    if len(checked) > MAX_RULES:
        raise field_problem("rules", f"must be at most {MAX_RULES} rows", limit=MAX_RULES)
    return checked


def _row_problem(number: int, message: str) -> Problem:
    return field_problem(f"row-{number}", message)


def save_rules(session: Session, rules: Sequence[Rule], *, oidc: OidcSettings | None) -> None:
    """Replaces the table and applies it to everybody who is known to be in a group."""
    organisation = queries.lock_organisation(session)
    rules = check_rules(session, rules)
    before = {row.group: row for row in group_queries.rules(session)}
    changes: dict[str, tuple[str | None, str | None]] = {}
    for group in sorted(before.keys() | {rule.group for rule in rules}):
        old, new = before.get(group), next((rule for rule in rules if rule.group == group), None)
        descriptions = (_describe(old), _describe(new))
        if descriptions[0] != descriptions[1]:
            changes[group] = descriptions
    if not changes:
        return
    for row in before.values():
        session.delete(row)
    session.flush()
    session.add_all(GroupRule(group=rule.group, role=rule.role, team_id=rule.team_id) for rule in rules)
    session.flush()
    audit.record(
        session, action="group-rules.changed", object_type="organisation", object_id=organisation.id, changes=changes
    )  # fmt: skip
    apply(session, user_ids=group_queries.known_people(session), oidc=oidc)
    _forget_unnamed(session, all_rules(session, oidc=oidc))


def _describe(rule: Rule | GroupRule | None) -> str | None:
    if rule is None:
        return None
    parts = [rule.role or "", f"team {rule.team_id}" if rule.team_id is not None else ""]
    return ", ".join(filter(None, parts))


def _forget_unnamed(session: Session, rules: Iterable[Rule]) -> None:
    """Who is in a group from sign-ins is kept only while a rule names it."""
    unnamed = select(ProviderGroup.id).where(
        ProviderGroup.source == "sign-in", ProviderGroup.name.not_in({rule.group for rule in rules})
    )
    session.execute(delete(GroupMember).where(GroupMember.group_id.in_(unnamed)))
