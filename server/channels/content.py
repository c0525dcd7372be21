"""What a channel is told about a week. Many people read it, so it holds totals of teams with at least five active people only,
in every mode, and nothing from which the total of fewer could be computed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.core.formats import money, number, week_range
from server.core.periods import week_period
from server.core.small_groups import MIN_GROUP_SIZE
from server.people.models import Metric
from server.people.queries import get_organisation
from server.scorecards.team_card import public_scorecards
from server.scorecards.views import TeamScorecard, Total

#: What the services read as formatting, links or mentions.
_MARKUP = re.compile(r"[<>*_~`|\[\]\\#]+")


@dataclass(frozen=True, slots=True)
class Message:
    """``body``: Markdown."""

    title: str
    body: str


def week_message(session: Session, *, week: date, origin: str) -> Message | None:
    """None if there is nothing that may be shown."""
    organisation = get_organisation(session)
    cards = public_scorecards(session, period=week_period(week))
    parts = [part for card in cards for part in _parts(card, organisation.currency)]
    if not parts:
        return None
    notes = [
        f"Totals of teams with at least {MIN_GROUP_SIZE} active people. Nothing here is about one person.",
        f"[Your own week]({origin}/me/week?week={week}), which only you see",
    ]
    title = f"{plain(organisation.name)}: {week_range(week)}"
    return Message(title, "\n\n".join([*parts, *notes]))


def message_of_test(session: Session) -> Message:
    name = plain(get_organisation(session).name)
    return Message(f"{name}: test", "This channel gets the totals of each week from Repute. This was a test, with no numbers.")


def plain(name: str) -> str:
    """Without what would be formatting, a link or a mention of everybody."""
    return " ".join(_MARKUP.sub(" ", name).split())


def _parts(card: TeamScorecard, currency: str) -> list[str]:
    """Of the team with all teams below it, then of each of these."""
    named = [(card.team_name + (", with the teams below it" if card.lines else ""), card.totals)]
    named += [(line.name, line.totals) for line in card.lines]
    parts = [(name, _lines(card.metrics, totals, currency)) for name, totals in named]
    return [f"**{plain(name)}**\n\n{lines}" for name, lines in parts if lines]


def _lines(metrics: Sequence[Metric], totals: dict[str, Total], currency: str) -> str:
    def written(value: int, metric: Metric) -> str:
        return number(value) if metric.unit == "count" else money(value, currency)

    lines = []
    for metric in metrics:
        total = totals[metric.key]
        if total.value is None:
            continue
        before = "" if total.before is None else f" (the week before: {written(total.before, metric)})"
        lines.append(f"- {plain(metric.title)}: {written(total.value, metric)}{before}")
    return "\n".join(lines)
