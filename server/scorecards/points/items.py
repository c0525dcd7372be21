"""Talking points about items that the person shared. Nothing is concluded from what a person did not share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from math import sqrt

from server.core.labels import band_label, kind_label
from server.people.standard_metrics import LEDGER_METRIC
from server.scorecards.points.windows import BEFORE, MIN_CHANGE, RECENT, behind
from server.scorecards.views import Item, RepWeeks, TalkingPoint

BETTER, WEAKER, STANDS_OUT = "items-better", "items-weaker", "item-stands-out"
MANY, NEWEST = "items-many", "item-newest"
#: With fewer items with a band in either window, their shares are not compared.
MIN_ITEMS = 5
MANY_ITEMS = 5
#: From best to worst.
GOOD_BANDS = ("strong", "good")

QUESTION = "Who responded, and what came of it?"
QUESTION_ABOUT_PROFILE = "Which buyer should recognise themselves in it?"


def find_item_points(items: Sequence[Item], weeks: RepWeeks) -> Iterator[TalkingPoint]:
    """What could open the conversation, best first; a page shows one of them. ``items``: newest first; their band is None
    unless it is used for credit. Nothing if nothing was shared in the last weeks."""
    recent = [item for item in items if item.week in weeks.weeks[-RECENT:]]
    # Nobody answers to a profile, so it opens a conversation only if there is nothing else.
    posts = [item for item in recent if not _is_profile(item)] or recent
    changed = _changed_bands(items, recent, weeks)
    if changed:
        yield changed
    for band in GOOD_BANDS:
        for item in (item for item in posts if item.band == band):
            yield _about_item(STANDS_OUT, item, recent, weeks, title=f"{_title(item)}: {band_label(band)}")
    many = _many(posts, weeks)
    if many:
        yield many
    for item in posts:
        if item.band not in GOOD_BANDS:
            yield _about_item(NEWEST, item, recent, weeks, title=_title(item))


def _changed_bands(items: Sequence[Item], recent: Sequence[Item], weeks: RepWeeks) -> TalkingPoint | None:
    now = [item for item in recent if item.band]
    then = [item for item in items if item.week in weeks.weeks[-RECENT - BEFORE : -RECENT] and item.band]
    if min(len(now), len(then)) < MIN_ITEMS:
        return None
    good_now, good_then = _good(now), _good(then)
    share = (good_now + good_then) / (len(now) + len(then))
    if share in (0, 1):
        return None
    size = (good_now / len(now) - good_then / len(then)) / sqrt(share * (1 - share) * (1 / len(now) + 1 / len(then)))
    if abs(size) < MIN_CHANGE:
        return None
    item = min(now, key=lambda item: GOOD_BANDS.index(item.band) if item.band in GOOD_BANDS else 2)
    return TalkingPoint(
        reason=BETTER if size > 0 else WEAKER,
        subject="items",
        title=f"{'More' if size > 0 else 'Fewer'} shared items are Good or Strong",
        evidence=f"{good_now} of {len(now)} in the last {RECENT} weeks; "
        f"{good_then} of {len(then)} in the {BEFORE} weeks before.",
        question=f"What did you do differently, for example in {_named(item)}?"
        if size > 0
        else f"Reading {_named(item)} together: which buyer's question does it answer?",
        value=good_now,
        behind=(behind(f"{len(now)} shared items", LEDGER_METRIC, weeks, RECENT),),
        item=item,
    )


def _many(posts: Sequence[Item], weeks: RepWeeks) -> TalkingPoint | None:
    if not posts:
        return None
    kind, count = Counter(item.kind for item in posts).most_common(1)[0]
    if count < MANY_ITEMS:
        return None
    item = next(item for item in posts if item.kind == kind)
    return TalkingPoint(
        reason=MANY,
        subject=kind,
        title=f"{count} {_plural(kind)} in {RECENT} weeks",
        evidence=f"The newest is of {_day(item.day)}.",
        question="Which of these brought a conversation with somebody you want to sell to?",
        value=count,
        behind=(behind(f"{count} {_plural(kind)}", LEDGER_METRIC, weeks, RECENT),),
        item=item,
    )


def _about_item(reason: str, item: Item, recent: Sequence[Item], weeks: RepWeeks, *, title: str) -> TalkingPoint:
    earned = "" if item.points is None else f"It earned {item.points} {'point' if item.points == 1 else 'points'}. "
    total = "The only shared item" if len(recent) == 1 else f"One of {len(recent)} shared items"
    return TalkingPoint(
        reason=reason,
        subject=f"item-{item.id}",
        title=title,
        evidence=f"{earned}{total} in the last {RECENT} weeks.",
        question=QUESTION_ABOUT_PROFILE if _is_profile(item) else QUESTION,
        value=item.id,
        behind=(behind(f"{len(recent)} shared {'item' if len(recent) == 1 else 'items'}", LEDGER_METRIC, weeks, RECENT),),
        item=item,
    )


def _is_profile(item: Item) -> bool:
    return item.kind.endswith("-profile")


def _good(items: Sequence[Item]) -> int:
    return sum(item.band in GOOD_BANDS for item in items)


def _title(item: Item) -> str:
    return f"{kind_label(item.kind)} of {_day(item.day)}"


def _named(item: Item) -> str:
    return f"the {_lower(item.kind)} of {_day(item.day)}"


def _plural(kind: str) -> str:
    singular = _lower(kind)
    return f"{singular[:-1]}ies" if singular.endswith("y") else f"{singular}s"


def _lower(kind: str) -> str:
    label = kind_label(kind)
    return label if label.startswith("X ") else label[:1].lower() + label[1:]


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
