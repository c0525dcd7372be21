"""What the scorecard pages show, as values.

Numbers are integers; weeks are named by their Monday (``core/weeks.py``). Series run from the oldest week to the page's week.
Items carry the day only, never the time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of one person: ``value`` in the week, ``target`` per week (None where none is set), ``series`` by week."""

    value: int
    target: int | None
    series: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RepWeeks:
    """``metrics`` by ``people.models.METRICS`` and ``deal``."""

    week: date
    weeks: tuple[date, ...]
    metrics: dict[str, Series]


@dataclass(frozen=True, slots=True)
class Talk:
    """One thing to talk about: what the numbers show, the numbers themselves, and one open question."""

    title: str
    evidence: str
    question: str


@dataclass(frozen=True, slots=True)
class Total:
    """One metric of a team. ``average`` is per person active in the week, one decimal. Where too few people contributed it
    is None, and ``reason`` says so; ``value`` and single weeks are only ever None in team-only mode."""

    value: int | None
    target: int | None
    series: tuple[int | None, ...]
    average: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A person who is in the team now. ``metrics`` by ``people.models.METRICS``."""

    user_id: int
    name: str
    team_name: str
    metrics: dict[str, Series]


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team that the viewer may open; ``depth`` 0 is the top of what they may see."""

    id: int
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class TeamScorecard:
    """``rows`` ordered by name, and empty in team-only mode. ``totals`` are what was recorded in the team and the teams
    below it, by anybody: when somebody leaves, the team's past stays as it was. ``active`` people had any number in the
    week."""

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
    """A shared item as a manager sees it: never its score. ``band`` only where it was used for the credit. ``points`` is
    what it earned and ``sentence`` how."""

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
    """``items`` of the week, newest day first; ``talk`` is empty where there are too few weeks to compare with."""

    user_id: int
    name: str
    team_name: str
    week: date
    weeks: tuple[date, ...]
    metrics: dict[str, Series]
    items: tuple[Item, ...]
    talk: tuple[Talk, ...]
