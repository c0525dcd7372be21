"""A profile, section by section: what is there, what a buyer would miss, what to write first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp import language
from nlp.language.english import FOREIGN_NOTE, MIXED_NOTE
from nlp.model import Assessment, Gate, Profile
from nlp.profiles import measures
from nlp.profiles.catalogue import catalogue
from nlp.profiles.findings import LAYOUT_RULES, find
from nlp.profiles.sections import lay_out
from nlp.quality.rubric import judge

if TYPE_CHECKING:
    from nlp.quality.scoring import Scoring

__all__ = ["NAMES", "assess", "catalogue"]

#: The names of the measures.
NAMES = tuple(measure.__name__ for measure in measures.ALL)


def assess(profile: Profile, scoring: Scoring, *, switched_off: frozenset[str] = frozenset()) -> Assessment:
    """What the coach says of ``profile``. The assessment's text is the sections' items in their fixed order with an empty
    line between; spans are relative to it. Raises ``InputError``."""
    laid = lay_out(profile)
    reading = language.read(laid.text)
    foreign = reading.is_foreign
    taken = () if foreign else tuple(measure(laid, reading) for measure in measures.ALL)
    found = find(
        laid,
        reading,
        wanted=lambda rule: rule not in switched_off and scoring.is_on(rule) and (not foreign or rule in LAYOUT_RULES),
    )
    judged = judge(scoring.rubric(profile.surface), taken, found, words=len(reading.words))
    return Assessment(
        surface=profile.surface,
        text=laid.text,
        score=judged.score,
        band=judged.band,
        confidence=judged.confidence,
        dimensions=judged.dimensions,
        findings=judged.findings,
        contributions=judged.contributions,
        measures=taken,
        sentences=reading.segments,
        length=None,
        gate=Gate("open"),
        scoring_version=scoring.version,
        note=FOREIGN_NOTE if foreign else judged.note or (MIXED_NOTE if reading.excluded else ""),
    )
