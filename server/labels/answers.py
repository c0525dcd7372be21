"""What an answer may contain, when two answers disagree, and what an item's answers come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol

from server.core.characters import STORABLE_REQUIREMENT, is_storable
from server.core.problems import Problem, field_problem
from server.labels.guide import OPTIONAL
from server.labels.models import CHOICES, DIMENSIONS, MAX_NOTE_LENGTH, LabelAnswer, LabelSettlement

MIN_MARK, MAX_MARK = 1, 5
MAX_WHOLE = 100
#: An item counts once it has as many answers.
ANSWERS_NEEDED = 2
#: Marks of a dimension this far apart are a disagreement: one step is within what the guide leaves open.
MARKS_APART = 2
#: Of the whole: more than from the middle of one band of the guide to the middle of the next.
WHOLE_APART = 25


class Judgement(Protocol):
    """An answer or a settled answer, as stored or as given."""

    @property
    def choice(self) -> str | None: ...
    @property
    def marks(self) -> Mapping[str, int] | None: ...
    @property
    def whole(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as somebody gave it, checked: ``choice`` of a pair, or ``marks`` (dimension to 1-5) and ``whole`` (0-100) of a
    draft."""

    choice: str | None = None
    marks: Mapping[str, int] | None = None
    whole: int | None = None
    reasons: tuple[str, ...] = ()
    note: str = ""
    is_skipped: bool = field(default=False)


def checked(kind: str, given: Given, *, is_partial: bool = False) -> Given:
    """The answer with its reasons in order and its note without blanks around it. 422 names the field that is wrong.
    ``is_partial``: marks of some dimensions are enough, as other tools allow."""
    wrong = [name for name in given.reasons if name not in DIMENSIONS]
    if wrong:
        raise field_problem("reasons", "must be dimensions of the guide")
    note = " ".join(given.note.split())
    if len(note) > MAX_NOTE_LENGTH:
        raise field_problem("note", f"must have at most {MAX_NOTE_LENGTH} characters", limit=MAX_NOTE_LENGTH)
    if not is_storable(note):
        raise field_problem("note", STORABLE_REQUIREMENT)
    reasons = tuple(name for name in DIMENSIONS if name in given.reasons)
    if kind == "pair":
        if given.choice not in CHOICES:
            raise field_problem("choice", "is missing: choose Draft A (first), Draft B (second) or no difference (same)")
        return Given(choice=given.choice, reasons=reasons, note=note)
    if is_partial and not given.marks and given.whole is None:
        raise field_problem("marks", "are missing")
    marks = _checked_marks(given.marks or {}, is_partial=is_partial)
    whole = None if is_partial and given.whole is None else _checked_whole(given.whole)
    return Given(marks=marks, whole=whole, reasons=reasons, note=note)


def _checked_marks(marks: Mapping[str, int], *, is_partial: bool) -> dict[str, int]:
    for name, mark in marks.items():
        if name not in DIMENSIONS:
            raise field_problem("marks", "must be of dimensions of the guide")
        if isinstance(mark, bool) or not isinstance(mark, int) or not MIN_MARK <= mark <= MAX_MARK:
            raise field_problem(f"marks.{name}", f"must be a whole number from {MIN_MARK} to {MAX_MARK}", limit=MAX_MARK)
    for name in DIMENSIONS:
        if name not in marks and name not in OPTIONAL and not is_partial:
            raise field_problem(f"marks.{name}", f"is missing: choose {MIN_MARK} to {MAX_MARK}")
    return {name: marks[name] for name in DIMENSIONS if name in marks}


def _checked_whole(whole: int | None) -> int:
    if whole is None or isinstance(whole, bool) or not isinstance(whole, int) or not 0 <= whole <= MAX_WHOLE:
        raise field_problem("whole", f"must be a whole number from 0 to {MAX_WHOLE}", limit=MAX_WHOLE)
    return whole


def is_same(stored: LabelAnswer, given: Given) -> bool:
    return (
        stored.is_skipped == given.is_skipped
        and stored.choice == given.choice
        and dict(stored.marks or {}) == dict(given.marks or {})
        and stored.whole == given.whole
        and tuple(stored.reasons) == given.reasons
        and stored.note == given.note
    )


def store(stored: LabelAnswer, given: Given) -> None:
    stored.choice, stored.whole, stored.is_skipped = given.choice, given.whole, given.is_skipped
    stored.marks = None if given.marks is None else dict(given.marks)
    stored.reasons, stored.note = list(given.reasons), given.note


def differing(first: Judgement, second: Judgement) -> tuple[str, ...]:
    """In what two answers disagree: ``choice``, dimensions, ``whole``; empty if they agree."""
    found = ["choice"] if first.choice != second.choice else []
    one, other = first.marks or {}, second.marks or {}
    found += [name for name in DIMENSIONS if name in one and name in other and abs(one[name] - other[name]) >= MARKS_APART]
    if first.whole is not None and second.whole is not None and abs(first.whole - second.whole) >= WHOLE_APART:
        found.append("whole")
    return tuple(found)


def disagreement(answers: Sequence[Judgement]) -> tuple[str, ...]:
    """In what any two of the answers disagree."""
    found = {name for one, other in combinations(answers, 2) for name in differing(one, other)}
    return tuple(name for name in ("choice", *DIMENSIONS, "whole") if name in found)


def settled(answers: Sequence[LabelAnswer], settlement: LabelSettlement | None) -> Sequence[Judgement]:
    """The answers that count: all of them where enough agree, the settled one where they did not, otherwise none."""
    if settlement is not None and settlement.is_settled:
        return (settlement,)
    return answers if len(answers) >= ANSWERS_NEEDED and not disagreement(answers) else ()


def changed_meanwhile() -> Problem:
    return Problem(
        409,
        "answered-twice",
        "Somebody else has answered this item meanwhile",
        detail="Your first answer stays. If the two differ, you find the item under Disagreements.",
    )
