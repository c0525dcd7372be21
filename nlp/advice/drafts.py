"""Chooses the advice on a draft among the levers that the model ranks (``nlp/quality/levers``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.advice.courtesies import speaks_against
from nlp.advice.material import SEEKING
from nlp.advice.places import (
    MAX_ADVICE,
    MIN_PART,
    MIN_WORTH,
    PLACES,
    Place,
    insults,
    is_crowded,
    is_stock,
    private_offer,
    sells,
    sells_or_poses,
)
from nlp.advice.texts import words
from nlp.model import Advice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.advice.courtesies import Courtesy
    from nlp.advice.material import Material
    from nlp.quality.levers.predict import Lever

LEAVE, OWN, BAIT, FACT, FORM, HYPE = "leave", "own", "bait", "fact", "form", "hype"
#: Kinds of drafts that comfort somebody: they are left alone, unless they sell or pose.
COMFORTING = frozenset({"condolence"})


def advise(material: Material, ranked: Sequence[Lever], *, can_leave: bool) -> tuple[Advice, ...]:
    """Up to three changes, the one that is worth most first. ``ranked``: all levers, likewise. ``can_leave``: whether the draft
    may be left as it is, which it may not with something on hold or over a limit."""
    if (special := _special(material, ranked, can_leave=can_leave)) is not None:
        return special
    chosen: list[Advice] = []
    if can_leave and _comforts(material):
        ranked = ()
    for lever in _with_worst_first(material, _with_own_words(material, ranked)):
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


def _comforts(material: Material) -> bool:
    if material.kind not in COMFORTING or sells_or_poses(material):
        return False
    return not (material.is_reply and (sells(material) or speaks_against(material.reading)))


def _special(material: Material, ranked: Sequence[Lever], *, can_leave: bool) -> tuple[Advice, ...] | None:
    """The advice on a draft that needs one thing before all else, or nothing; ``None`` for others."""
    if place := insults(material):
        # More detail would not make an insult better.
        return (_advice(material, HYPE, place, max(1, round(_find(ranked, HYPE).worth))),)
    if material.lever:
        return _only(material, _find(ranked, material.lever))
    if material.courtesy and not sells(material) and not is_crowded(material):
        return _about_courtesy(material, material.courtesy, _find(ranked, FACT), can_leave=can_leave)
    return None


def _with_own_words(material: Material, ranked: Sequence[Lever]) -> Sequence[Lever]:
    """``ranked``, with one's own words among the first two where a draft is made of stock phrases."""
    rest = [lever for lever in ranked if lever.code not in (OWN, LEAVE)]
    if not rest or not is_stock(material):
        return ranked
    own = _find(ranked, OWN)
    best = max(rest[0], own, key=lambda lever: lever.worth)
    return (best, own._replace(worth=best.worth), *rest[1:]) if best.code != OWN else (own, *rest)


def _with_worst_first(material: Material, ranked: Sequence[Lever]) -> Sequence[Lever]:
    """``ranked``, beginning with the offer that a reply makes, which whatever else it says is read as leading up to; or with
    its many hashtags."""
    if not ranked or not material.is_reply:
        return ranked
    code = BAIT if private_offer(material) else FORM if is_crowded(material) else ""
    rest = [lever for lever in ranked if lever.code not in (code, LEAVE)]
    worst = next((lever for lever in ranked if lever.code == code), None)
    return (worst._replace(worth=max(worst.worth, rest[0].worth)), *rest) if worst else ranked


def _about_courtesy(material: Material, courtesy: Courtesy, fact: Lever, *, can_leave: bool) -> tuple[Advice, ...]:
    worth = round(fact.worth)
    if not courtesy.is_enough and worth >= MIN_WORTH:
        return (_advice(material, FACT, Place(variant=courtesy.name), worth),)
    return (_advice(material, LEAVE, Place(variant=courtesy.name), 0),) if can_leave else ()


def _find(ranked: Sequence[Lever], code: str) -> Lever:
    return next(lever for lever in ranked if lever.code == code)


def _only(material: Material, lever: Lever) -> tuple[Advice, ...]:
    """Advice on a text that other changes would not help."""
    offer = private_offer(material) if material.is_reply and lever.code == BAIT else None
    return (_advice(material, lever.code, offer or Place(variant="only"), round(lever.worth)),)


def _advice(material: Material, code: str, place: Place, worth: int) -> Advice:
    # A draft that seeks work is often taken for one that offers it.
    kind = "" if material.occasion == SEEKING else material.kind
    if code == LEAVE and material.is_reply and not place.variant:
        # Only a reply that is known for a courtesy is praised as one.
        kind = ""
    found = words(code, variant=place.variant, kind=kind, is_reply=material.is_reply, occasion=material.occasion)
    return Advice(code, found.message.format_map(place.fill), found.question.format_map(place.fill), worth, place.spans)
