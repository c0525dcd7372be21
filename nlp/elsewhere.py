"""Texts for places whose readers nobody has rated: articles, long posts, and posts and comments on other sites.

They are judged by the nearest surface, as far as that is honest. A post or comment elsewhere gets its score, with a note that
says whose score it is, but none of its limits. An article or long post gets no score, because all scores were fitted to short
texts: it gets the tips that hold on every surface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Literal

from nlp import rules
from nlp.coach import Coach
from nlp.model import DRAFT_SURFACES, Assessment, Draft, Note, Surface

Place = Literal["long-form", "other-post", "other-comment"]
NEAREST: Mapping[Place, Surface] = {
    "long-form": "linkedin-post",
    "other-post": "linkedin-post",
    "other-comment": "linkedin-comment",
}
NO_SCORE = Note("no-score", "Scores are for posts, so an article or a long post gets tips only")
LIKE_POST = Note("scored-alike", "Scored as a LinkedIn post would be; readers here may differ")
LIKE_COMMENT = Note("scored-alike", "Scored as a LinkedIn comment would be; readers here may differ")
NOTES: Mapping[Place, Note] = {"long-form": NO_SCORE, "other-post": LIKE_POST, "other-comment": LIKE_COMMENT}

#: Rules about what one site does with a text: its limits, its fold, its hashtags, its feed.
OF_ONE_SITE = frozenset(
    {
        "Repute.CommentLength", "Repute.InlineHashtags", "Repute.PointBelowFold", "Repute.ReactionBait", "Repute.TooLong",
        "Repute.TooLongForX",
    }
)  # fmt: skip
#: Rules that count something in the whole text; their limits were chosen for posts.
COUNTED = frozenset(
    {
        "Repute.EmojiBullets", "Repute.ExclamationClutter", "Repute.HardToRead", "Repute.ManyDashes", "Repute.ManyEmoji",
        "Repute.ManyHashtags", "Repute.ManyMentions", "Repute.NearCopy", "Repute.SameOpenings", "Repute.StackedQuestions",
        "Repute.StockWords",
    }
)  # fmt: skip


def assess_elsewhere(
    coach: Coach,
    place: Place,
    text: str,
    *,
    read_anyway: bool = False,
    trade_words: tuple[str, ...] = (),
    switched_off: frozenset[str] = frozenset(),
) -> Assessment:
    """The assessment of a text for ``place``; its surface is the nearest one. Raises ``InputError`` for invalid input."""
    draft = Draft(NEAREST[place], text, read_anyway=read_anyway, trade_words=trade_words)
    off = switched_off | OF_ONE_SITE | (_off_in_long_texts() if place == "long-form" else frozenset())
    assessed = replace(coach.assess(draft, switched_off=off), length=None)
    if assessed.gate.state == "protected" or (assessed.note and assessed.note.code in ("empty", "not-english")):
        return _without_score(assessed) if place == "long-form" else assessed
    if place == "long-form":
        return _without_score(replace(assessed, note=NO_SCORE))
    return replace(assessed, note=assessed.note or NOTES[place])


@cache
def _off_in_long_texts() -> frozenset[str]:
    """Also the rules that some surfaces lack: they are about a post's layout or opening."""
    return COUNTED | {info.id for info in rules.catalogue() if not set(DRAFT_SURFACES) <= set(info.surfaces)}


def _without_score(assessed: Assessment) -> Assessment:
    findings = tuple(replace(finding, points=0) for finding in assessed.findings if finding.span is not None)
    return replace(
        assessed,
        score=None,
        band=None,
        confidence=None,
        dimensions={},
        findings=findings,
        contributions=(),
        measures=(),
        advice=(),
        genericness=None,
    )
