"""Chooses the advice on a draft among the levers that the model ranks (``nlp/quality/levers``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.advice.places import MAX_ADVICE, MIN_PART, MIN_WORTH, PLACES, Place, is_stock, sells_or_poses
from nlp.advice.texts import words
from nlp.model import Advice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.advice.material import Material
    from nlp.quality.levers.predict import Lever

LEAVE, OWN = "leave", "own"
#: Kinds of drafts that comfort somebody: they are left alone, unless they sell or pose.
COMFORTING = frozenset({"condolence"})


def advise(material: Material, ranked: Sequence[Lever], *, can_leave: bool) -> tuple[Advice, ...]:
    """Up to three changes, the one that is worth most first. ``ranked``: all levers, likewise. ``can_leave``: whether the draft
    may be left as it is, which it may not with something on hold or over a limit."""
    if material.lever:
        return _only(material, next(lever for lever in ranked if lever.code == material.lever))
    chosen: list[Advice] = []
    if material.kind in COMFORTING and can_leave and not sells_or_poses(material):
        ranked = ()
    for lever in _with_own_words(material, ranked):
        if lever.code == LEAVE and not chosen and can_leave:
            break
        if lever.code == LEAVE:
            continue
        worth = round(lever.worth)
        if worth < (max(MIN_WORTH, MIN_PART * chosen[0].worth) if chosen else MIN_WORTH) or len(chosen) == MAX_ADVICE:
            break
        place = PLACES[lever.code](material)
        if place is not None:
            chosen.append(_advice(material, lever.code, place, worth))
    if not chosen and can_leave:
        return (_advice(material, LEAVE, Place(), 0),)
    return tuple(chosen)


def _with_own_words(material: Material, ranked: Sequence[Lever]) -> Sequence[Lever]:
    """``ranked``, with one's own words among the first two where a draft is made of stock phrases."""
    rest = [lever for lever in ranked if lever.code not in (OWN, LEAVE)]
    if not rest or not is_stock(material):
        return ranked
    own = next(lever for lever in ranked if lever.code == OWN)
    best = max(rest[0], own, key=lambda lever: lever.worth)
    return (best, own._replace(worth=best.worth), *rest[1:]) if best.code != OWN else (own, *rest)


def _only(material: Material, lever: Lever) -> tuple[Advice, ...]:
    """Advice on a text that other changes would not help."""
    return (_advice(material, lever.code, Place(variant="only"), round(lever.worth)),)


def _advice(material: Material, code: str, place: Place, worth: int) -> Advice:
    found = words(code, variant=place.variant, kind=material.kind, is_reply=material.is_reply)
    return Advice(code, found.message.format_map(place.fill), found.question.format_map(place.fill), worth, place.spans)
