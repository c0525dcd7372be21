"""Chooses the advice on a profile: the sections whose rewriting would raise its score most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from nlp.advice.details import abbreviations
from nlp.advice.places import MAX_ADVICE, MIN_PART, MIN_WORTH, Place
from nlp.advice.texts import words
from nlp.model import PROFILE_DIMENSIONS, Advice
from nlp.profiles import measures

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.model import Span
    from nlp.profiles import ProfileText

LEAVE = "leave"
#: The mark, 0-100, that a section comes near to when it is rewritten, and how much the score then rises for each point of the
#: score that the way there counts for: a better About also shows proof. By least squares over 25 rewritten profiles
#: (``training/labels/feed/profile_rewrites.jsonl``).
TARGET = 65
GAINS: Mapping[str, float] = {"headline": 0.5, "about": 2.0, "proof": 1.6}
#: A shorter About says nothing yet, in words.
SHORT_ABOUT = 20


def advise_profile(
    profile: ProfileText, reading: Reading, marks: Mapping[str, float], rates: Mapping[str, float], *, can_leave: bool
) -> tuple[Advice, ...]:
    """Up to three sections to rewrite, the one that is worth most first. ``marks``: dimension to its mark, 0-100. ``rates``:
    dimension to the points of the score that a point of its mark counts for. ``can_leave``: whether the profile may be left as
    it is."""
    worths = {code: GAINS[code] * rates[code] * (TARGET - marks[code]) for code in PLACES if code in marks and code in rates}
    chosen: list[Advice] = []
    for code in sorted(worths, key=lambda code: (-worths[code], PROFILE_DIMENSIONS.index(code))):
        worth = round(worths[code])
        if worth < (max(MIN_WORTH, MIN_PART * chosen[0].worth) if chosen else MIN_WORTH) or len(chosen) == MAX_ADVICE:
            break
        place = PLACES[code](profile, reading)
        if place is not None:
            found = words(code, variant=place.variant, kind="", is_reply=False)
            chosen.append(Advice(code, found.message.format_map(place.fill), found.question, worth, place.spans))
    if not chosen and can_leave:
        return (Advice(LEAVE, words(LEAVE, variant="profile", kind="", is_reply=False).message, "", 0),)
    return tuple(chosen)


def _headline(profile: ProfileText, reading: Reading) -> Place | None:
    if profile.surface == "x-profile":
        return Place(profile.spans("bio"), "bio")
    span = measures.headline_span(profile, reading)
    if span is None:
        return Place(variant="empty") if profile.is_empty("headline") else None
    if unknown := [place for place in abbreviations(reading) if span.start <= place.start < span.end]:
        return Place((span,), "abbreviation", {"quote": f"“{unknown[0].of(profile.text)}”"})
    return Place((span,))


def _about(profile: ProfileText, reading: Reading) -> Place | None:
    # A bio on X is headline and About in one.
    if not profile.loaded("about"):
        return None
    spans = profile.spans("about")
    if len(profile.words(reading, "about")) < SHORT_ABOUT:
        return Place(spans, "short")
    return Place(_first_sentence(reading, spans[0]))


def _proof(profile: ProfileText, reading: Reading) -> Place | None:
    spans = profile.spans("about", "bio") or profile.spans("experience")
    # The lever of drafts that has the same name has other words.
    return Place(_first_claim(reading, spans), "section") if spans else Place(variant="section")


def _first_sentence(reading: Reading, section: Span) -> tuple[Span, ...]:
    return tuple(span for span in reading.prose_sentences if section.start <= span.start < section.end)[:1]


def _first_claim(reading: Reading, sections: tuple[Span, ...]) -> tuple[Span, ...]:
    """The longest sentence without a figure, which is most likely to be a claim."""
    inside = [s for s in reading.prose_sentences if any(own.start <= s.start < own.end for own in sections)]
    plain = [s for s in inside if not any(s.start <= number.start < s.end for number in reading.numbers)]
    return (max(plain, key=lambda span: len(reading.words_in(span))),) if plain else ()


PLACES: Mapping[str, Callable[[ProfileText, Reading], Place | None]] = {
    "headline": _headline,
    "about": _about,
    "proof": _proof,
}
