"""Weekly targets. A team without its own target inherits that of its nearest ancestor."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from server.people import queries
from server.people.models import METRICS


def targets_in_week(session: Session, *, week: date) -> dict[tuple[int, str], int]:
    """Keyed by team id and metric; no entry if neither the team nor any ancestor has a target."""
    own = {(target.team_id, target.metric): target.per_week for target in queries.targets_until(session, week=week)}
    parents = {team.id: team.parent_id for team in queries.all_teams(session)}
    targets: dict[tuple[int, str], int] = {}
    for team_id in parents:
        for metric in METRICS:
            nearest: int | None = team_id
            while nearest is not None and (nearest, metric) not in own:
                nearest = parents.get(nearest)
            if nearest is not None:
                targets[team_id, metric] = own[nearest, metric]
    return targets
