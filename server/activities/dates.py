"""When an item counts as published. Each week has a limit, so an item cannot choose its week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from nlp.model import Surface
from server.activities.addresses import read_address

#: A date this far back needs no proof: a browser that was offline over a weekend sends its items on Monday.
MAX_UNPROVEN_AGE = timedelta(days=3)
#: Clocks differ, and a site makes an id a little before or after the post appears.
TOLERANCE = timedelta(hours=24)
#: LinkedIn schedules posts up to three months ahead, and may make the id when they are written.
MAX_SCHEDULED = timedelta(days=100)

COUNTS_NOW = "It counts in the week in which you shared it: its date is more than three days back, and no address confirms it."
COUNTS_WHEN_MADE = "It counts on the day on which the post was made, by its address."


@dataclass(frozen=True, slots=True)
class Dated:
    """``reason``: why the date is not the one that was sent, for the rep."""

    occurred_at: datetime
    reason: str | None = None


def date_item(surface: Surface, occurred_at: datetime, *, url: str | None, is_proven: bool, at: datetime) -> Dated:
    """The date under which an item counts that is shared at the moment ``at``. ``is_proven``: the site's own archive has it."""
    occurred_at = min(occurred_at, at)
    if is_proven:
        return Dated(occurred_at)
    address = read_address(url, kind=surface, at=at) if url else None
    made_at = address.made_at if address else None
    if address is None or made_at is None:
        return Dated(occurred_at) if occurred_at >= at - MAX_UNPROVEN_AGE else Dated(at, COUNTS_NOW)
    if occurred_at < made_at - TOLERANCE:
        # Nobody can have published a post, or commented on it, before it was made.
        return Dated(min(made_at, at), COUNTS_WHEN_MADE)
    if address.item is not None:
        is_old = occurred_at > made_at + MAX_SCHEDULED
        return Dated(made_at, COUNTS_WHEN_MADE) if is_old else Dated(occurred_at)
    # The address of the post does not prove the date of a comment.
    return Dated(occurred_at) if occurred_at >= at - MAX_UNPROVEN_AGE else Dated(at, COUNTS_NOW)
