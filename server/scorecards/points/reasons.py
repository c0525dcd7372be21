"""Why a talking point is suggested, by its code, in words for the page. Each sentence states its rule with its thresholds."""

from __future__ import annotations

from server.scorecards.points import changes, items, starts, targets
from server.scorecards.points.windows import BEFORE, RECENT

_WINDOWS = f"the last {RECENT} weeks compared with the {BEFORE} before"
_COMPARED = f"{_WINDOWS}, by days there"
REASONS = {
    changes.GROWTH: f"More than chance explains: {_COMPARED}.",
    changes.DECLINE: f"Fewer than chance explains: {_COMPARED}.",
    changes.STEADY: f"No change beyond {changes.STEADY_PERCENT}%: {_COMPARED}.",
    changes.BETTER_CONVERSION: f"A better rate than chance explains: {_WINDOWS}.",
    changes.WORSE_CONVERSION: f"A lower rate than chance explains: {_WINDOWS}.",
    targets.MISSED: f"At least three in four of the last {RECENT + BEFORE} weeks were below that week's target.",
    targets.REACHED: f"At least three in four of the last {RECENT + BEFORE} weeks reached that week's target.",
    items.BETTER: f"More Good or Strong items than chance explains: {_WINDOWS}.",
    items.WEAKER: f"Fewer Good or Strong items than chance explains: {_WINDOWS}.",
    items.STANDS_OUT: f"One of the best shared items of the last {RECENT} weeks, by its band.",
    items.MANY: f"At least {items.MANY_ITEMS} shared items of one kind in the last {RECENT} weeks.",
    items.NEWEST: f"A new shared item of the last {RECENT} weeks.",
    starts.NEW_HIRE: f"Less than {starts.NEW_HIRE_WEEKS} weeks since the first day.",
    starts.RARELY_THERE: f"Too few days there in the last {RECENT} weeks to compare anything.",
}
