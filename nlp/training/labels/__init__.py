"""The labelled sets: drafts written for this project, each rated twice by ``guide.md``, blind and on separate occasions. A part
is held out; nothing is fitted or tuned on it.

``models`` are model answers and caricatures; a quarter is held out. ``feed`` is like the real feed: its texts imitate real
posts one for one, or were written to plans drawn from what the feed contains. A fifth is held out, answers together with the
post that they answer. ``profiles.py`` reads the profiles.
"""

from __future__ import annotations

import functools
import hashlib
import json
from importlib import resources
from typing import Any, Literal, NamedTuple, cast

from nlp.model import DRAFT_DIMENSIONS, Surface

Collection = Literal["models", "feed"]
#: One draft in so many is held out.
HELD_OUT: dict[Collection, int] = {"models": 4, "feed": 5}
#: The key of the mark for the draft as a whole, and of how much it reads like machine-written boilerplate, 0-100.
WHOLE, GENERIC = "whole", "ai"
PASSES = ("first", "second")
#: Ids of posts of the feed that were written without a real post to imitate: they drifted to model answers.
INVENTED = "s"


class LabelledDraft(NamedTuple):
    """A draft and the marks of both passes: each dimension 1-5 where it applies, and ``whole`` 0-100. ``group``: the id of the
    first text of a conversation, which is held out or fitted as one."""

    id: str
    surface: Surface
    industry: str
    english: str
    text: str
    passes: tuple[dict[str, int], ...]
    collection: Collection = "models"
    group: str = ""
    #: What a judge said the text does, and the kind of change advised first, by pass.
    kinds: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    #: The second-best change, of the passes that named one.
    second_levers: tuple[str, ...] = ()
    #: The level at which the text was to be written; empty unless it was written to a plan.
    level: str = ""

    @property
    def is_held_out(self) -> bool:
        """Whether the draft belongs to the held-out part. Determined by its id, so that adding a draft does not move
        others."""
        return hash_of(self.group or self.id) % HELD_OUT[self.collection] == 0

    @property
    def is_invented(self) -> bool:
        return self.collection == "feed" and self.id.startswith(INVENTED)

    @property
    def is_planned(self) -> bool:
        return bool(self.level)

    def mark(self, name: str) -> float | None:
        """The mean mark of both passes; ``None`` where the dimension does not apply for either."""
        values = [marks[name] for marks in self.passes if name in marks]
        return sum(values) / len(values) if len(values) == len(self.passes) else None


def hash_of(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def drafts(collection: Collection | None = None) -> tuple[LabelledDraft, ...]:
    """The drafts that both passes have marked, sorted by id; all, or those of one collection."""
    if collection is None:
        return tuple(sorted((*drafts("models"), *drafts("feed"))))
    return _drafts(collection)


@functools.cache
def _drafts(collection: Collection) -> tuple[LabelledDraft, ...]:
    folder, name = ("feed/", "texts") if collection == "feed" else ("", "drafts")
    passes = [{row.pop("id"): row for row in rows(f"{folder}{each}")} for each in PASSES]
    texts = rows(f"{folder}{name}")
    answers = {row["id"]: row.get("answers") for row in texts}
    labelled = []
    for row in texts:
        if not all(row["id"] in marks for marks in passes):
            continue
        own = [marks[row["id"]] for marks in passes]
        labelled.append(
            LabelledDraft(
                row["id"],
                cast("Surface", row["surface"]),
                row["industry"],
                row["english"],
                row["text"],
                tuple(
                    {name: marks[name] for name in (*DRAFT_DIMENSIONS, WHOLE, GENERIC) if marks.get(name) is not None}
                    for marks in own
                ),
                collection,
                _first_of_conversation(row["id"], answers),
                tuple(marks["kind"] for marks in own if "kind" in marks),
                tuple(marks["lever"] for marks in own if "lever" in marks),
                tuple(second for marks in own if (second := marks.get("second"))),
                row.get("level", ""),
            )
        )
    return tuple(sorted(labelled))


def _first_of_conversation(draft_id: str, answers: dict[str, str | None]) -> str:
    seen = {draft_id}
    while (answered := answers.get(draft_id)) and answered not in seen:
        draft_id = answered
        seen.add(draft_id)
    return draft_id


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one of the files beside this module, without its suffix."""
    text = resources.files(__package__).joinpath(f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
