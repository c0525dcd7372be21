"""A desk at which a scenario's people share items, through the real operation, and what each share earned."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from sqlalchemy.orm import Session

from nlp import Assessment, Coach
from server.activities import operations
from server.activities.models import Activity
from server.activities.operations import PublishedItem
from server.core.problems import Problem
from server.credit.queries import live_entry
from server.people.models import User
from server.people.queries import get_organisation
from server.privacy import operations as privacy
from server.tuning.champion import champion_coach, ensure_champion
from tests.databases import SECRET_KEYS
from tests.factories import make_user

MODES = ("bands", "checks", "blind")
#: A Wednesday, at noon.
NOON = datetime(2026, 12, 9, 12, tzinfo=UTC)
_assessments: dict[tuple[str, str], tuple[PublishedItem, Assessment]] = {}


class Desk:
    """``me`` and ``colleague`` are two people of a team. ``clock``: the time at which they share."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session = session
        self.clock = NOON
        ensure_champion(session)
        self.coach = champion_coach(session)
        self.me, self.colleague, self.third = (make_user(session) for _ in range(3))
        monkeypatch.setattr(operations, "now", lambda: self.clock)
        #: Items that are the trick; what else is shared is honest work that it builds on.
        self.tricks: list[Activity | None] = []

    def share(
        self,
        text: str,
        *,
        by: User | None = None,
        surface: str = "linkedin-post",
        url: str | None = None,
        at: datetime | None = None,
        source: str = "extension",
    ) -> Activity | None:
        """None if it is refused as invalid."""
        item = PublishedItem(surface, text, None, url, at or self.clock)
        try:
            # Nested, so that a refusal leaves the transaction usable.
            with self.session.begin_nested():
                readable, assessment = _assess(self.coach, item)
                return operations.share(
                    self.session, readable, assessment, user_id=(by or self.me).id, source=source, key=uuid.uuid4().hex,
                    secret_keys=SECRET_KEYS,
                ).activity  # fmt: skip
        except Problem:
            return None

    def trick(self, text: str, **options: object) -> Activity | None:
        self.tricks.append(self.share(text, **options))
        return self.tricks[-1]

    def withdraw(self, item: Activity | None) -> None:
        operations.withdraw(self.session, user_id=item.user_id, share_id=item.id)

    def points(self, item: Activity | None) -> int:
        entry = live_entry(self.session, activity_id=item.id) if item is not None else None
        return entry.amount if entry else 0

    def wait(self, **span: float) -> None:
        self.clock += timedelta(**span)
        # What is past its retention period is deleted every night.
        privacy.purge(self.session, at=self.clock)

    @property
    def earned(self) -> int:
        return sum(self.points(item) for item in self.tricks)


def _assess(coach: Coach, item: PublishedItem) -> tuple[PublishedItem, Assessment]:
    key = (item.surface, item.full_text)
    if key not in _assessments:
        _assessments[key] = operations.assess_readable(coach, item, ())
    readable, assessment = _assessments[key]
    return replace(item, text=readable.text), assessment


@cache
def snowflake(moment: datetime, number: int = 0) -> int:
    """The id that LinkedIn gives a post of this moment."""
    return int(moment.timestamp() * 1000) << 22 | number


def play(session: Session, monkeypatch: pytest.MonkeyPatch, scenario: Callable[[Desk], None], mode: str) -> Desk:
    get_organisation(session).credit_mode = mode
    desk = Desk(session, monkeypatch)
    scenario(desk)
    return desk
