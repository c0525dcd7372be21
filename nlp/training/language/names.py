"""Random names of people, places, organisations and other things from many countries, to replace those in training texts: a
hundred thousand tokens of tweets contain few names, and most of them are from one part of the world."""

from __future__ import annotations

import importlib
import pkgutil
import random
from functools import cache
from importlib import resources
from types import ModuleType

import faker.providers.address
import faker.providers.person

#: Locales whose place names English texts write the same way.
COUNTRIES, STATES = "en", "en_US"
CITIES = (
    "cs_CZ",
    "da_DK",
    "de_AT",
    "de_CH",
    "de_DE",
    "en_IN",
    "fi_FI",
    "fr_DZ",
    "id_ID",
    "nl_BE",
    "nl_NL",
    "pl_PL",
    "pt_PT",
    "ro_RO",
    "sv_SE",
)
#: Parts of invented brand names.
BRAND = (
    "al br c cl d dr en f fl g gr h in k l m n o p qu r s sl st t tr v x z".split(" "),
    "a e i o u oo ea ai ee or an al up on ar ell".split(" "),
    ("", "", "", *"bdglmnprstvxz"),
    "o a y ly io ify ix er ia us on en et eo is".split(" "),
)
#: Second words of company names: trades and legal forms.
TRADES = (
    "Robotics Logistics Energy Capital Foods Health Systems Group Labs Pharma Bank Steel Freight Software Partners Motors "
    "Insurance Media Consulting Ltd Inc GmbH Airlines Retail Networks University Institute Analytics Cloud Technologies"
).split(" ")
#: What stands after a brand in the name of a product.
MODELS = (
    "Pro Max Plus Mini Air One 2 3 4 5 7 X S 3000 2.0 V2 Cloud Studio Copilot Desk Pay Analytics Mobile Lite Conference Summit"
).split(" ")
FIRST = ("first_names", "first_names_female", "first_names_male")


@cache
def _lists(package: ModuleType, attribute: str) -> tuple[tuple[str, ...], ...]:
    """One list per locale, of names in ASCII letters."""
    lists = []
    for locale in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        values = importlib.import_module(f"{package.__name__}.{locale}").Provider.__dict__.get(attribute, ())
        if isinstance(values, property) or callable(values):
            continue
        names = tuple(
            value for value in values if isinstance(value, str) and value.replace(" ", "").isascii() and value[:1].isupper()
        )
        if names:
            lists.append(names)
    return tuple(lists)


def person(rng: random.Random, tokens: int) -> list[str]:
    """A first name or, for more than one token, a first and a last name. Every locale is equally likely."""
    first = rng.choice(rng.choice(_lists(faker.providers.person, rng.choice(FIRST)))).split()[:1]
    last = rng.choice(rng.choice(_lists(faker.providers.person, "last_names"))).split()
    if tokens == 1:
        return first if rng.random() < 0.8 else last[:1]
    return [*first, *last]


def place(rng: random.Random) -> list[str]:
    """A country, a US state or a town."""
    draw = rng.random()
    if draw < 0.35:
        return rng.choice(_names_of_locale("countries", COUNTRIES)).split()
    if draw < 0.5:
        return rng.choice(_names_of_locale("states", STATES)).split()
    return rng.choice(_names_of_locale("cities", rng.choice(CITIES))).split()


@cache
def _places() -> frozenset[str]:
    lists = [_names_of_locale("countries", COUNTRIES), _names_of_locale("states", STATES)]
    return frozenset(name for names in (*lists, *(_names_of_locale("cities", locale) for locale in CITIES)) for name in names)


def is_place(name: str) -> bool:
    """Whether ``place`` may draw this name."""
    return name in _places()


def organisation(rng: random.Random) -> list[str]:
    """A known organisation or an invented one, because most organisations in posts are on no list."""
    draw = rng.random()
    if draw < 0.45:
        return rng.choice(known_organisations()).split()
    if draw < 0.75:
        return [_brand(rng)]
    first = rng.choice((_brand(rng), person(rng, 2)[-1]))
    return [first, *rng.choice(("&", "and")).split(), person(rng, 2)[-1]] if draw < 0.8 else [first, rng.choice(TRADES)]


def other(rng: random.Random) -> list[str]:
    """A known product, work or event, or an invented product: the name of a brand and a word or a version."""
    if rng.random() < 0.6:
        return rng.choice(known_others()).split()
    brand = _brand(rng) if rng.random() < 0.6 else rng.choice(known_organisations())
    return [*brand.split(), rng.choice(MODELS)]


def _brand(rng: random.Random) -> str:
    return "".join(rng.choice(part) for part in BRAND).capitalize() + rng.choice(("", "", "", "", "AI", ".io", "Hub"))


@cache
def known_organisations() -> tuple[str, ...]:
    """Our own list, without articles."""
    return tuple(line.removeprefix("the ") for line in _lines("organisations.txt"))


@cache
def known_others() -> tuple[str, ...]:
    """Our own list of products, works and events."""
    return _lines("others.txt")


def _lines(name: str) -> tuple[str, ...]:
    lines = resources.files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


@cache
def _names_of_locale(attribute: str, locale: str) -> tuple[str, ...]:
    provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
    return tuple(value for value in getattr(provider, attribute) if isinstance(value, str) and value.replace(" ", "").isascii())
