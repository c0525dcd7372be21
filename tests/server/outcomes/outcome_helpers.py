"""Shared items with a link, and outcomes of them."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, datetime, timedelta

from server.activities.models import Activity
from server.activities.outcomes import add_outcome
from server.core.clock import now
from server.core.post_links import canonical_post_link
from server.credit.formula import Quality
from server.credit.operations import award
from server.outcomes.operations import Statement
from tests.factories import make_identity

_posts = itertools.count(7_100_000_000_000_000_000)


def today() -> date:
    return now().date()


def make_item(session, user, *, at: datetime | None = None, url: str | None = None, state: str = "counted") -> Activity:
    """An item that earned credit, published ten days ago without ``at``."""
    url = url or f"https://www.linkedin.com/feed/update/urn:li:activity:{next(_posts)}/"
    item = Activity(
        user_id=user.id, kind="linkedin-post", source="web", external_id=uuid.uuid4().hex, state=state,
        occurred_at=at or now() - timedelta(days=10), url=url, post_link=canonical_post_link(url), text="What was shared.",
    )  # fmt: skip
    session.add(item)
    session.flush()
    if state == "counted":
        award(
            session, activity_id=item.id, user_id=user.id, kind=item.kind, quality=Quality("bands", band="good"),
            scoring_version=None, occurred_at=item.occurred_at, key=item.external_id, actor_id=user.id,
        )  # fmt: skip
    return item


def state(session, user, item, kind="meeting", **facts):
    """States an outcome of the person's own item, known from the buyer, of today."""
    facts = {"occurred_on": today(), "grade": None if kind == "reply" else "buyer", "note": "A planner at a port."} | facts
    statement = Statement(kind, **facts)
    return add_outcome(session, identity=make_identity(user), share_id=item.id, statement=statement, key=uuid.uuid4().hex)
