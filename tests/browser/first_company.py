"""The company of the first-day test: sixty people, in six teams of two regions, and what its CRM reports of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

FIRST_NAMES = ("Aida", "Bruno", "Carla", "Dario", "Elif", "Farid", "Greta", "Henk", "Ines", "Jonas")
LAST_NAMES = ("Albers", "Bruns", "Claasen", "Dirks", "Ehlers", "Fehr")
TEAMS = (
    "Sales / North / Bremen", "Sales / North / Hamburg", "Sales / North / Kiel",
    "Sales / South / Augsburg", "Sales / South / Munich", "Sales / South / Ulm",
)  # fmt: skip
LEADERS = (
    ("Helga Sander", "Sales"),
    ("Nora Petersen", "Sales / North"),
    ("Simon Huber", "Sales / South"),
)
PEOPLE_COUNT = 60


@dataclass(frozen=True)
class Person:
    name: str
    role: str
    team: str

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@nordwind.example"


def everybody() -> list[Person]:
    leaders = [Person(name, "manager", team) for name, team in LEADERS]
    names = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES][: PEOPLE_COUNT - len(leaders)]
    return leaders + [Person(name, "rep", TEAMS[number % len(TEAMS)]) for number, name in enumerate(names)]


def people_csv(started_on: date) -> str:
    lines = ["email,name,role,team,started_on"]
    lines += [f"{one.email},{one.name},{one.role},{one.team},{started_on}" for one in everybody()]
    return "\n".join(lines) + "\n"


def crm_records(monday: date) -> Iterator[dict[str, Any]]:
    """Each rep's numbers of a week: calls on Monday and Thursday, a lead on Tuesday, meetings on Friday."""
    for number, person in enumerate(one for one in everybody() if one.role == "rep"):
        for weekday, kind, count in (
            (0, "call", 11 + number % 7),
            (1, "lead-followed-up", 1 + number % 3),
            (3, "call", 9 + number % 5),
            (4, "meeting", 1 + number % 2),
        ):
            day = monday + timedelta(days=weekday)
            yield {
                "record_id": f"{kind}-{person.email}-{day}", "rep": person.email, "kind": kind,
                "occurred_at": f"{day}T09:00:00+00:00", "count": count,
            }  # fmt: skip
