"""The labelled set: drafts written for this project, each judged twice by the guide in ``labels/guide.md``, blind and on
separate occasions. A quarter is held out: nothing is fitted or tuned on it."""

from __future__ import annotations

import functools
import hashlib
import json
from importlib import resources
from typing import Any, NamedTuple, cast

from nlp.model import DRAFT_DIMENSIONS, Surface

HELD_OUT = 4
WHOLE = "whole"
PASSES = ("first", "second")


class Judged(NamedTuple):
    """A draft and what the two passes marked: each dimension 1-5 where it applies, and ``whole`` 0-100."""

    id: str
    surface: Surface
    industry: str
    english: str
    text: str
    passes: tuple[dict[str, int], ...]

    @property
    def held(self) -> bool:
        """Whether the draft belongs to the quarter that is only measured on; told by its id, so that a new draft moves no
        other."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % HELD_OUT == 0

    def mark(self, name: str) -> float | None:
        """The mean of both passes; ``None`` where either found that the dimension does not apply."""
        marks = [one[name] for one in self.passes if name in one]
        return sum(marks) / len(marks) if len(marks) == len(self.passes) else None


@functools.cache
def drafts() -> tuple[Judged, ...]:
    """Those that both passes have marked, in the order of their ids."""
    passes = [{row.pop("id"): row for row in _rows(name)} for name in PASSES]
    found = []
    for row in _rows("drafts"):
        if not all(row["id"] in one for one in passes):
            continue
        marks = tuple(
            {name: one[row["id"]][name] for name in (*DRAFT_DIMENSIONS, WHOLE) if one[row["id"]][name] is not None}
            for one in passes
        )
        found.append(Judged(row["id"], cast("Surface", row["surface"]), row["industry"], row["english"], row["text"], marks))
    return tuple(sorted(found))


def _rows(name: str) -> list[dict[str, Any]]:
    text = resources.files(__package__).joinpath(f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
