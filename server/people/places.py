"""Countries and their subdivisions with public holidays, as the ``holidays`` package knows them: computed offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
from holidays.registry import COUNTRIES

MAX_NAME_LENGTH = 200
#: Words of country names that are written in lower case.
SMALL_WORDS = frozenset({"and", "of", "the"})


@dataclass(frozen=True, slots=True)
class Place:
    """``code``: of the country, or of country and subdivision such as ``DE-BY``; this is what is stored. ``label``: for people,
    such as ``Germany, Bayern``."""

    code: str
    country: str
    subdivision: str | None
    label: str


@cache
def all_places() -> Mapping[str, Place]:
    """By code, in the order of their labels."""
    names = {codes[1]: _country_name(module) for module, codes in COUNTRIES.items()}
    places = []
    for country, subdivisions in holidays.list_supported_countries(include_aliases=False).items():
        name = names.get(country, country)
        places.append(Place(country, country, None, name))
        aliases = holidays.country_holidays(country).get_subdivision_aliases() if subdivisions else {}
        for subdivision in subdivisions:
            label = _subdivision_name(subdivision, aliases.get(subdivision, []))
            places.append(Place(f"{country}-{subdivision}", country, subdivision, f"{name}, {label}"))
    return {place.code: place for place in sorted(places, key=lambda place: place.label.casefold())}


def find_place(text: str) -> Place | None:
    """By label or the code of a subdivision, in any letter case. Not by the code of a country: ``CA`` may mean California."""
    return _by_text().get(text.strip().casefold())


def region_label(region: str) -> str:
    """What people read for a stored region: the label of a place, or the name that the administrator chose."""
    place = all_places().get(region)
    return place.label if place else region


def public_holidays(place: Place, year: int) -> dict[date, str]:
    """Whole days, in order, with English names where the package has them. Those that fall on a weekend are included; the days
    on which they are observed instead are further entries. Empty for a year that the package does not know."""
    languages = holidays.country_holidays(place.country).supported_languages
    language = next((one for one in ("en_US", *languages) if one in languages and one.startswith("en")), None)
    found = holidays.country_holidays(place.country, subdiv=place.subdivision, years=year, language=language)
    return {day: name[:MAX_NAME_LENGTH] for day, name in sorted(found.items()) if day.year == year}


@cache
def _by_text() -> Mapping[str, Place]:
    places = all_places().values()
    by_label = {place.label.casefold(): place for place in places}
    return by_label | {place.code.casefold(): place for place in places if place.subdivision}


def _country_name(module: str) -> str:
    """``isle_of_man`` becomes ``Isle of Man``."""
    return " ".join(word if word in SMALL_WORDS else word.capitalize() for word in module.split("_"))


def _subdivision_name(code: str, aliases: list[str]) -> str:
    """The first alias that is a name and not another code."""
    return next((alias for alias in aliases if not alias.isupper()), code)
