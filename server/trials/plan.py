"""The plan of a trial: what an administrator chooses, and the document that is hashed and locked before the lottery."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.core.weeks import WEEK
from server.trials.power import LEVEL, MIN_WEEKS_BEFORE, Design

#: The method of ``statistics`` and ``sequential``. A change that could change a number gets a new name.
METHOD = "poisson-randomisation-1"
DRAWS = 1999
MAX_WEEKS_BEFORE, MAX_WEEKS = 52, 78
#: Shares of the first wave, and numbers of waves, that can be chosen.
FIRST_PERCENTS = (50, 25, 33, 40, 60, 67, 75)
WAVES = (2, 3, 4)
#: Strata by past results need at least so many people of a team; smaller teams are put together.
MIN_STRATUM_TEAM = 4
SMALL_TEAMS = "small teams"

Unit = Literal["rep", "team"]
Looks = Literal["none", "weekly"]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choices(_Frozen):
    """``between``: weeks from a start to the next. ``before``: weeks of past results. ``minutes``: of time for social work
    that an assigned person gets each week; ``offer``: what the organisation does for them, in its own words."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    unit: Unit = "rep"
    outcome: str
    first_percent: Annotated[int, Field(ge=20, le=80)] = 50
    waves: Annotated[int, Field(ge=2, le=4)] = 2
    before: Annotated[int, Field(ge=MIN_WEEKS_BEFORE, le=MAX_WEEKS_BEFORE)] = 26
    between: Annotated[int, Field(ge=4, le=52)] = 13
    starts_on: date
    looks: Looks = "none"
    minutes: Annotated[int, Field(ge=0, le=2400)] = 60
    offer: Sentence

    @property
    def percents(self) -> tuple[int, ...]:
        """Of each wave; what the first leaves is divided evenly, the rest of the division going to the last."""
        later, rest = divmod(100 - self.first_percent, self.waves - 1)
        return (self.first_percent, *(later for _ in range(self.waves - 2)), later + rest)

    def design(self, units: int) -> Design:
        return Design(units, self.before, self.between, self.percents)

    @property
    def starts(self) -> tuple[date, ...]:
        """Mondays, by wave."""
        return tuple(self.starts_on + WEEK * self.between * wave for wave in range(self.waves))


class PlanUnit(_Frozen):
    """``people``: of a team, those who were its reps when the plan was locked; of a rep, the rep."""

    stratum: str
    people: tuple[int, ...]


class Plan(_Frozen):
    """What is fixed before the lottery. Ids of people and teams, no names. ``detectable``: the smallest effect, as a share.
    ``seed_sha256``: of the seed of the lottery."""

    format: Literal[1] = 1
    method: str = METHOD
    analysis: str
    choices: Choices
    record_kind: str
    percents: tuple[int, ...]
    starts: tuple[date, ...]
    level: float = LEVEL
    draws: int = DRAWS
    time_zone: str
    detectable: float
    units: dict[str, PlanUnit]
    seed_sha256: str

    def canonical(self) -> str:
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @property
    def strata(self) -> dict[int, str]:
        return {int(unit): one.stratum for unit, one in self.units.items()}

    @property
    def ends_on(self) -> date:
        """The first day after the comparison: the last start."""
        return self.starts[-1]

    @property
    def weeks(self) -> int:
        return (self.ends_on - self.starts[0]).days // WEEK.days

    @property
    def people(self) -> list[int]:
        return sorted(person for unit in self.units.values() for person in unit.people)


def sha256(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def describe_analysis(choices: Choices) -> str:
    """In the plan, so that it cannot be chosen once results are known."""
    early = (
        "Looks at complete weeks from the fourth on, at any or all of which the result may be read; the level is spent as "
        "0.05 times the square of the share of weeks."
        if choices.looks == "weekly"
        else "No look before the last complete week."
    )
    return (
        "By assignment, whoever did what. Ratio of the outcome per week at work, with the outcome of the weeks before as a "
        f"covariate (Poisson pseudo-likelihood). P-value from {DRAWS} repeated lotteries with the same strata and shares, "
        f"interval of 95 percent by inverting that test. Units count as assigned from their start on; the comparison ends with "
        f"the last start. {early} Called an effect only if the interval excludes zero and the lottery's groups have the "
        "planned sizes."
    )


def stratify(units: Mapping[int, tuple[str, float]], *, by_team: bool) -> dict[int, str]:
    """Strata of units, from each unit's team and its past rate: the lower and the upper half of each team (of all units if
    not ``by_team``). Small teams form one group."""
    sizes: dict[str, int] = {}
    for team, _ in units.values():
        sizes[team] = sizes.get(team, 0) + 1
    groups: dict[str, list[int]] = {}
    for unit, (team, _) in units.items():
        group = (team if sizes[team] >= MIN_STRATUM_TEAM else SMALL_TEAMS) if by_team else "all"
        groups.setdefault(group, []).append(unit)
    found = {}
    for group, members in groups.items():
        ranked = sorted(members, key=lambda unit: (units[unit][1], unit))
        for position, unit in enumerate(ranked):
            found[unit] = f"{group}, {'lower' if position < len(ranked) / 2 else 'upper'} half"
    return found


def numbered(strata: Sequence[str]) -> list[int]:
    """Numbers from 0 in the order of the names."""
    numbers = {name: number for number, name in enumerate(sorted(set(strata)))}
    return [numbers[name] for name in strata]
