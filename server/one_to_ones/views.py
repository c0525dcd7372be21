"""The data that the pages of one-to-ones show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from server.scorecards.views import TalkingPoint


@dataclass(frozen=True, slots=True)
class ActionLine:
    """``manager``: the name of the manager with whom it was agreed. ``owner``: one of ``models.OWNERS``."""

    id: int
    text: str
    owner: str
    manager: str
    agreed_on: date
    due_on: date | None
    done_on: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class OneToOneView:
    """One that was held. ``points``: titles of the talking points that were used. For the person, of one that the manager keeps
    alone: only the praise."""

    id: int
    held_on: date
    manager: str
    is_shared: bool
    notes: str
    praise: str
    actions: tuple[ActionLine, ...]
    points: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class OneToOnePage:
    """``current``: that of ``held_on``, if it was saved. ``is_shared``: whether the person reads it, or would.
    ``earlier_actions``: all of last time, open ones of before, and open ones that the person shares with other managers.
    ``points``: suggested now. ``used``: reason, subject and title of those that are marked as used in ``current``. ``past``:
    the viewer's own, newest first. ``place``, ``count``: of the person among the team's reps by name; 0 if not among them."""

    user_id: int
    name: str
    held_on: date
    week: date
    is_shared: bool
    current: OneToOneView | None
    earlier_actions: tuple[ActionLine, ...]
    points: tuple[TalkingPoint, ...]
    used: tuple[tuple[str, str, str], ...]
    past: tuple[OneToOneView, ...]
    previous: Neighbour | None
    next: Neighbour | None
    place: int
    count: int
