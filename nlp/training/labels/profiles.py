"""The labelled profiles: headline and About (on X the bio) of profiles like those of the real feed, each judged twice. A fifth
is held out; nothing is fitted or tuned on it."""

from __future__ import annotations

import functools
from typing import NamedTuple, cast

from nlp.model import Profile, Surface
from nlp.training.labels import PASSES, WHOLE, hash_of, rows

HELD_OUT = 5
#: The keys of the marks, 1-5, besides ``whole``. ``voice`` is part of what a profile's dimension ``about`` says.
MARKS = ("headline", "about", "proof", "voice")


class LabelledProfile(NamedTuple):
    """A profile and the marks of both passes."""

    id: str
    surface: Surface
    sections: dict[str, str | tuple[str, ...] | None]
    passes: tuple[dict[str, int], ...]

    @property
    def is_held_out(self) -> bool:
        return hash_of(self.id) % HELD_OUT == 0

    @property
    def profile(self) -> Profile:
        return Profile(self.surface, self.sections)

    def mark(self, name: str) -> float:
        """The mean mark of both passes."""
        return sum(marks[name] for marks in self.passes) / len(self.passes)


@functools.cache
def profiles() -> tuple[LabelledProfile, ...]:
    """All profiles, sorted by id."""
    passes = [{row["id"]: row for row in rows(f"feed/profile_{each}")} for each in PASSES]
    return tuple(
        LabelledProfile(
            row["id"],
            cast("Surface", row["surface"]),
            {name: tuple(value) if isinstance(value, list) else value for name, value in row["sections"].items()},
            tuple({name: marks[row["id"]][name] for name in (*MARKS, WHOLE)} for marks in passes),
        )
        for row in sorted(rows("feed/profiles"), key=lambda row: row["id"])
    )
