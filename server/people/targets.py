"""Weekly targets: which one applies to a person, and setting them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.problems import field_problem
from server.core.weeks import WEEK, monday_of
from server.people.models import ROLES, Metric, Target, Team, User

MAX_PER_WEEK = 1_000_000
MAX_RAMP_WEEKS = 52
#: Earlier targets would be older than any record.
EARLIEST = date(2000, 1, 3)


@dataclass(frozen=True, slots=True)
class TargetScope:
    """Whom a target is for; exactly one of the three is set."""

    user_id: int | None = None
    team_id: int | None = None
    role: str | None = None


class TargetTable:
    """Looks up the target that applies. A person's own target wins; then that of the nearest team, going up the tree, which is
    for the reps in it; then that of the role."""

    def __init__(self, targets: Iterable[Target], *, parents: Mapping[int, int | None]) -> None:
        """``targets``: oldest first. ``parents``: of every team."""
        self._by_scope: dict[tuple[TargetScope, str], list[Target]] = defaultdict(list)
        for target in targets:
            scope = TargetScope(target.user_id, target.team_id, target.role)
            self._by_scope[scope, target.metric].append(target)
        #: Keys of the metrics that have any target.
        self.metrics = frozenset(metric for _, metric in self._by_scope)
        #: Who has a target of their own, and which teams have one.
        self._own = frozenset(scope.user_id for scope, _ in self._by_scope)
        self._of_teams = frozenset(scope.team_id for scope, _ in self._by_scope)
        self._parents = parents
        self._found: dict[tuple[int, int | None, str, str, date], Target | None] = {}

    def find(self, *, user_id: int, team_id: int | None, role: str, metric: str, week: date) -> Target | None:
        """None if there is no target, or it was ended."""
        # Everybody without a target of their own shares what is found.
        key = (user_id if user_id in self._own else 0, team_id, role, metric, week)
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def has_own(self, user_id: int) -> bool:
        return user_id in self._own

    def teams_with_targets(self, team_id: int | None) -> tuple[int, ...]:
        """Of the team and those above it, the ones that have any target. Reps of teams for which this is the same have the
        same targets, apart from their own."""
        found = []
        while team_id is not None:
            if team_id in self._of_teams:
                found.append(team_id)
            team_id = self._parents.get(team_id)
        return tuple(found)

    def _find(self, user_id: int, team_id: int | None, role: str, metric: str, week: date) -> Target | None:
        for scope in self._scopes(user_id, team_id, role):
            valid = [target for target in self._by_scope.get((scope, metric), ()) if target.valid_from <= week]
            if valid:
                return valid[-1] if valid[-1].per_week else None
        return None

    def _scopes(self, user_id: int, team_id: int | None, role: str) -> Iterable[TargetScope]:
        yield TargetScope(user_id=user_id)
        while role == "rep" and team_id is not None:
            yield TargetScope(team_id=team_id)
            team_id = self._parents.get(team_id)
        yield TargetScope(role=role)


def ramp_percent(ramp: Sequence[int], *, started_on: date | None, week: date) -> int:
    """Percent of the target in a week, from 0 to 100: less than 100 only in a new hire's first weeks."""
    if started_on is None:
        return 100
    index = (week - monday_of(started_on)).days // WEEK.days
    return ramp[index] if 0 <= index < len(ramp) else 100


def set_target(
    session: Session, *, scope: TargetScope, metric: str, per_week: int, valid_from: date, ramp: Sequence[int] = ()
) -> Target:
    """Sets a target from a Monday on; 0 ends it. Replaces a target with the same scope, metric and Monday."""
    _check(session, scope, metric=metric, per_week=per_week, valid_from=valid_from, ramp=ramp)
    target = session.scalar(
        select(Target).where(
            Target.user_id.is_(None) if scope.user_id is None else Target.user_id == scope.user_id,
            Target.team_id.is_(None) if scope.team_id is None else Target.team_id == scope.team_id,
            Target.role.is_(None) if scope.role is None else Target.role == scope.role,
            Target.metric == metric,
            Target.valid_from == valid_from,
        )
    )
    before = _describe(target)
    if target is None:
        target = Target(
            user_id=scope.user_id, team_id=scope.team_id, role=scope.role, metric=metric, valid_from=valid_from,
            per_week=per_week, ramp=list(ramp),
        )  # fmt: skip
        session.add(target)
    else:
        target.per_week, target.ramp = per_week, list(ramp)
    session.flush()
    _record(session, target, before=before, after=_describe(target))
    return target


def delete_target(session: Session, *, target: Target) -> None:
    """For a target entered by mistake; to end one, set it to 0 from a Monday on."""
    before = _describe(target)
    session.delete(target)
    session.flush()
    _record(session, target, before=before, after=None)


def _check(session: Session, scope: TargetScope, *, metric: str, per_week: int, valid_from: date, ramp: Sequence[int]) -> None:
    if (scope.user_id is not None) + (scope.team_id is not None) + (scope.role is not None) != 1:
        raise field_problem("scope", "must be one person, one team or one role")
    if scope.user_id is not None and session.get(User, scope.user_id) is None:
        raise field_problem("scope", "does not exist")
    if scope.team_id is not None and session.get(Team, scope.team_id) is None:
        raise field_problem("scope", "does not exist")
    if scope.role is not None and scope.role not in ROLES:
        raise field_problem("scope", f"must be one of {', '.join(ROLES)}")
    known = session.get(Metric, metric)
    if known is None or known.archived_at is not None or known.target_kind == "none":
        raise field_problem("metric", "must be a metric that can have a target")
    if not 0 <= per_week <= MAX_PER_WEEK:
        raise field_problem("per_week", f"must be from 0 to {MAX_PER_WEEK}", limit=MAX_PER_WEEK)
    if valid_from.weekday() != 0 or valid_from < EARLIEST:
        raise field_problem("valid_from", "must be a Monday, because targets are weekly")
    if len(ramp) > MAX_RAMP_WEEKS or any(not 0 <= percent <= 100 for percent in ramp):
        raise field_problem("ramp", f"must be up to {MAX_RAMP_WEEKS} numbers from 0 to 100", limit=MAX_RAMP_WEEKS)


def _describe(target: Target | None) -> str | None:
    if target is None:
        return None
    return str(target.per_week) + (f" (ramp {', '.join(map(str, target.ramp))})" if target.ramp else "")


def _record(session: Session, target: Target, *, before: str | None, after: str | None) -> None:
    if before != after:
        scope = next(
            f"{name} {value}"
            for name, value in (("user", target.user_id), ("team", target.team_id), ("role", target.role))
            if value is not None
        )
        name = f"{target.metric} from {target.valid_from.isoformat()}"
        audit.record(
            session, action="target.set", object_type="target", object_id=scope, changes={name: (before, after)}
        )  # fmt: skip
