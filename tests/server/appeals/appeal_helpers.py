"""Items in every state, and settings of the organisation."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from server.activities.models import Activity
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.credit import operations as ledger
from server.credit.formula import Quality
from server.people.models import User
from server.people.queries import get_organisation


def set_organisation(session, **values):
    organisation = get_organisation(session)
    for name, value in values.items():
        setattr(organisation, name, value)
    session.flush()
    return organisation


def make_item(
    session,
    user: User,
    *,
    state: str = "counted",
    kind: str = "linkedin-post",
    band: str | None = "fair",
    at: datetime | None = None,
    recorded_at: datetime | None = None,
    url: str | None = None,
) -> Activity:
    """As sharing leaves it: a counted item has its entry."""
    moment = at or now() - timedelta(hours=1)
    activity = Activity(
        user_id=user.id, kind=kind, source="web", external_id=uuid.uuid4().hex, state=state, occurred_at=moment,
        recorded_at=recorded_at or moment, text="A planner counted the stops.", score=55 if band else None, band=band, url=url,
        reason_code="gate" if state == "held" else None, reason="Say that it is your employer." if state == "held" else None,
    )  # fmt: skip
    session.add(activity)
    session.flush()
    if state == "counted":
        ledger.award(
            session, activity_id=activity.id, user_id=user.id, kind=kind,
            quality=Quality("bands", band=band) if band else Quality("not-judged"), scoring_version=None,
            occurred_at=moment, recorded_at=recorded_at, key=f"share:{activity.id}", actor_id=user.id,
        )  # fmt: skip
    return activity


def new_item(engine, user: User, **values) -> Activity:
    """``make_item``, committed."""
    with unit_of_work(engine) as session:
        return make_item(session, user, **values)
