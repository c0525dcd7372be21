"""Three things to talk about, read off one person's own numbers and compared with nobody else's.

A change is only mentioned where it is larger than counts of this size swing by themselves: for a count with expectation e
the usual swing is about the square root of e (Poisson). Nothing is said about what somebody did not share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import sqrt

from server.core.rounding import round_half_up
from server.scorecards.views import RepWeeks, Series, Talk

RECENT = 4
BEFORE = 8
#: In usual swings. At 1.5 about one steady metric in eight is mentioned in either direction.
SWINGS = 1.5
POINTS = 3
#: Below this many items shares of bands say nothing.
ENOUGH_ITEMS = 3

NAMES = {"call": "calls", "lead-followed-up": "leads followed up", "meeting": "meetings", "deal": "deals"}
GROWTH = {
    "call": "Which calls were worth the extra time, and which would you leave out?",
    "lead-followed-up": "What made it possible to follow up more, and will it last?",
    "meeting": "What did these buyers say yes to?",
    "deal": "What happened early in these deals that you would repeat?",
}
DECLINE = {
    "call": "Where did the time go that used to go into calls, and was it well spent?",
    "lead-followed-up": "What gets in the way of following up, and what could be taken off your desk?",
    "meeting": "Where do conversations stop before a meeting, and what would help there?",
    "deal": "Which open deals wait for something that I can help with?",
}


def talk_about(weeks: RepWeeks, *, bands: Sequence[tuple[date, str | None]]) -> tuple[Talk, ...]:
    """Up to three points; none with fewer than 12 weeks of numbers. ``bands``: week and band of each shared item, where the
    organisation lets bands through."""
    calls = weeks.metrics["call"].series
    seen = next((len(calls) - at for at in range(len(calls)) if any(m.series[at] for m in weeks.metrics.values())), 0)
    if seen < RECENT + BEFORE:
        return ()
    changes = sorted(
        (change for name in NAMES if (change := _change(name, weeks.metrics[name])) is not None),
        key=lambda change: -abs(change[0]),
    )
    grown = [talk for size, talk in changes if size > 0]
    fallen = [talk for size, talk in changes if size < 0]
    social = _social(weeks, bands)
    steady = [_conversion(weeks), *(_against_target(name, weeks.metrics[name]) for name in ("meeting", "call"))]
    # Something that went well comes first, and no more than one thing that fell.
    chosen = [*grown[:1], *fallen[:1], *social[:1], *grown[1:], *social[1:], *(one for one in steady if one)]
    return tuple(chosen[:POINTS])


def _change(name: str, metric: Series) -> tuple[float, Talk] | None:
    """The size in usual swings, and what to say; None where the numbers swing as always."""
    recent = sum(metric.series[-RECENT:])
    before = sum(metric.series[-RECENT - BEFORE : -RECENT])
    expected = before * RECENT / BEFORE
    size = (recent - expected) / sqrt(max(expected, 1.0))
    if abs(size) < SWINGS:
        return None
    direction = "More" if size > 0 else "Fewer"
    return size, Talk(
        title=f"{direction} {NAMES[name]}",
        evidence=f"{recent} in the last {RECENT} weeks; the {BEFORE} weeks before suggest about {round_half_up(expected):.0f}.",
        question=(GROWTH if size > 0 else DECLINE)[name],
    )


def _social(weeks: RepWeeks, bands: Sequence[tuple[date, str | None]]) -> list[Talk]:
    recent = [band for week, band in bands if week in weeks.weeks[-RECENT:] and band]
    before = [band for week, band in bands if week in weeks.weeks[-RECENT - BEFORE : -RECENT] and band]
    points = sum(weeks.metrics["credit"].series[-RECENT:])
    found = []
    if len(recent) >= ENOUGH_ITEMS:
        better, well = _well(recent), _is_well(recent, before)
        evidence = f"{better} of {len(recent)} shared items in the last {RECENT} weeks were Good or Strong"
        if len(before) >= ENOUGH_ITEMS:
            evidence += f"; in the {BEFORE} weeks before, {_well(before)} of {len(before)}"
        found.append(
            Talk(
                title=_quality_title(recent, before),
                evidence=evidence + ".",
                question="Which of these brought a conversation with somebody you want to sell to?"
                if well
                else "Which buyer's question could your next item answer?",
            )
        )
    elif recent:
        found.append(
            Talk(
                title=f"Shared in the last {RECENT} weeks",
                evidence=f"{len(recent)} {'item' if len(recent) == 1 else 'items'} and {points} "
                f"{'point' if points == 1 else 'points'}.",
                question="Who responded, and what came of it?",
            )
        )
    return found


def _quality_title(recent: Sequence[str], before: Sequence[str]) -> str:
    if _is_well(recent, before):
        return "Most shared items were Good or Strong"
    if len(before) >= ENOUGH_ITEMS and _well(recent) * len(before) < _well(before) * len(recent):
        return "A smaller share of strong items than before"
    return "Shared items could be stronger"


def _is_well(recent: Sequence[str], before: Sequence[str]) -> bool:
    """More than half of the recent items, and no smaller a part than before where there is enough to compare with."""
    if len(before) >= ENOUGH_ITEMS and _well(recent) * len(before) < _well(before) * len(recent):
        return False
    return _well(recent) * 2 > len(recent)


def _well(bands: Sequence[str]) -> int:
    return sum(band in ("good", "strong") for band in bands)


def _conversion(weeks: RepWeeks) -> Talk | None:
    leads = sum(weeks.metrics["lead-followed-up"].series[-RECENT:])
    meetings = sum(weeks.metrics["meeting"].series[-RECENT:])
    if not leads or not meetings:
        return None
    return Talk(
        title="From lead to meeting",
        evidence=f"{leads} {'lead' if leads == 1 else 'leads'} followed up and {meetings} "
        f"{'meeting' if meetings == 1 else 'meetings'} in the last {RECENT} weeks: about one meeting for every "
        f"{round_half_up(leads / meetings, places=1):.1f} leads.",
        question="What do the leads that become meetings have in common?",
    )


def _against_target(name: str, metric: Series) -> Talk | None:
    if not metric.target:
        return None
    span = metric.series[-RECENT - BEFORE :]
    reached = sum(value >= metric.target for value in span)
    return Talk(
        title=f"{NAMES[name].capitalize()} compared with the target",
        evidence=f"{reached} of the last {len(span)} weeks reached the target of {metric.target}.",
        question="Is the target still right for your territory?"
        if reached * 2 < len(span)
        else "What do the weeks that reach it have in common?",
    )
