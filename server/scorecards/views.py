"""The data that the scorecard pages show.

Numbers are integers. Weeks are identified by their Monday (``core/weeks.py``). Series start with the oldest week and end with
the week of the page. Items have a day but never a time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of one person: ``value`` of the week, weekly ``target`` (None if none is set), ``series`` with a number per
    week."""

    value: int
    target: int | None
    series: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RepWeeks:
    """``metrics``: for each of ``people.models.METRICS`` and ``deal``."""

    week: date
    weeks: tuple[date, ...]
    metrics: dict[str, Series]


@dataclass(frozen=True, slots=True)
class TalkingPoint:
    """A suggestion for a one-to-one: what the numbers show, the numbers themselves, and an open question."""

    title: str
    evidence: str
    question: str


@dataclass(frozen=True, slots=True)
class Total:
    """One metric of a team. ``average``: per active person in the week, to one decimal; None if too few people were active,
    with the ``reason`` in words. ``value`` and numbers in ``series`` can be None in team-only mode only."""

    value: int | None
    target: int | None
    series: tuple[int | None, ...]
    average: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A current member of the team. ``metrics``: for each of ``people.models.METRICS``."""

    user_id: int
    name: str
    team_name: str
    metrics: dict[str, Series]


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team that the viewer may open; ``depth`` is 0 for the topmost teams that they may see."""

    id: int
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class TeamScorecard:
    """``rows``: ordered by name; empty in team-only mode. ``totals``: everything recorded in the team and the teams below it,
    including by people who have left since. ``active``: how many people had any number in the week."""

    team_id: int
    team_name: str
    week: date
    weeks: tuple[date, ...]
    team_only: bool
    active: int
    rows: tuple[TeamRow, ...]
    totals: dict[str, Total]


@dataclass(frozen=True, slots=True)
class Item:
    """A shared item as a manager sees it, without its score. ``band`` is None unless it was used for credit. ``points``: what
    the item earned; ``sentence``: how they were calculated."""

    id: int
    kind: str
    band: str | None
    day: date
    week: date
    points: int | None
    sentence: str | None
    url: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class RepPage:
    """``items`` of the week, newest first. ``talking_points``: empty if there are too few weeks to compare or nothing stands
    out."""

    user_id: int
    name: str
    team_name: str
    week: date
    weeks: tuple[date, ...]
    metrics: dict[str, Series]
    items: tuple[Item, ...]
    talking_points: tuple[TalkingPoint, ...]
