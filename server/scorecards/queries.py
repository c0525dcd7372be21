"""What the scorecard, the rep's page and the rep's own pages show. Reads only, apart from the note that somebody looked.

Numbers are whole; weeks are named by their Monday (``weeks.py``). Series run from the oldest week to ``week``. Of a day's
time nothing is shown: items carry the day only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: No average, and in team-only mode no total, over fewer people (product.md C16).
FLOOR = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of one person: ``value`` in the week, ``target`` a week (None where none is set), ``series`` by week."""

    value: int
    target: int | None
    series: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """One metric of a team. ``average`` is per person active in the week, one decimal. What too few people stand behind is
    None, and ``reason`` says so; ``value`` and single weeks are only ever None in team-only mode."""

    value: int | None
    target: int | None
    series: tuple[int | None, ...]
    average: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A person who is in the team now. ``metrics`` by the names in ``scorecards.models.METRICS``."""

    user_id: int
    name: str
    team_name: str
    metrics: dict[str, Series]


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team the viewer may open; ``depth`` 0 is the top of what they may see."""

    id: int
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class TeamScorecard:
    """``rows`` in the order of names, and empty in team-only mode. ``totals`` hold what was recorded in the team and the
    teams below it, by whomever: somebody who left keeps the team's past as it was. ``active`` people had any number in the
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
    """A shared item as a manager sees it: never its score. ``band`` only where it took part in the credit. ``points`` is
    what it earned (None while held or when it is a duplicate) and ``sentence`` how."""

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
class OwnItem:
    """The same as its author sees it, with score, state (``counted``, ``held``, ``duplicate``, ``withdrawn``) and reason."""

    id: int
    kind: str
    state: str
    score: int | None
    band: str | None
    day: date
    points: int | None
    sentence: str | None
    url: str | None
    text: str | None
    reason: str | None
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class Talk:
    """One thing to talk about: what the numbers show, the numbers themselves, and one open question."""

    title: str
    evidence: str
    question: str


@dataclass(frozen=True, slots=True)
class RepWeeks:
    """``metrics`` by ``METRICS`` and ``deal``."""

    week: date
    weeks: tuple[date, ...]
    metrics: dict[str, Series]


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


@dataclass(frozen=True, slots=True)
class StatementLine:
    """An entry of the ledger. ``reverses_id`` names the entry it takes back."""

    id: int
    seq: int
    day: date
    kind: str
    points: int
    balance_after: int
    sentence: str
    reason_code: str
    reverses_id: int | None
    activity_id: int | None
    policy: str


@dataclass(frozen=True, slots=True)
class Statement:
    """``entries`` newest first. ``week_points`` of at most ``week_cap`` in the week that runs."""

    balance: int
    week: date
    week_points: int
    week_cap: int
    entries: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody opened a page about the rep (``rep-page``), on that day."""

    viewer: str
    page: str
    day: date
