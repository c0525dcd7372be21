"""A team with a rep, their manager and an administrator, and another team."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from server.core.database.session import unit_of_work
from server.people.models import Team, User
from tests.factories import make_team, make_user
from tests.server.appeals.appeal_helpers import set_organisation


@dataclass
class Company:
    """Committed, and the only active people; ``other_manager`` leads another team."""

    team: Team
    rep: User
    manager: User
    admin: User
    other_rep: User
    other_manager: User


@pytest.fixture
def company(engine):
    with unit_of_work(engine) as session:
        set_organisation(session, team_only=False, credit_mode="bands", overseer_id=None, answer_days=10)
        session.execute(update(User).values(is_active=False))
        team, other = make_team(session), make_team(session)
        return Company(
            team,
            make_user(session, team=team, name="Rosa Reed"),
            make_user(session, team=team, role="manager", name="Max Moor"),
            make_user(session, team=team, role="admin", name="Ada Amber"),
            make_user(session, team=other, name="Oda Other"),
            make_user(session, team=other, role="manager", name="Olaf Other"),
        )
