"""A change of the rubric: the active version, and the weights, bands and costs that would replace its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlp import Scoring
from nlp.model import Surface
from nlp.quality.rescoring import ScoreTable, rubrics
from nlp.quality.rubric import Rubric
from nlp.quality.rubric_settings import RubricSettings
from server.effects.statistics import Numbers


@dataclass(frozen=True, slots=True)
class Change:
    """``before`` and ``after``: rubrics by surface. What is measured and found in a text stays the champion's."""

    champion: Scoring
    before: Mapping[Surface, Rubric]
    after: Mapping[Surface, Rubric]

    def score(self, table: ScoreTable) -> Scored:
        before, after = (table.scores(by_surface, self.champion.is_on) for by_surface in (self.before, self.after))
        return Scored(before, after, table.bands(before, self.before), table.bands(after, self.after))


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores, 0-100, and numbers of bands, from 0, of the same texts before and after a change."""

    before: Numbers
    after: Numbers
    bands_before: Numbers
    bands_after: Numbers


def change_by(champion: Scoring, settings: RubricSettings, points: Mapping[str, float]) -> Change:
    """The champion with other ``settings`` and other ``points`` of rules. Makes no version, which would take much longer."""
    return Change(champion, rubrics(champion), rubrics(champion, settings, points))


def change_to(champion: Scoring, version: Scoring) -> Change:
    """The champion with the rubric of another version."""
    return Change(champion, rubrics(champion), rubrics(version))
