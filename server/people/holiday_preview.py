"""What adding the public holidays of a place would do, for the places that the organisation and its teams name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.people import queries
from server.people.places import Place, all_places, public_holidays


@dataclass(frozen=True, slots=True)
class PreviewedDay:
    """``state``: ``new``, ``added``, or ``deleted`` by an administrator, which adding does not bring back. ``name``: as added,
    if it was."""

    day: date
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class PreviewedYear:
    """``new``: how many days adding would add. ``days``: oldest first; empty if the package does not know the year."""

    place: Place
    year: int
    new: int
    days: tuple[PreviewedDay, ...]


def places_in_use(session: Session) -> list[Place]:
    """The organisation's place first, then those of teams by label. Regions that are no place are left out."""
    own = queries.organisation_region(session)
    regions = {team.region for team in queries.all_teams(session)} - {own}
    places = all_places()
    wanted = [own] if own else []
    return [places[code] for code in [*wanted, *(code for code in places if code in regions)] if code in places]


def preview_year(session: Session, *, place: Place, year: int) -> PreviewedYear:
    existing = queries.holidays_of_region(session, region=place.code, year=year)
    days = []
    for day, name in public_holidays(place, year).items():
        row = existing.get(day)
        state = "new" if row is None else "deleted" if row.is_deleted else "added"
        days.append(PreviewedDay(day, row.name if row else name, state))
    return PreviewedYear(place, year, sum(one.state == "new" for one in days), tuple(days))
