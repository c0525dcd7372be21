"""Items that people of several teams share, and have measured."""

from __future__ import annotations

import itertools
import uuid
from datetime import datetime

from nlp import Draft
from server.activities.models import Activity
from server.core.clock import now
from server.core.weeks import DAY
from server.credit.formula import Quality
from server.credit.operations import award
from server.tuning.champion import champion_coach, ensure_champion
from server.tuning.reference_drafts import reference_drafts
from tests.factories import make_team, make_user

#: Of different quality.
TEXTS = [(draft.surface, draft.text) for draft in reference_drafts() if draft.surface == "linkedin-post"]
_numbers = itertools.count()


def share(
    session, user, *, at: datetime | None = None, text: tuple[str, str] | None = None, state: str = "counted"
) -> Activity:
    """An item of ten days ago with its credit, without the time that sharing takes."""
    kind, words = text or TEXTS[next(_numbers) % len(TEXTS)]
    assessment = champion_coach(session).assess(Draft(kind, words))
    item = Activity(
        user_id=user.id, kind=kind, source="web", external_id=uuid.uuid4().hex, state=state, text=words,
        occurred_at=at or now() - 10 * DAY, score=assessment.score, band=assessment.band,
        scoring_version=ensure_champion(session).version,
    )  # fmt: skip
    session.add(item)
    session.flush()
    if state == "counted":
        award(
            session, activity_id=item.id, user_id=user.id, kind=kind, quality=Quality("bands", band=assessment.band),
            scoring_version=item.scoring_version, occurred_at=item.occurred_at, key=item.external_id, actor_id=user.id,
        )  # fmt: skip
    return item


def share_as(session, *, people: int, items: int, between: tuple[int, int] = (0, 100)) -> list[Activity]:
    """Each person of a new team shares some items, whose scores are ``between`` these."""
    coach, (low, high) = champion_coach(session), between
    texts = [text for text in TEXTS if (score := coach.assess(Draft(*text)).score) is not None and low <= score <= high]
    team = make_team(session, name="Crew")
    users = [make_user(session, team=team) for _ in range(people)]
    return [share(session, user, text=texts[next(_numbers) % len(texts)]) for user in users for _ in range(items)]
