"""How the challenger compares with the champion on real use, from counts alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.small_groups import MIN_GROUP_SIZE
from server.people.queries import get_calendar
from server.tuning import queries
from server.tuning.champion import get_champion
from server.tuning.models import BANDS, ShadowCount

#: Older counts are not shown.
DAYS = 28
#: Of a normal distribution.
STANDARD_ERRORS = 1.96


@dataclass(frozen=True, slots=True)
class Row:
    """Of a surface, a day or all: texts, how many got a higher and a lower band, and the mean difference of the scores with its
    95 % interval. All but ``key`` are None for fewer than five texts."""

    key: str | date
    number: int | None
    higher: int | None
    lower: int | None
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``matrix``: champion's band to challenger's band to texts, None where there are one to four. ``all``: drafts and shared
    items. The challenger is None if there is none to compare."""

    champion: str
    challenger: str | None
    all: Row
    matrix: dict[str, dict[str, int | None]]
    sources: Sequence[Row]
    surfaces: Sequence[Row]
    days: Sequence[Row]


def compare(session: Session) -> Comparison:
    champion = get_champion(session).version
    challenger = queries.alias_hash(session, name="challenger")
    if challenger == champion:
        challenger = None
    since = get_calendar(session).day_of(now()) - timedelta(days=DAYS - 1)
    counts = (
        queries.shadow_counts(session, champion_hash=champion, challenger_hash=challenger, since=since) if challenger else ()
    )
    return Comparison(
        champion,
        challenger,
        _row("all", counts),
        _matrix(counts),
        [_row(source, (one for one in counts if one.source == source)) for source in sorted({one.source for one in counts})],
        [
            _row(surface, (one for one in counts if one.surface == surface))
            for surface in sorted({one.surface for one in counts})
        ],
        [_row(day, (one for one in counts if one.day == day)) for day in sorted({one.day for one in counts}, reverse=True)],
    )


def _matrix(counts: Sequence[ShadowCount]) -> dict[str, dict[str, int | None]]:
    found: dict[str, dict[str, int | None]] = {}
    for before in BANDS:
        found[before] = {}
        for after in BANDS:
            number = sum(one.number for one in counts if (one.champion_band, one.challenger_band) == (before, after))
            found[before][after] = None if 0 < number < MIN_GROUP_SIZE else number
    return found


def _row(key: str | date, counts: Iterable[ShadowCount]) -> Row:
    counts = list(counts)
    number = sum(one.number for one in counts)
    if number < MIN_GROUP_SIZE:
        return Row(key, None, None, None, None, None, None)
    steps = [(BANDS.index(one.challenger_band) - BANDS.index(one.champion_band), one.number) for one in counts]
    mean = sum(one.difference for one in counts) / number
    variance = max(0.0, sum(one.difference_squared for one in counts) / number - mean**2)
    half = STANDARD_ERRORS * math.sqrt(variance / number)
    higher, lower = sum(n for step, n in steps if step > 0), sum(n for step, n in steps if step < 0)
    return Row(key, number, higher, lower, mean, mean - half, mean + half)
