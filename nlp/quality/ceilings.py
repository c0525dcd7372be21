"""Texts that cannot pass for good whatever else is measured: words or sentences in no order, unsolicited advertising, and one
thing said again and again.

The marks are linear and were fitted to honest drafts, so a text that is built to please them would get a high score.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nlp.quality import sentence_order, word_order
from nlp.quality.rubric import Ceiling

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.model import Surface
    from nlp.quality.linear import LinearWeights
    from nlp.quality.marks.predict import Marks

#: Below every limit of a band but the lowest.
SCORE = 40
NO_ORDER = Ceiling(SCORE, "Reads like words in no order", lever="plain")
ADVERTISING = Ceiling(SCORE, "Reads like unsolicited advertising", lever="bait")
REPEATED = Ceiling(SCORE, "Mostly repeats itself", lever="form")
NO_SEQUENCE = "The order of the sentences is hard to follow"
#: Share of words in segments that repeat an earlier one; nothing else measures them.
MAX_REPEATED = 0.5
#: A shorter text may be a title or a row of names.
MIN_WORDS_IN_ORDER = 12
#: Above this probability a text is caught; the intercept of each model is set so that its threshold is here.
THRESHOLD = 0.5


def ceiling(reading: Reading, surface: Surface, marks: Marks, learned: Mapping[str, LinearWeights]) -> Ceiling | None:
    """The ceiling of a draft, if it has one. ``marks``: of what is scored of it; ``learned``: weights by name, without those
    that a scoring version does not have."""
    order, spam = learned.get("order"), learned.get("spam")
    if order and _has_no_order(reading.scored, order):
        return NO_ORDER
    if spam and marks.described and spam.predict(marks.described.post) > THRESHOLD:
        return ADVERTISING
    if _repeated_share(reading) > MAX_REPEATED:
        return REPEATED
    sequence = learned.get("sequence")
    return _lead(reading, marks, sequence) if sequence and surface == "linkedin-post" else None


def _lead(reading: Reading, marks: Marks, sequence: LinearWeights) -> Ceiling | None:
    """How much of its lead over the average draft a post keeps, by the order of its sentences. Measured on posts on LinkedIn
    only: elsewhere there are seldom enough sentences."""
    values = sentence_order.features(reading.views.raw, marks.described.sentences) if marks.described else {}
    lost = min(1.0, max(0.0, sequence.predict(values))) if values else 0.0
    return Ceiling(100, NO_SEQUENCE, kept=1 - lost) if lost else None


def _has_no_order(scored: Reading, order: LinearWeights) -> bool:
    if len(scored.words) < MIN_WORDS_IN_ORDER:
        return False
    return any(order.predict(part) > THRESHOLD for part in word_order.of_parts(scored))


def _repeated_share(reading: Reading) -> float:
    segments = [segment.words for _, line in reading.placed_lines for segment in line.segment_details]
    words = sum(map(len, segments))
    return 1 - sum(map(len, set(segments))) / words if words else 0.0
