"""A change of the rubric and of the rules that are on: the active version, and what would replace its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlp import Scoring
from nlp.model import Surface
from nlp.quality.rescoring import IsOn, ScoreTable, rubrics
from nlp.quality.rubric import Rubric
from nlp.quality.rubric_settings import RubricSettings
from server.effects.statistics import Numbers


@dataclass(frozen=True, slots=True)
class Change:
    """``before`` and ``after``: rubrics by surface. ``is_on``: where rules are on after it; one that the champion has off stays
    off, because what it would find is not known. What is measured in a text stays the champion's."""

    champion: Scoring
    before: Mapping[Surface, Rubric]
    after: Mapping[Surface, Rubric]
    is_on: IsOn

    def score(self, table: ScoreTable) -> Scored:
        before = table.scores(self.before, self.champion.is_on)
        after = table.scores(self.after, lambda rule, surface: self.champion.is_on(rule, surface) and self.is_on(rule, surface))
        return Scored(before, after, table.bands(before, self.before), table.bands(after, self.after))


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores, 0-100, and numbers of bands, from 0, of the same texts before and after a change."""

    before: Numbers
    after: Numbers
    bands_before: Numbers
    bands_after: Numbers


def change_by(champion: Scoring, settings: RubricSettings, points: Mapping[str, float], is_on: IsOn) -> Change:
    """The champion with other ``settings``, other ``points`` of rules, and rules that are on elsewhere. Makes no version, which
    would take much longer."""
    return Change(champion, rubrics(champion), rubrics(champion, settings, points), is_on)


def change_to(champion: Scoring, version: Scoring) -> Change:
    """The champion with the rubric of another version, and with the rules off that it has off."""
    return Change(champion, rubrics(champion), rubrics(version), version.is_on)
