"""Imports an archive and scores it, as the pages and the worker do."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from server.archives.model import Contents, Item
from server.core.database.session import unit_of_work
from server.history import operations
from tests import queued_jobs

POST = (
    "A planner in Kiel counted the stops of one route: 41 a day, 9 of them for one parcel. We moved those 9 to Fridays, and "
    "the driver was home an hour earlier. Which stop would you move first?"
)
_numbers = itertools.count(1)


def make_item(text=POST, *, days=3, kind="x-post", key=None):
    number = next(_numbers)
    return Item(
        key or f"x:{number}", kind, datetime.now(UTC) - timedelta(days=days), text, f"https://x.com/i/web/status/{number}"
    )


def import_items(engine, user, items, *, texts="none"):
    """Stores the items of an archive and confirms them; nothing is scored yet."""
    with unit_of_work(engine) as session:
        operations.receive(session, user_id=user.id, contents=Contents(list(items), files=["tweets.js"]))
    with unit_of_work(engine) as session:
        operations.confirm(session, user_id=user.id, texts=texts)


def run_jobs(engine, *, kind=operations.SCORE_JOB, limit=100):
    return queued_jobs.run_jobs(engine, kind=kind, limit=limit)
