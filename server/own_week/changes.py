"""What changed in a person's own items: the last four complete weeks beside the four before, said only beyond chance.

All comparisons of a page together are wrong about once in twenty pages, if nothing changed (Bonferroni)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from nlp.model import DRAFT_DIMENSIONS
from server.core.labels import dimension_label
from server.core.weeks import WEEK, weeks_until
from server.own_week.items import WeekItem
from server.own_week.statistics import counts_differ, differ

WEEKS = 4
#: Of a page on which nothing changed: how likely it says that something did.
CHANCE = 0.05
#: With fewer weeks in which the person was there, or fewer scored items, nothing is compared.
MIN_WEEKS, MIN_ITEMS = 3, 5
#: Points are whole numbers, and a few equal ones do not show that a person's items do not vary.
LEAST_VARIANCE = 25.0
LEAST_VARIANCE_OF_COUNTS = 0.25
COUNTED: Mapping[str, Callable[[WeekItem], bool]] = {
    "posts": lambda item: item.is_post,
    "comments": lambda item: not item.is_post,
}


@dataclass(frozen=True, slots=True)
class Change:
    """``title`` and ``evidence``: in words, with the numbers."""

    title: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Changes:
    """``weeks`` and ``before``: the Mondays of the weeks that were compared. ``found``: empty if nothing changed beyond chance.
    ``compares_points``: False if there are too few scored items, or different versions of the coach scored them, as
    ``has_several_versions`` says. ``compares_counts``: False if the first shared item is too recent, or the person was away too
    long, as ``was_away`` says."""

    weeks: tuple[date, ...]
    before: tuple[date, ...]
    found: tuple[Change, ...]
    compares_points: bool
    has_several_versions: bool
    compares_counts: bool
    was_away: bool


def find_changes(items: Sequence[WeekItem], *, week: date, workdays: Mapping[date, int], first_week: date | None) -> Changes:
    """``week``: the last complete one. ``workdays``: on how many days of each week the person was there. ``first_week``: of the
    first item that the person shared; earlier weeks say nothing."""
    weeks, before = weeks_until(week, WEEKS), weeks_until(week - WEEK * WEEKS, WEEKS)
    now_items, then_items = _within(items, weeks), _within(items, before)
    versions = {item.scoring_version for item in (*now_items, *then_items) if item.score is not None}
    points = _points(now_items, then_items) if len(versions) == 1 else {}
    there = [[one for one in span if workdays.get(one)] for span in (weeks, before)]
    was_away = min(map(len, there)) < MIN_WEEKS
    compares_counts = first_week is not None and first_week <= before[0] and not was_away
    chance = CHANCE / (len(points) + (len(COUNTED) if compares_counts else 0) or 1)
    found = _count_changes(now_items, then_items, there, chance) if compares_counts else []
    for name, (now, then) in points.items():
        if differ(now, then, chance=chance, least_variance=LEAST_VARIANCE):
            label = "Your score" if name == "score" else dimension_label(name)
            found.append(
                Change(
                    f"{label} is {'higher' if fmean(now) > fmean(then) else 'lower'}",
                    f"{fmean(now):.0f} on average over {len(now)} items, after {fmean(then):.0f} over {len(then)}.",
                )
            )
    return Changes(weeks, before, tuple(found), bool(points), len(versions) > 1, compares_counts, was_away)


def _within(items: Sequence[WeekItem], weeks: Sequence[date]) -> list[WeekItem]:
    return [item for item in items if item.week in weeks]


def _points(now: Sequence[WeekItem], before: Sequence[WeekItem]) -> dict[str, tuple[list[int], list[int]]]:
    """Those of the score and of each dimension with enough items in both."""
    pairs = {"score": (_scores(now), _scores(before))}
    for name in DRAFT_DIMENSIONS:
        pairs[name] = _values(now, name), _values(before, name)
    return {name: pair for name, pair in pairs.items() if min(map(len, pair)) >= MIN_ITEMS}


def _scores(items: Sequence[WeekItem]) -> list[int]:
    return [item.score for item in items if item.score is not None]


def _values(items: Sequence[WeekItem], name: str) -> list[int]:
    return [item.dimensions[name] for item in items if name in item.dimensions]


def _count_changes(
    now: Sequence[WeekItem], before: Sequence[WeekItem], there: Sequence[Sequence[date]], chance: float
) -> list[Change]:
    found = []
    for name, is_counted in COUNTED.items():
        counts = [
            [sum(is_counted(item) and item.week == week for item in items) for week in weeks]
            for items, weeks in zip((now, before), there, strict=True)
        ]
        total, earlier = sum(counts[0]), sum(counts[1])
        # Weeks may vary by more than independent events do, and a few weeks may happen to vary by less.
        if counts_differ(total, earlier, share=len(there[0]) / (len(there[0]) + len(there[1])), chance=chance) and differ(
            *counts, chance=chance, least_variance=LEAST_VARIANCE_OF_COUNTS
        ):
            is_more = fmean(counts[0]) > fmean(counts[1])
            found.append(
                Change(
                    f"{'More' if is_more else 'Fewer'} {name}",
                    f"{total} in {len(there[0])} weeks, after {earlier} in {len(there[1])}.",
                )
            )
    return found
