"""The labelled set: drafts written for this project, each rated twice by ``guide.md``, blind and on separate occasions. A
quarter is held out; nothing is fitted or tuned on it."""

from __future__ import annotations

import functools
import hashlib
import json
from importlib import resources
from typing import Any, NamedTuple, cast

from nlp.model import DRAFT_DIMENSIONS, Surface

#: One draft in ``HELD_OUT`` is held out.
HELD_OUT = 4
#: The key of the mark for the draft as a whole.
WHOLE = "whole"
PASSES = ("first", "second")


class LabelledDraft(NamedTuple):
    """A draft and the marks of both passes: each dimension 1-5 where it applies, and ``whole`` 0-100."""

    id: str
    surface: Surface
    industry: str
    english: str
    text: str
    passes: tuple[dict[str, int], ...]

    @property
    def is_held_out(self) -> bool:
        """Whether the draft belongs to the held-out quarter. Determined by its id, so that adding a draft does not
        move others."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % HELD_OUT == 0

    def mark(self, name: str) -> float | None:
        """The mean mark of both passes; ``None`` where the dimension does not apply for either."""
        values = [marks[name] for marks in self.passes if name in marks]
        return sum(values) / len(values) if len(values) == len(self.passes) else None


@functools.cache
def drafts() -> tuple[LabelledDraft, ...]:
    """The drafts that both passes have marked, sorted by id."""
    passes = [{row.pop("id"): row for row in _rows(name)} for name in PASSES]
    labelled = []
    for row in _rows("drafts"):
        if not all(row["id"] in marks for marks in passes):
            continue
        marks = tuple(
            {name: rows[row["id"]][name] for name in (*DRAFT_DIMENSIONS, WHOLE) if rows[row["id"]][name] is not None}
            for rows in passes
        )
        labelled.append(
            LabelledDraft(row["id"], cast("Surface", row["surface"]), row["industry"], row["english"], row["text"], marks)
        )
    return tuple(sorted(labelled))


def _rows(name: str) -> list[dict[str, Any]]:
    text = resources.files(__package__).joinpath(f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
