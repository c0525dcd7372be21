"""What was found in an archive, as numbers: kept with the import, and shown before the rep decides."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from server.activities.operations import MAX_AGE
from server.archives.model import SKIPPED, Contents
from server.history.models import KINDS


def summarize(contents: Contents, *, at: datetime) -> dict[str, Any]:
    """``kinds``: number and span of time of each kind that was found, in the order of ``KINDS``. ``recent``: how many items are
    new enough to count toward credit."""
    counts: Counter[str] = Counter(item.kind for item in contents.items)
    dates = {kind: [item.published_at for item in contents.items if item.kind == kind] for kind in counts}
    return {
        "files": sorted(set(contents.files)),
        "unopened": contents.unopened,
        "kinds": [
            {
                "kind": kind,
                "count": counts[kind],
                "first": min(dates[kind]).isoformat(),
                "last": max(dates[kind]).isoformat(),
            }
            for kind in KINDS
            if kind in counts
        ],
        "skipped": {reason: contents.skipped[reason] for reason in SKIPPED if contents.skipped[reason]},
        "recent": sum(item.published_at >= at - MAX_AGE and item.sections is None for item in contents.items),
    }
